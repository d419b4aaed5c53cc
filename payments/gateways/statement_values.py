"""Amounts, moments and numbers as statements write them. Pure; a `Problem` never repeats what stands in the cell."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils.datetime import from_excel

from payments.gateways.statement_cells import text_of
from portal.core import clock
from portal.core.clock import VIETNAM
from portal.core.text import fold

_AMOUNT = re.compile(
    r"([+-]?|\()\s*(\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+)([.,]00?)?\s*(?:đ|₫|d|vnd|vnđ)?\s*(\)?)",
    re.IGNORECASE | re.ASCII,
)
_PACKED_DAY = "%Y%m%d"
_DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%y", _PACKED_DAY)
_HOURS = ("%H:%M:%S", "%H:%M", "%H:%M:%S.%f")
_STAMP = re.compile(r"([0-9]{8})([0-9]{6})")
_MOST = 10**15
# 01/01/2000 to 31/12/2099 as a spreadsheet counts days.
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]")
_AROUND_SLASH = re.compile(r"\s*/\s*")
_ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE | re.ASCII)


class Problem(Exception):
    """Why a line is not understood; a sentence without what stands in the line."""


def plain(text: str) -> str:
    """A title or word in the form in which it is compared: no accents, case, dots, or what stands in brackets."""
    bare = fold(_BRACKETS.sub(" ", text)).replace(".", " ")
    return _AROUND_SLASH.sub("/", " ".join(bare.split()))


def word_of(cell: Any) -> str:
    """A cell as a word to compare."""
    return plain(text_of(cell))


def signed_amount_of(cell: Any) -> int:
    """Whole đồng, below zero for a minus sign or brackets; 0 for a blank cell."""
    if isinstance(cell, bool):
        raise Problem(_("số tiền không đọc được"))
    if isinstance(cell, (int, float)):
        if cell != int(cell) or abs(cell) >= _MOST:
            raise Problem(_("số tiền không phải số đồng nguyên"))
        return int(cell)
    text = text_of(cell)
    if text in ("", "-", "–"):
        return 0
    found = _AMOUNT.fullmatch(text)
    if found is None or (found[1] == "(") != (found[4] == ")"):
        raise Problem(_("số tiền không đọc được"))
    digits = re.sub(r"\D", "", found[2])
    separators = set(re.sub(r"\d", "", found[2]))
    if len(digits) > 15 or (found[3] and found[3][0] in separators):
        raise Problem(_("số tiền không đọc được"))
    return -int(digits) if found[1] in ("-", "(") else int(digits)


def begins_with_digit(cell: Any) -> bool:
    """Could this be a day? Totals and notes have none."""
    return isinstance(cell, date) or text_of(cell)[:1].isdigit()


def moment_of(cell: Any, hour: Any = None) -> datetime:
    """The instant; a day alone is its midnight in Vietnam. `hour` is the cell of a column of its own, if there is one."""
    moment = _read_moment(cell, hour).replace(tzinfo=VIETNAM)
    if not moment.year >= 2000 or moment > clock.now() + timedelta(days=2):
        raise Problem(_("ngày giao dịch ở tương lai hoặc quá xa"))
    return moment


def number_of(cell: Any) -> str:
    """The bank's or provider's number of a movement, which tells movements apart: not what a spreadsheet rounded."""
    is_long = isinstance(cell, (int, float)) and abs(cell) >= _MOST
    text = text_of(cell)
    if is_long or _ROUNDED.fullmatch(text):
        raise Problem(_("mã giao dịch đã bị bảng tính làm tròn, hãy nhập tệp gốc"))
    return text


def _read_moment(cell: Any, hour: Any) -> datetime:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and _FIRST_SERIAL <= cell < _LAST_SERIAL + 1:
        # A day whose cell lost its format.
        cell = from_excel(cell)
    if isinstance(cell, datetime):
        day, rest = cell.date(), cell.time().replace(microsecond=0)
    elif isinstance(cell, date):
        day, rest = cell, time()
    else:
        day, rest = _read_words(text_of(cell))
    if rest == time() and hour not in (None, ""):
        rest = _read_hour(hour)
    return datetime.combine(day, rest)  # noqa: DTZ001 - the caller gives the zone


def _read_words(text: str) -> tuple[date, time]:
    stamp = _STAMP.fullmatch(text)
    words = [stamp[1], f"{stamp[2][:2]}:{stamp[2][2:4]}:{stamp[2][4:]}"] if stamp else text.replace("T", " ").split()
    if not 1 <= len(words) <= 2:
        raise Problem(_("ngày giao dịch không đọc được"))
    # Some write the hour first.
    words.sort(key=lambda word: ":" in word)
    return _read_day(words[0]), _read_hour(words[1]) if len(words) == 2 else time()


def _read_day(text: str) -> date:
    for form in _DAYS:
        if form == _PACKED_DAY and len(text) != 8:
            # It would read 202511 as the first of January.
            continue
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise Problem(_("ngày giao dịch không đọc được"))


def _read_hour(cell: Any) -> time:
    if isinstance(cell, (datetime, time)):
        found = cell.time() if isinstance(cell, datetime) else cell
        return found.replace(microsecond=0)
    if isinstance(cell, (int, float)) and 0 <= cell < 1:
        # A part of a day whose cell lost its format.
        return (datetime(2000, 1, 1) + timedelta(seconds=round(cell * 86_400))).time()  # noqa: DTZ001 - no zone
    for form in _HOURS:
        try:
            return datetime.strptime(text_of(cell), form).time().replace(microsecond=0)  # noqa: DTZ007 - no zone
        except ValueError:
            continue
    raise Problem(_("giờ giao dịch không đọc được"))
