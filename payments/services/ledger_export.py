"""The ledger as a spreadsheet: bounded, read in batches, written row by row."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from payments.errors import LedgerTooLong
from payments.models import LedgerEntry
from payments.selectors.books import LedgerFilter, entries_of, with_facts
from portal.core import clock
from portal.core.sheets import write_sheet

# Made for the request within seconds; a longer span is taken in parts.
MOST_ROWS = 20_000
_BATCH = 1_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_WIDTHS = (17, 22, 14, 15, 24, 40, 22, 22, 14, 26, 22)


def ledger_xlsx(wanted: LedgerFilter) -> bytes:
    """The lines of the filter, oldest first. Whose books they are is the caller's check. Raises LedgerTooLong."""
    rows = entries_of(wanted)
    if rows.order_by().values("id")[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise LedgerTooLong(fields={"ends_on": LedgerTooLong.default_sentence})
    heads = [
        *(_("Lúc"), _("Loại dòng"), _("Số tiền (đồng)"), _("Loại khoản"), _("Mã hồ sơ"), _("Nội dung")),
        *(_("Cách nộp"), _("Mã giao dịch"), _("Trạng thái"), _("Cơ quan thu"), _("Người thực hiện")),
    ]
    lines = with_facts(rows.order_by("at", "id")).iterator(chunk_size=_BATCH)
    return write_sheet(_("Sổ thu"), heads, _cells(lines), widths=_WIDTHS)


def _cells(lines: Iterator[LedgerEntry]) -> Iterator[list[Any]]:
    for line in lines:
        charge, attempt = line.charge, line.attempt
        yield [
            clock.local(line.at).strftime("%d/%m/%Y %H:%M"),
            str(line.get_kind_display()),
            line.amount,
            str(charge.get_kind_display()),
            _plain(charge.subject_label),
            _plain(charge.description),
            str(attempt.get_method_display()) if attempt else "",
            _plain(attempt.terminal_slip_number or attempt.provider_reference) if attempt else "",
            str(charge.get_state_display()),
            _plain(charge.agency.name) if charge.agency else "",
            _plain(line.actor.full_name) if line.actor else "",
        ]


def _plain(text: str) -> str:
    """The cell is text already; the apostrophe keeps it one when somebody saves the sheet as CSV."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
