"""The cells of a statement file, whatever it is: CSV in the encodings banks use, or XLSX."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zipfile import ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from payments.gateways.base import StatementUnreadable

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 100 * 1024 * 1024
MAX_LINES = 20_000
MAX_COLUMNS = 60
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_TEXT_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def cells_of(content: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Lines with their numbers from 1: texts in normal form C, or the numbers and days of a spreadsheet.

    Nothing is ever computed: of a formula the value last shown is read, and a CSV cell is a text whatever it begins
    with. Raises StatementUnreadable.
    """
    if len(content) > MAX_BYTES:
        raise StatementUnreadable(_("Tệp sao kê quá lớn: nhiều nhất %(most)d MB.") % {"most": MAX_BYTES // 1024**2})
    if content.startswith(_OLD_EXCEL):
        raise StatementUnreadable(_("Tệp Excel kiểu cũ (.xls) không đọc được. Hãy lưu lại thành .xlsx hoặc .csv."))
    lines = _cells_of_book(content) if content.startswith(_ZIP) else _cells_of_text(content)
    for number, cells in enumerate(lines, start=1):
        if number > MAX_LINES:
            raise StatementUnreadable(
                _("Tệp sao kê quá dài: nhiều nhất %(most)d dòng. Hãy tách theo ngày.") % {"most": MAX_LINES}
            )
        yield number, [_cleaned(cell) for cell in cells[:MAX_COLUMNS]]


def text_of(cell: Any) -> str:
    """A cell as one line of text; a number that a spreadsheet made of digits is digits again."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def _cleaned(cell: Any) -> Any:
    if isinstance(cell, (datetime, date)) or cell is None or (isinstance(cell, (int, float))):
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


def _cells_of_text(content: bytes) -> Iterator[list[Any]]:
    text = _decoded(content)
    if "\x00" in text:
        raise StatementUnreadable
    separator = _separator(text)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error:
        raise StatementUnreadable from None


def _separator(text: str) -> str:
    """The sign that splits most lines of the beginning, commas of amounts and words not counting twice."""
    lines = [line for line in text.splitlines()[:40] if line.strip()]
    return max(("\t", ";", ","), key=lambda sign: (sum(min(line.count(sign), 3) for line in lines), sign != ","))


def _cells_of_book(content: bytes) -> Iterator[list[Any]]:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise StatementUnreadable(_("Tệp sao kê quá lớn."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for cells in book.worksheets[0].iter_rows(values_only=True, max_col=MAX_COLUMNS):
            yield list(cells)
    except StatementUnreadable:
        raise
    except Exception:  # noqa: BLE001 - whatever openpyxl stumbles over, the file is no workbook
        raise StatementUnreadable from None
