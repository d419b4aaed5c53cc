"""The cells of a statement file, whatever it is: CSV in the encodings banks use, or XLSX."""

import codecs
import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from payments.gateways.base import StatementUnreadable
from payments.gateways.statement_workbook import rows_of

MAX_BYTES = 10 * 1024 * 1024
# Lines that hold something, and all of them: sheets often go on blank for as far as a spreadsheet goes.
MAX_LINES = 20_000
MAX_LINES_WITH_BLANKS = 1_100_000
MAX_COLUMNS = 60
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_TEXT_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def cells_of(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    """The lines that are not blank, with their numbers from 1: texts in normal form C, or the numbers, days and hours
    of a spreadsheet.

    Nothing is ever computed: of a formula the value last shown is read, and a CSV cell is a text whatever it begins
    with. Raises StatementUnreadable.
    """
    if len(content) > MAX_BYTES:
        raise StatementUnreadable(_("Tệp sao kê quá lớn: nhiều nhất %(most)d MB.") % {"most": MAX_BYTES // 1024**2})
    if content.startswith(_OLD_EXCEL):
        raise StatementUnreadable(
            _("Tệp Excel kiểu cũ (.xls) hoặc có mật khẩu không đọc được. Hãy lưu lại thành .xlsx hoặc .csv.")
        )
    if content[:100].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise StatementUnreadable(
            _("Tệp này là trang web mang đuôi của Excel. Hãy mở bằng Excel rồi lưu lại thành .xlsx hoặc .csv.")
        )
    is_book = content.startswith(_ZIP)
    lines = rows_of(content, most_columns=MAX_COLUMNS) if is_book else _cells_of_text(content)
    count = 0
    for number, cells in enumerate(lines, start=1):
        cleaned = [_cleaned(cell) for cell in cells[:MAX_COLUMNS]] if any(cells) else []
        if any(text_of(cell) for cell in cleaned):
            count += 1
            if count <= MAX_LINES:
                yield number, cleaned
        if count > MAX_LINES or number > MAX_LINES_WITH_BLANKS:
            raise StatementUnreadable(
                _("Tệp sao kê quá dài: nhiều nhất %(most)d dòng. Hãy tách theo ngày.") % {"most": MAX_LINES}
            )


def text_of(cell: Any) -> str:
    """A cell as one line of text; a number that a spreadsheet made of digits is digits again."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def _cleaned(cell: Any) -> Any:
    is_number = isinstance(cell, (int, float)) and math.isfinite(cell)
    if cell is None or is_number or isinstance(cell, (datetime, date, time)):
        return cell
    text = _CONTROLS.sub("", unicodedata.normalize("NFC", str(cell))).strip()
    # ="00123" is how exports keep a spreadsheet from eating zeros.
    guarded = _TEXT_FORMULA.fullmatch(text)
    return (guarded[1] if guarded else text).lstrip("'")


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        tries: tuple[str, ...] = ("utf-16",)
    else:
        # Windows-1258 says yes to nearly anything, so it comes last.
        tries = ("utf-8-sig", "cp1258")
    for encoding in tries:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise StatementUnreadable(_("Tệp sao kê dùng bảng mã lạ. Hãy lưu lại thành CSV UTF-8 hoặc XLSX."))


def _cells_of_text(content: bytes) -> Iterator[Sequence[Any]]:
    text = _decoded(content)
    if "\x00" in text:
        raise StatementUnreadable
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        yield from lines
    except csv.Error:
        raise StatementUnreadable(
            _("Dòng %(line)d của tệp CSV: dấu ngoặc kép không khớp.") % {"line": lines.line_num}
        ) from None


def _separator(text: str) -> str:
    """The sign that splits most lines of the beginning, commas of amounts and words not counting twice."""
    lines = [line for line in islice(io.StringIO(text), 40) if line.strip()]
    return max(("\t", ";", ","), key=lambda sign: (sum(min(line.count(sign), 3) for line in lines), sign != ","))
