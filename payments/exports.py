"""Books as spreadsheets. A text stays a text: nothing a payer wrote becomes a formula in an office program."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from payments.enums import EntryKind
from payments.errors import LedgerTooLong
from payments.models import LedgerEntry
from payments.selectors.books import LedgerFilter, entries_of, with_facts
from payments.selectors.ledger import Account
from payments.selectors.reconciliations import ShownDifference
from portal.core import clock
from portal.core.sheets import plain_text, write_sheet

# Made for the request within seconds; a longer span is taken in parts.
MOST_ROWS = 20_000
_BATCH = 1_000


def ledger_sheet(wanted: LedgerFilter) -> bytes:
    """The lines of the filter, oldest first, read in batches, and below them their sums by kind. Whose books they are is
    the caller's check. Raises LedgerTooLong."""
    rows = entries_of(wanted)
    if rows.order_by().values("id")[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise LedgerTooLong(fields={"ends_on": LedgerTooLong.default_sentence})
    heads = [
        *(_("Lúc"), _("Loại dòng"), _("Số tiền (đồng)"), _("Loại khoản"), _("Mã hồ sơ"), _("Nội dung")),
        *(_("Cách nộp"), _("Mã giao dịch"), _("Trạng thái"), _("Cơ quan thu"), _("Người thực hiện")),
    ]
    lines = with_facts(rows.order_by("at", "id")).iterator(chunk_size=_BATCH)
    return write_sheet(_("Sổ thu"), heads, _ledger_rows(lines), widths=(17, 22, 14, 15, 24, 40, 22, 22, 14, 26, 22))


def _ledger_rows(lines: Iterator[LedgerEntry]) -> Iterator[list[Any]]:
    total = Account()
    for line in lines:
        charge, attempt = line.charge, line.attempt
        total += Account(**{line.kind: line.amount})
        yield [
            f"{clock.local(line.at):%d/%m/%Y %H:%M}",
            str(line.get_kind_display()),
            line.amount,
            str(charge.get_kind_display()),
            plain_text(charge.subject_label),
            plain_text(charge.description),
            str(attempt.get_method_display()) if attempt else "",
            plain_text(attempt.terminal_slip_number or attempt.provider_reference) if attempt else "",
            str(charge.get_state_display()),
            plain_text(charge.agency.name) if charge.agency else "",
            plain_text(line.actor.full_name) if line.actor else "",
        ]
    # A kind gives its lines their sign, so a sum over the whole column would say nothing.
    for kind in EntryKind:
        yield ["", _("Tổng: %(kind)s") % {"kind": kind.label}, getattr(total, kind.value)]
    yield ["", _("Thực thu"), total.kept]


def differences_sheet(differences: Sequence[ShownDifference]) -> bytes:
    """The differences of one day, with what was answered; other agencies' money without its codes."""
    heads = [
        _("Loại"),
        _("Theo sao kê (đồng)"),
        _("Theo sổ (đồng)"),
        _("Hồ sơ"),
        _("Mã giao dịch của nguồn"),
        _("Lúc"),
        _("Giải trình"),
        _("Người giải trình"),
    ]
    rows = []
    for shown in differences:
        one = shown.difference
        is_seen = not shown.is_others
        label = shown.charge.subject_label if shown.charge else _("cơ quan khác") if shown.is_others else ""
        rows.append(
            [
                one.get_kind_display(),
                one.stated_amount,
                one.ledger_amount,
                plain_text(label),
                plain_text(one.line.movement_id) if one.line and is_seen else "",
                f"{clock.local(one.line.happened_at):%d/%m/%Y %H:%M}" if one.line else "",
                plain_text(one.answer) if is_seen else "",
                plain_text(one.answered_by.full_name) if one.answered_by and is_seen else "",
            ]
        )
    return write_sheet(_("Chênh lệch"), heads, rows, widths=(32, 18, 18, 22, 40, 18, 50, 28))
