"""Cells of a spreadsheet (XLSX). The only importer of openpyxl's writer."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# A cell holds this much, or the file does not open.
_LONGEST_CELL = 32_000
# What office programs take for the beginning of a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def plain_text(value: str) -> str:
    """What people typed, for a cell that stays a text also when somebody saves the sheet as CSV: one that could be read
    as a formula gets an apostrophe before it. Without what no cell may hold."""
    text = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def cell(sheet: Any, value: Any, *, is_bold: bool = False) -> Any:
    """A text stays a text: one that begins with "=" must not become a formula in somebody's office program."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_CELL]
    made: Any = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        made.data_type = "s"
        made.alignment = Alignment(wrap_text=True, vertical="top")
    if is_bold:
        made.font = Font(bold=True)
    return made


def head(sheet: Any, titles: Sequence[str]) -> None:
    """A row of column titles."""
    sheet.append([cell(sheet, title, is_bold=True) for title in titles])


def write_sheet(
    title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, widths: Sequence[int] = ()
) -> bytes:
    """A workbook of one sheet, its first row frozen, written row by row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[chr(64 + number)].width = width
    head(sheet, heads)
    for row in rows:
        sheet.append([cell(sheet, value) for value in row])
    return saved(book)


def saved(book: Workbook) -> bytes:
    """The bytes of a finished workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
