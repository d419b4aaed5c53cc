"""What an answer is worth: as a number, as a day. Nothing here raises on any stored value."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,20})?")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RELATIVE = re.compile(r"today(?:(?P<sign>[+-])(?P<amount>[0-9]{1,5})(?P<unit>[dmy]))?")


class ValueType(StrEnum):
    """What can be done with the answers of a field: count with them, compare them as days, or only read them."""

    NUMBER = "number"
    DAY = "day"
    TEXT = "text"


def as_number(answer: Any) -> Decimal | None:
    """A stored integer, or a decimal stored as text; None for anything else. A yes is not a number."""
    if isinstance(answer, bool):
        return None
    if isinstance(answer, int):
        return Decimal(answer)
    if isinstance(answer, str) and len(answer) <= 64 and _NUMBER.fullmatch(answer):
        return Decimal(answer)
    return None


def as_day(answer: Any) -> date | None:
    """A stored ISO day; None for anything else."""
    if isinstance(answer, str) and _ISO.fullmatch(answer):
        try:
            return date.fromisoformat(answer)
        except ValueError:
            return None
    return None


@dataclass(frozen=True, slots=True)
class DayPoint:
    """A day in a condition: fixed, or counted from the day of the evaluation (`today`, `today-18y`, `today+30d`)."""

    fixed: date | None = None
    amount: int = 0
    unit: str = "d"

    def on(self, today: date) -> date | None:
        """The day meant; None beyond the calendar."""
        if self.fixed is not None:
            return self.fixed
        try:
            if self.unit == "d":
                return today + timedelta(days=self.amount)
            months = today.year * 12 + today.month - 1 + self.amount * (12 if self.unit == "y" else 1)
            year, month = divmod(months, 12)
            # 29 February minus a year is 28 February.
            return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
        except (ValueError, OverflowError):
            return None


def read_day_point(text: str) -> DayPoint | None:
    """An ISO day, `today`, or `today` with an offset in days, months or years; None for anything else."""
    if match := _RELATIVE.fullmatch(text):
        amount = int(match["amount"] or 0)
        return DayPoint(amount=-amount if match["sign"] == "-" else amount, unit=match["unit"] or "d")
    fixed = as_day(text)
    return None if fixed is None else DayPoint(fixed=fixed)


def whole_years(start: date, end: date) -> int:
    """Birthdays passed from `start` to `end`, negative when it lies before; who was born on 29 February turns on 1 March."""
    if end < start:
        return -whole_years(end, start)
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))
