"""A spreadsheet (XLSX) that is written row by row into a file on disk, so that its length costs no memory."""

from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from portal.core.sheets import plain_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOMENT = "dd/mm/yyyy hh:mm"


class Sheet:
    """One sheet with a frozen first row of titles. As a context: whatever happens, no half-written file stays on disk."""

    def __init__(self, title: str, heads: Sequence[str], widths: Sequence[int]) -> None:
        self._book = Workbook(write_only=True)
        self._sheet: Any = self._book.create_sheet(title[:31])
        self._sheet.freeze_panes = "A2"
        for number, width in enumerate(widths, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        self._is_saved = False
        self._sheet.append([self._cell(head, is_bold=True) for head in heads])

    def add(self, values: Sequence[Any]) -> None:
        self._sheet.append([self._cell(value) for value in values])

    def save(self, out: IO[bytes]) -> None:
        self._book.save(out)
        self._is_saved = True

    def __enter__(self) -> "Sheet":
        return self

    def __exit__(self, *_problem: object) -> None:
        if not self._is_saved:
            # openpyxl keeps rows in a temporary file, and removes it only when it saves or when the process ends.
            self._sheet.close()
            self._sheet._writer.cleanup()

    def _cell(self, value: Any, *, is_bold: bool = False) -> Any:
        if isinstance(value, str):
            value = plain_text(value)
        made: Any = WriteOnlyCell(self._sheet, value=value)
        if isinstance(value, str):
            # A text stays a text, whatever it looks like.
            made.data_type = "s"
        elif isinstance(value, datetime):
            made.number_format = _MOMENT
        if is_bold:
            made.font = Font(bold=True)
        return made
