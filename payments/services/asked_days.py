"""The statement of a provider that lists no movements: every payment of the day that our books hold is asked about once
more, and the signed answers are the lines.

So a day of such a provider is compared like any other. What it cannot show is money that we never heard of; the sweep
of open tries looks for that.
"""

import hashlib
import logging
import uuid
from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from payments.enums import EntryKind, MessageKind, StatementSource, Verdict
from payments.errors import StatementAlreadyImported
from payments.gateways import Enquiry, GatewayUnavailable, Outcome, ProviderReport, StatementRow, gateway_named
from payments.models import LedgerEntry, PaymentAttempt, Statement
from payments.selectors.reconciliations import is_covered
from payments.selectors.statements import PROVIDER_OF
from payments.services.comparison import day_bounds
from payments.services.messages import apply_report
from payments.services.placing import place_pending_lines
from payments.services.statement_writing import write_statement
from portal.core import clock
from portal.core.actors import Actor

logger = logging.getLogger(__name__)

# A provider that is down costs a time-out a day, and no more of them than this.
_GIVE_UP_AFTER = 3
# With these the answer does not speak of our payment; with any other it does, whatever it says of it.
_NOT_OURS = (Verdict.NOT_AUTHENTIC, Verdict.WRONG_TERMINAL, Verdict.UNKNOWN_REFERENCE)


def ask_about_days(*, actor: Actor, source: StatementSource, days: Iterable[date]) -> int:
    """Ask about the payments of each day that no statement covers yet, the earliest first; returns how many days were.

    A day counts as asked only when every payment of it was answered; the others wait for the next round. Network outside
    transactions. The actor is the system.
    """
    count = silent = 0
    for day in sorted(days):
        if is_covered(source, day) or silent >= _GIVE_UP_AFTER:
            continue
        try:
            rows = _answers_of(source, day)
        except GatewayUnavailable:
            silent += 1
            logger.warning("payments by %s on %s: the provider gave no usable answer", source, day)
            continue
        _keep(actor, source, day, rows)
        count += 1
    return count


def _answers_of(source: StatementSource, day: date) -> list[StatementRow]:
    begin, end = day_bounds(day)
    entries = LedgerEntry.objects.filter(
        kind=EntryKind.SETTLED, at__gte=begin, at__lt=end, attempt__provider=PROVIDER_OF[source]
    )
    rows = []
    for entry in entries.select_related("attempt").order_by("id"):
        attempt = entry.attempt
        assert attempt is not None
        report = _ask(attempt)
        rows.append(
            StatementRow(
                movement_id=attempt.pk.hex,
                reference=attempt.provider_reference,
                happened_at=entry.at,
                amount=attempt.amount if report.amount is None else report.amount,
                is_successful=report.outcome == Outcome.PAID,
                text=report.transaction_no,
            )
        )
    return rows


def _ask(attempt: PaymentAttempt) -> ProviderReport:
    """An authentic answer about this attempt, acted on like any other. Raises GatewayUnavailable."""
    report = gateway_named(attempt.provider).ask(
        Enquiry(
            request_id=uuid.uuid4().hex,
            reference=attempt.provider_reference,
            created_at=attempt.provider_created_at,
            asked_at=clock.now(),
        )
    )
    received = apply_report(provider=attempt.provider, kind=MessageKind.QUERY_ANSWER, report=report)
    if received.verdict in _NOT_OURS:
        logger.error("payment attempt %s: answer refused, %s", attempt.pk, received.verdict)
        raise GatewayUnavailable
    return report


def _keep(actor: Actor, source: StatementSource, day: date, rows: list[StatementRow]) -> None:
    content = "|".join([source, f"{day}", *(f"{row.movement_id}:{row.amount}:{row.is_successful}" for row in rows)])
    statement = Statement(
        source=source,
        file_name=_("Hỏi lại từng giao dịch"),
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        first_day=day,
        last_day=day,
        imported_by_id=actor.user_id,
    )
    try:
        write_statement(statement, rows)
    except StatementAlreadyImported:
        # Another worker asked at the same time.
        return
    place_pending_lines(actor=actor, statement_id=statement.pk)
