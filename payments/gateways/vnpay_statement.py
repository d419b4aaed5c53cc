"""VNPAY's list of transactions, as its merchant portal exports it: CSV or XLSX, columns found by their titles.

`docs/vnpay.md` documents the titles. Whatever is not understood stops the reading: half a statement would make the
other half look like missing money.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from payments.gateways.base import StatementRow, StatementUnreadable
from portal.core.clock import VIETNAM
from portal.core.text import fold

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_ROWS = 200_000
# How far down the row of titles may stand: exports begin with the merchant's name and the period.
_TITLES_WITHIN = 20
# Folded titles of each column; the parameter's own name is understood as well.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("ma giao dich vnpay", "ma gd vnpay", "so giao dich vnpay", "vnp_transactionno", "transaction no"),
    "reference": ("ma tham chieu", "ma don hang", "ma giao dich tham chieu", "vnp_txnref", "txnref"),
    "kind": ("loai giao dich", "vnp_transactiontype", "transaction type"),
    "amount": ("so tien", "so tien (vnd)", "so tien (dong)", "amount"),
    "status": ("trang thai", "tinh trang giao dich", "vnp_transactionstatus", "status"),
    "moment": ("thoi gian giao dich", "ngay giao dich", "thoi gian", "vnp_paydate", "pay date"),
    "terminal": ("ma website", "ma diem ban", "terminal id", "vnp_tmncode", "tmncode"),
    "text": ("noi dung", "noi dung thanh toan", "vnp_orderinfo", "order info"),
}
_REQUIRED = frozenset({"number", "reference", "kind", "amount", "status", "moment"})
_PAYMENT_KINDS = frozenset({"1", "01", "thanh toan", "pay"})
_REFUND_KINDS = frozenset(
    {"2", "02", "3", "03", "hoan tien", "hoan tra", "hoan tra toan phan", "hoan tra mot phan", "refund"}
)
# Only the first set says that the money moved; both must be known words.
_DONE = frozenset({"0", "00", "thanh cong", "giao dich thanh cong", "success"})
_NOT_DONE = frozenset(
    {
        *("1", "01", "2", "02", "4", "04", "5", "05", "6", "06", "7", "07", "9", "09"),
        *("khong thanh cong", "that bai", "loi", "giao dich loi", "da huy", "huy", "failed"),
        *("chua hoan tat", "dang xu ly", "cho xu ly", "dang hoan tien", "nghi ngo", "tu choi", "bi tu choi", "pending"),
    }
)
_AMOUNT = re.compile(
    r"(-?)(\d+(?:[.,]00)?|\d{1,3}(?:\.\d{3})+(?:,00)?|\d{1,3}(?:,\d{3})+(?:\.00)?)(?:\s*(?:đ|vnd|vnđ))?",
    re.IGNORECASE | re.ASCII,
)
_MOMENTS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%Y%m%d%H%M%S", "%Y-%m-%d %H:%M:%S")


def read_rows(content: bytes, *, terminal: str) -> list[StatementRow]:
    """The movements in the order of the file. Lines of other terminals, where a column names them, are left out, and
    so are lines with neither number nor reference (totals). Raises StatementUnreadable."""
    if len(content) > MAX_BYTES:
        raise StatementUnreadable(_("Tệp sao kê quá lớn."))
    lines = enumerate(_cells_of_book(content) if content[:2] == b"PK" else _cells_of_text(content), start=1)
    places = _find_titles(lines)
    rows = []
    for line, cells in lines:
        if line > MAX_ROWS:
            raise StatementUnreadable(_("Tệp sao kê quá lớn."))
        values = {name: cells[place] if place < len(cells) else "" for name, place in places.items()}
        row = _row(line, values, terminal)
        if row is not None:
            rows.append(row)
    return rows


def _row(line: int, values: Mapping[str, Any], terminal: str) -> StatementRow | None:
    number, reference = _text(values["number"]), _text(values["reference"])
    if not number and not reference:
        return None
    if "terminal" in values and _text(values["terminal"]) != terminal:
        return None
    if len(reference) > 100 or len(number) > 64:
        raise _unreadable(line, _("mã giao dịch quá dài"))
    is_refund = _is_refund(line, values["kind"])
    return StatementRow(
        # A try that brought no money has no number of VNPAY's; the end of our reference is what makes it unique.
        movement_id=number if number.strip("0") else f"try-{reference[-60:]}",
        reference=reference,
        happened_at=_moment(line, values["moment"]),
        amount=_amount(line, values["amount"], is_refund=is_refund),
        is_refund=is_refund,
        is_successful=_is_done(line, values["status"]),
        text=_text(values.get("text", ""))[:500],
    )


def _find_titles(lines: Iterable[tuple[int, list[Any]]]) -> dict[str, int]:
    """Which column stands where. Reads the lines up to and with the titles."""
    for line, cells in lines:
        titles = [" ".join(fold(_text(cell)).split()) for cell in cells]
        places = {
            name: next(place for place, title in enumerate(titles) if title in known)
            for name, known in COLUMNS.items()
            if any(title in known for title in titles)
        }
        if places.keys() >= _REQUIRED:
            return places
        if line >= _TITLES_WITHIN:
            break
    raise StatementUnreadable


def _cells_of_text(content: bytes) -> Iterator[list[Any]]:
    try:
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise StatementUnreadable from None
    head = text[:4000]
    separator = max(",;\t", key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    except csv.Error:
        raise StatementUnreadable from None


def _cells_of_book(content: bytes) -> Iterator[list[Any]]:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise StatementUnreadable(_("Tệp sao kê quá lớn."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for cells in book.worksheets[0].iter_rows(values_only=True):
            yield list(cells)
    except StatementUnreadable:
        raise
    except (BadZipFile, InvalidFileException, OSError, ValueError, KeyError, IndexError, AttributeError, TypeError):
        # What openpyxl raises for a file that is no workbook, or a broken one.
        raise StatementUnreadable from None


def _text(cell: Any) -> str:
    """A cell as text without NUL; a number that a spreadsheet made of digits is digits again."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).replace("\x00", "").strip().lstrip("'")


def _word(cell: Any) -> str:
    return " ".join(fold(_text(cell)).split())


def _is_refund(line: int, cell: Any) -> bool:
    word = _word(cell)
    if word in _REFUND_KINDS:
        return True
    if word in _PAYMENT_KINDS:
        return False
    raise _unreadable(line, _("loại giao dịch lạ"))


def _is_done(line: int, cell: Any) -> bool:
    word = _word(cell)
    if word in _DONE:
        return True
    if word in _NOT_DONE:
        return False
    raise _unreadable(line, _("trạng thái lạ"))


def _amount(line: int, cell: Any, *, is_refund: bool) -> int:
    """Whole đồng. A list of money out may write it below zero."""
    found = _AMOUNT.fullmatch(_text(cell))
    if found is None or (found[1] and not is_refund):
        raise _unreadable(line, _("số tiền không đọc được"))
    digits = re.sub(r"[.,]00$", "", found[2])
    amount = int(digits.replace(".", "").replace(",", ""))
    if not 0 < amount < 10**15:
        raise _unreadable(line, _("số tiền không đọc được"))
    return amount


def _moment(line: int, cell: Any) -> datetime:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=VIETNAM)
    for form in _MOMENTS:
        try:
            return datetime.strptime(_text(cell), form).replace(tzinfo=VIETNAM)
        except ValueError:
            continue
    raise _unreadable(line, _("thời gian không đọc được"))


def _unreadable(line: int, what: str) -> StatementUnreadable:
    """Says where; what stands there may be somebody's."""
    return StatementUnreadable(_("Dòng %(line)d của tệp sao kê: %(what)s.") % {"line": line, "what": what})
