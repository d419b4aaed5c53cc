"""Sheets of a bulk digitisation: the template with its explanations, the rows that failed, the report."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from portal.core.sheets import cell, head, saved
from portal.vault.models import DigitisationRow, PaperKind
from portal.vault.services.digitisation_index import COLUMNS, MOST_ROWS


def template_xlsx() -> bytes:
    """An empty index: the columns, a sheet that explains each, and one with the kinds of papers this portal knows."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_("Bảng kê"))
    _shape(sheet, [column.width for column in COLUMNS])
    head(sheet, [_title(column) for column in COLUMNS])
    told: Any = book.create_sheet(_("Hướng dẫn"))
    _shape(told, [26, 14, 80, 20])
    head(told, [_("Cột"), _("Bắt buộc"), _("Ghi gì"), _("Ví dụ")])
    for column in COLUMNS:
        _add(
            told,
            [str(column.title), _("Có") if column.is_required else "", str(column.explanation), column.sample],
        )
    for sentence in (
        _("Mỗi dòng là một giấy tờ, nhiều nhất %(most)d dòng một bảng.") % {"most": MOST_ROWS},
        _("Cột có thể đổi chỗ, thêm cột khác cũng được; cổng tìm cột theo tên."),
        _("Để số định danh không mất số 0 ở đầu, hãy định dạng cột đó là văn bản (Text)."),
    ):
        _add(told, [sentence])
    kinds: Any = book.create_sheet(_("Loại giấy tờ"))
    _shape(kinds, [24, 60, 18])
    head(kinds, [_("Mã"), _("Tên"), _("Thời hạn (tháng)")])
    for kind in PaperKind.objects.order_by("name", "pk"):
        _add(kinds, [kind.code, kind.name, kind.months_valid])
    return saved(book)


def failed_rows_xlsx(rows: Iterable[DigitisationRow]) -> bytes:
    """The rows that failed as an index: mended and brought again, they are read like the first one."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(_("Dòng có lỗi"))
    _shape(sheet, [8, 60, *(column.width for column in COLUMNS)])
    head(sheet, [_("Dòng"), _("Lỗi"), *(_title(column) for column in COLUMNS)])
    titles = {column.key: str(column.title) for column in COLUMNS}
    for row in rows:
        said = "\n".join(f"{titles[key]}: {text}" if key in titles else text for key, text in row.errors)
        _add(sheet, [row.number, said, *(row.cells.get(column.key, "") for column in COLUMNS)])
    return saved(book)


def _title(column: Any) -> str:
    return f"{column.title} (*)" if column.is_required else str(column.title)


def _shape(sheet: Any, widths: Sequence[int]) -> None:
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[chr(64 + number)].width = width


def _add(sheet: Any, values: Sequence[Any]) -> None:
    sheet.append([cell(sheet, value) for value in values])
