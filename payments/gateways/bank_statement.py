"""A bank's list of movements of an account: CSV or XLSX, columns found by their titles (docs/bank-statements.md).

Either every line is understood or nothing of the file is used: half a statement would make the other half look like
missing money. All lines that are not understood are told at once, with what is wrong and never with what stands there.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _

from payments.gateways.base import StatementRow, StatementUnreadable
from payments.gateways.statement_cells import cells_of, text_of
from payments.gateways.transfer_reference import references_in
from portal.core import clock
from portal.core.clock import VIETNAM
from portal.core.text import fold

# How far down the row of titles may stand: exports begin with the bank, the account and the period.
_TITLES_WITHIN = 40
MOST_PROBLEMS_TOLD = 50
# Folded titles of each column, what stands in brackets left out; a title in two languages is split at "/" or the line.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "day": (
        *("ngay giao dich", "ngay gd", "ngay", "ngay hach toan", "ngay hieu luc", "ngay ghi so", "ngay thuc hien"),
        *("thoi gian giao dich", "thoi gian", "ngay gio giao dich", "transaction date", "posting date", "date"),
        *("value date", "tnx date", "trans date", "booking date"),
    ),
    "hour": ("gio", "gio giao dich", "time", "transaction time"),
    "credit": (
        *("ghi co", "phat sinh co", "so tien ghi co", "ps co", "co", "so tien co", "tien vao", "credit"),
        *("credit amount", "so phat sinh co", "gui vao", "deposit"),
    ),
    "debit": (
        *("ghi no", "phat sinh no", "so tien ghi no", "ps no", "no", "so tien no", "tien ra", "debit"),
        *("debit amount", "so phat sinh no", "rut ra", "withdrawal"),
    ),
    "amount": ("so tien", "so tien giao dich", "gia tri giao dich", "amount", "transaction amount"),
    "text": (
        *("noi dung", "noi dung giao dich", "noi dung chi tiet", "noi dung thanh toan", "dien giai", "mo ta"),
        *("mo ta giao dich", "chi tiet giao dich", "description", "transaction description", "details"),
        *("transaction details", "remark", "remarks", "narrative"),
    ),
    "number": (
        *("ma giao dich", "ma gd", "so but toan", "so tham chieu", "ma tham chieu", "so giao dich", "so chung tu"),
        *("so ct", "so gd", "reference number", "reference no", "ref no", "reference", "transaction number"),
        *("transaction no", "transaction id", "doc no"),
    ),
    "balance": ("so du", "so du cuoi", "so du sau giao dich", "balance", "running balance", "closing balance"),
}
# Lines below the titles that are no movements begin with one of these and have no day.
_TOTALS = ("tong", "cong", "so du", "du dau", "du cuoi", "total", "opening", "closing", "ending", "ngay in", "trang")
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")
_AMOUNT = re.compile(
    r"([+-]?|\()\s*(\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)([.,]00?)?\s*(?:đ|₫|d|vnd|vnđ)?\s*(\)?)",
    re.IGNORECASE | re.ASCII,
)
_DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%y")
_HOURS = ("%H:%M:%S", "%H:%M")
_MOST = 10**15


@dataclass(frozen=True, slots=True)
class _Movement:
    happened_at: datetime
    amount: int
    is_out: bool
    text: str
    number: str
    balance: str


class _Problem(Exception):
    """Why a line is not understood; a sentence without what stands in the line."""


def read_rows(content: bytes) -> list[StatementRow]:
    """The movements in the order of the file; money out has `is_refund`. The same movement listed twice is given once.

    `reference` is ours where the text holds exactly one. Where the bank gives no number, `movement_id` is made of day,
    amount, text and balance, so that an overlapping statement gives the same. Raises StatementUnreadable with all
    problems, one a line.
    """
    lines = cells_of(content)
    places = _find_titles(lines)
    movements, problems = [], []
    for line, cells in lines:
        try:
            movement = _movement({name: cells[at] if at < len(cells) else None for name, at in places.items()}, cells)
        except _Problem as problem:
            problems.append(_("Dòng %(line)d: %(what)s.") % {"line": line, "what": problem})
            continue
        if movement is not None:
            movements.append(movement)
    if problems:
        told = problems[:MOST_PROBLEMS_TOLD]
        if len(problems) > len(told):
            told.append(_("và %(count)d dòng nữa.") % {"count": len(problems) - len(told)})
        raise StatementUnreadable(
            _("Không nhập dòng nào: có %(count)d dòng không đọc được.") % {"count": len(problems)},
            fields={"file": "\n".join(told)},
        )
    return list({row.movement_id: row for row in _rows(movements)}.values())


def _rows(movements: Iterable[_Movement]) -> Iterable[StatementRow]:
    seen: Counter[str] = Counter()
    for movement in movements:
        references = references_in(movement.text)
        yield StatementRow(
            movement_id=_movement_id(movement, seen),
            reference=references[0] if len(references) == 1 else "",
            happened_at=movement.happened_at,
            amount=movement.amount,
            is_refund=movement.is_out,
            text=movement.text[:500],
        )


def _movement_id(movement: _Movement, seen: Counter[str]) -> str:
    day = f"{clock.local(movement.happened_at):%Y%m%d}"
    facts = [day, str(movement.amount), "out" if movement.is_out else "in"]
    if movement.number:
        # Numbers begin anew each day at some banks, and a movement and its charge may share one.
        digest = hashlib.sha256("|".join([*facts, movement.number]).encode()).hexdigest()
        return f"{day}-{digest[:12]}-{movement.number[:38]}"
    # Two alike on one day are two movements: the first of a kind, the second, whatever else the file holds.
    key = "|".join([*facts, fold(movement.text), movement.balance])
    seen[key] += 1
    digest = hashlib.sha256(f"{key}|{seen[key]}".encode()).hexdigest()
    return f"{day}-{digest[:40]}"


def _find_titles(lines: Iterable[tuple[int, list[Any]]]) -> dict[str, int]:
    """Which column stands where. Reads the lines up to and with the titles."""
    for line, cells in lines:
        titles = [_words_of(cell) for cell in cells]
        places = {}
        for name, known in COLUMNS.items():
            # The earlier word of the list wins: "ngay giao dich" is the day even where "ngay hieu luc" stands first.
            at = next((at for word in known for at, words in enumerate(titles) if word in words), None)
            if at is not None:
                places[name] = at
        if {"day", "text"} <= places.keys() and ("credit" in places or "amount" in places):
            return places
        if line >= _TITLES_WITHIN:
            break
    raise StatementUnreadable(
        _("Không tìm thấy dòng tiêu đề: cần có cột ngày giao dịch, cột nội dung và cột ghi có (hoặc số tiền).")
    )


def _words_of(cell: Any) -> set[str]:
    if not isinstance(cell, str):
        return set()
    bare = _BRACKETS.sub(" ", cell)
    parts = [bare, *re.split(r"[/\n\r|]", bare)]
    return {" ".join(fold(part).replace(".", " ").split()) for part in parts} - {""}


def _movement(values: Mapping[str, Any], cells: list[Any]) -> _Movement | None:
    """None: the line is empty, or a total."""
    if all(text_of(cell) == "" for cell in cells):
        return None
    if not _begins_with_digit(values["day"]):
        first = fold(next(text_of(cell) for cell in cells if text_of(cell)))
        if first.startswith(_TOTALS) or not any(text_of(values.get(n)) for n in ("credit", "debit", "amount")):
            return None
    happened_at = _moment(values["day"], values.get("hour"))
    amount = _signed_amount(values)
    return _Movement(
        happened_at=happened_at,
        amount=abs(amount),
        is_out=amount < 0,
        text=text_of(values["text"]),
        number=text_of(values.get("number"))[:60],
        balance=re.sub(r"\D", "", text_of(values.get("balance"))),
    )


def _begins_with_digit(cell: Any) -> bool:
    return isinstance(cell, date) or text_of(cell)[:1].isdigit()


def _signed_amount(values: Mapping[str, Any]) -> int:
    """Whole đồng, below zero for money out."""
    if "credit" in values:
        credit, debit = _amount(values["credit"]), _amount(values.get("debit"))
        if credit and debit:
            raise _Problem(_("có cả ghi nợ và ghi có"))
        # Some banks write money out below zero, also in its own column.
        amount = credit - abs(debit)
    else:
        amount = _amount(values["amount"])
    if amount == 0:
        raise _Problem(_("không có số tiền"))
    return amount


def _amount(cell: Any) -> int:
    if isinstance(cell, bool):
        raise _Problem(_("số tiền không đọc được"))
    if isinstance(cell, (int, float)):
        if cell != int(cell) or abs(cell) >= _MOST:
            raise _Problem(_("số tiền không phải số đồng nguyên"))
        return int(cell)
    text = text_of(cell)
    if text in ("", "-", "–"):
        return 0
    found = _AMOUNT.fullmatch(text)
    if found is None or (found[1] == "(") != (found[4] == ")"):
        raise _Problem(_("số tiền không đọc được"))
    digits = re.sub(r"\D", "", found[2])
    separators = set(re.sub(r"\d", "", found[2]))
    if len(digits) > 15 or (found[3] and found[3][0] in separators):
        raise _Problem(_("số tiền không đọc được"))
    return -int(digits) if found[1] in ("-", "(") else int(digits)


def _moment(cell: Any, hour: Any) -> datetime:
    """The instant; a day alone is its midnight in Vietnam."""
    moment = _read_moment(cell, hour).replace(tzinfo=VIETNAM)
    if not moment.year >= 2000 or moment > clock.now() + timedelta(days=2):
        raise _Problem(_("ngày giao dịch ở tương lai hoặc quá xa"))
    return moment


def _read_moment(cell: Any, hour: Any) -> datetime:
    if isinstance(cell, datetime):
        day, rest = cell.date(), cell.time().replace(microsecond=0)
    elif isinstance(cell, date):
        day, rest = cell, time()
    else:
        words = text_of(cell).replace("T", " ").split()
        if not 1 <= len(words) <= 2:
            raise _Problem(_("ngày giao dịch không đọc được"))
        # Some write the hour first.
        words.sort(key=lambda word: ":" in word)
        day, rest = _read_day(words[0]), _read_hour(words[1]) if len(words) == 2 else time()
    if rest == time() and hour not in (None, ""):
        rest = hour.time() if isinstance(hour, datetime) else hour if isinstance(hour, time) else _read_hour(hour)
    return datetime.combine(day, rest)  # noqa: DTZ001 - the caller gives the zone


def _read_day(text: str) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise _Problem(_("ngày giao dịch không đọc được"))


def _read_hour(cell: Any) -> time:
    for form in _HOURS:
        try:
            return datetime.strptime(text_of(cell), form).time()  # noqa: DTZ007 - a time of day has no zone
        except ValueError:
            continue
    raise _Problem(_("giờ giao dịch không đọc được"))
