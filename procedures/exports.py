"""The list of procedures as a spreadsheet (XLSX). The only writer of spreadsheets of the catalogue."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from procedures.enums import Channel, ServiceLevel
from procedures.models import Procedure
from procedures.selectors import Offered
from procedures.selectors.offerings import offered
from procedures.summaries import fee_text, term_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BATCH = 500
# A cell holds this much, or the file does not open.
_LONGEST_CELL = 32_000
_WIDTHS = (12, 60, 28, 24, 10, 16, 14, 14, 40, 30, 30, 12)


def procedure_list(procedures: QuerySet[Procedure]) -> bytes:
    """One row a procedure. The first four columns are what `services.list_import` reads back; the rest tells."""
    heads = (
        *(_("Mã thủ tục"), _("Tên thủ tục"), _("Lĩnh vực"), _("Loại thủ tục")),
        *(_("Phiên bản"), _("Số quyết định"), _("Hiệu lực từ"), _("Mức độ"), _("Cơ quan")),
        *(_("Thời hạn"), _("Phí, lệ phí"), _("Cần rà soát")),
    )
    return write_sheet(_("Thủ tục"), heads, _rows(procedures), widths=_WIDTHS)


def write_sheet(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, widths: Sequence[int] = ()
) -> bytes:
    """A workbook of one sheet, its first row frozen. Texts are texts: what begins with = is no formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[chr(64 + number)].width = width
    sheet.append([_head(sheet, text) for text in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Any, text: str) -> Any:
    cell = _cell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value=value)
    cell: Any = WriteOnlyCell(sheet, value="")
    # Set behind openpyxl's back: it would take a leading = for a formula, and a formula in a list is an attack.
    cell.value = "".join(char for char in value[:_LONGEST_CELL] if char in "\n\t" or char >= " ")
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _rows(procedures: QuerySet[Procedure]) -> Iterator[Sequence[Any]]:
    found = (
        procedures.select_related("policy_area", "current_revision")
        .defer("search_text", "current_revision__form_definition", "current_revision__requirements")
        .order_by("code")
    )
    last = ""
    while batch := list(
        found.filter(code__gt=last).prefetch_related("current_revision__terms", "current_revision__fee_rules")[:_BATCH]
    ):
        offers = offered(batch)
        for procedure in batch:
            yield _row(procedure, offers.get(procedure.pk))
        last = batch[-1].code


def _row(procedure: Procedure, offer: Offered | None) -> Sequence[Any]:
    revision = procedure.current_revision
    offer = offer or Offered()
    head = (procedure.code, procedure.name, procedure.policy_area.name, procedure.kind)
    if revision is None:
        return (*head, None, "", None, None, "", "", "", "")
    terms = [(term.channel, term_text(term)) for term in revision.terms.all()]
    fees = [(rule.channel, fee_text(rule)) for rule in revision.fee_rules.all()]
    return (
        *head,
        revision.number,
        revision.decision_number,
        revision.effective_from,
        offer.level if offer.agency_count else int(ServiceLevel.L1),
        offer.agency_name or revision.resolving_agency_name,
        _by_channel(terms),
        _by_channel(fees),
        _("Có") if revision.needs_review else "",
    )


def _by_channel(values: list[tuple[str, str]]) -> str:
    labels = dict(Channel.choices)
    lines = dict.fromkeys(f"{labels[channel]}: {text}" if channel else text for channel, text in values if text)
    return "\n".join(lines)
