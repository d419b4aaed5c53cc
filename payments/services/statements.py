"""Taking in a statement: the file of a bank or a provider becomes lines, and each line finds its place.

First all lines are written in one transaction, then each is placed in one of its own: a big file holds no lock for
minutes, and what a crash left over is PENDING and taken up by the sweep.
"""

import hashlib
from datetime import date, timedelta

from django.utils.translation import gettext as _

from payments import policies
from payments.enums import StatementSource
from payments.errors import StatementImportNotPermitted, StatementInvalid
from payments.gateways import StatementRow, gateway_named
from payments.models import Statement
from payments.selectors.receiving_accounts import accounts_to_bring
from payments.selectors.statements import PROVIDER_OF, statement_words
from payments.services.placing import place_pending_lines
from payments.services.reconciliations import compare_days
from payments.services.statement_writing import write_statement
from portal.core import clock
from portal.core.actors import Actor

# More lines than this are left to the sweep, so that the page that brought them answers in seconds.
PLACED_AT_ONCE = 300
# A statement over a longer time is compared day by day by hand, or by the sweep as far as that goes back.
MOST_DAYS_COMPARED = 31
LONGEST_PERIOD = timedelta(days=400)


def import_statement(
    *,
    actor: Actor,
    source: StatementSource | str,
    file_name: str,
    content: bytes,
    account_id: int | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
) -> Statement:
    """Write down a file's movements, place them, and compare its days with the ledger.

    `account_id` is the agency's account that a bank's statement is of; left out, the portal's own. `first_day` and
    `last_day` are the period the file is of; left out, that of its movements. A file of a period without movements needs
    them. Every line of the file is understood or none is taken. The same file again for the same period changes nothing,
    and a movement that an earlier file brought is not brought twice. Raises StatementImportNotPermitted,
    StatementUnreadable, StatementInvalid, StatementAlreadyImported.
    """
    if not policies.may_import_statements(actor):
        raise StatementImportNotPermitted
    if source not in PROVIDER_OF:
        raise StatementInvalid(fields={"source": _("Hãy chọn nguồn của sao kê.")})
    source = StatementSource(source)
    gateway = gateway_named(PROVIDER_OF[source])
    if not gateway.has_statement:
        raise StatementInvalid(fields={"source": _("Nguồn này không có sao kê để nhập.")})
    if account_id is not None:
        _require_account(actor, source, account_id)
    rows = gateway.read_statement(content, statement_words(source))
    first_day, last_day = _period(rows, first_day, last_day)
    statement = Statement(
        source=source,
        account_id=account_id,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        first_day=first_day,
        last_day=last_day,
        imported_by_id=actor.user_id,
    )
    write_statement(statement, rows)
    place_pending_lines(actor=actor, statement_id=statement.pk, limit=PLACED_AT_ONCE)
    if (last_day - first_day).days < MOST_DAYS_COMPARED:
        compare_days(actor=actor, source=source, account_id=account_id, days=_days(first_day, last_day))
    return statement


def _require_account(actor: Actor, source: StatementSource, account_id: int) -> None:
    if source != StatementSource.BANK:
        raise StatementInvalid(fields={"account": _("Chỉ sao kê của ngân hàng mới có tài khoản của cơ quan.")})
    if all(one.pk != account_id for one in accounts_to_bring(actor)):
        raise StatementInvalid(fields={"account": _("Hãy chọn một tài khoản trong danh sách.")})


def _period(rows: list[StatementRow], first_day: date | None, last_day: date | None) -> tuple[date, date]:
    days = [clock.local(row.happened_at).date() for row in rows]
    if not days and not (first_day and last_day):
        raise StatementInvalid(
            fields={
                "file": _("Tệp không có giao dịch nào. Nếu đúng là kỳ không có giao dịch, hãy ghi từ ngày và đến ngày.")
            }
        )
    first, last = first_day or min(days), last_day or max(days)
    if first > last or last - first > LONGEST_PERIOD:
        raise StatementInvalid(fields={"last_day": _("Kỳ của sao kê chưa đúng: ngày cuối phải sau ngày đầu.")})
    if last > clock.today():
        raise StatementInvalid(fields={"last_day": _("Kỳ của sao kê không thể ở tương lai.")})
    if days and (min(days) < first or max(days) > last):
        raise StatementInvalid(fields={"first_day": _("Tệp có giao dịch ngoài kỳ đã ghi.")})
    return first, last


def _days(first_day: date, last_day: date) -> list[date]:
    return [first_day + timedelta(days=number) for number in range((last_day - first_day).days + 1)]
