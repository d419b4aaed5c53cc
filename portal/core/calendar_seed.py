"""What the public calendar starts from: the `holidays` library, and what it misses (DOMAIN 5.3). Pure, no database.

Swaps are announced late each year, so this only seeds: the rows an administrator edits are the calendar.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays

from portal.core.enums import CalendarDayKind
from portal.core.working_calendar import SpecialDay, WorkingCalendar

# The years of DOMAIN 5.3, which a test holds against its table.
SEEDED_YEARS = range(2020, 2028)
# The library computes Tết for these; a count that leaves them is refused instead of guessed.
KNOWN_YEARS = range(2010, 2100)
# Days off of later years still wait for their yearly announcement.
_ANNOUNCED_THROUGH = 2026
_SWAPPED_WITH = re.compile(r"(\d\d)/(\d\d)/(\d{4})")


@dataclass(frozen=True, slots=True)
class SeedDay:
    """One special date as the seed knows it."""

    on: date
    special: SpecialDay


# The library (0.109) does not have this swap; from memory, hence provisional.
_MISSING_FROM_LIBRARY = (
    SeedDay(
        date(2026, 1, 2),
        SpecialDay(CalendarDayKind.SWAPPED, "Ngày nghỉ (thay cho ngày 10/01/2026)", is_provisional=True),
    ),
    SeedDay(
        date(2026, 1, 10),
        SpecialDay(CalendarDayKind.MAKE_UP, "Làm bù cho ngày 02/01/2026", works_like_weekday=4, is_provisional=True),
    ),
)


@lru_cache(maxsize=200)
def seed_days(year: int) -> tuple[SeedDay, ...]:
    """The special days of a year, in order of date. Empty outside `KNOWN_YEARS`."""
    if year not in KNOWN_YEARS:
        return ()
    library = holidays.country_holidays("VN", years=year, language="vi")
    is_provisional = year > _ANNOUNCED_THROUGH
    found: dict[date, SpecialDay] = {}
    swapped: dict[date, date] = {}
    for on, name in library.items():
        kind = CalendarDayKind.HOLIDAY
        match = _SWAPPED_WITH.search(name)
        if match is not None:
            kind = CalendarDayKind.SWAPPED
            swapped[date(int(match[3]), int(match[2]), int(match[1]))] = on
        elif "nghỉ bù" in name:
            kind = CalendarDayKind.DAY_IN_LIEU
        found[on] = SpecialDay(kind, name, is_provisional=is_provisional)
    for on in library.weekend_workdays:
        if on.year == year:
            found[on] = _make_up(swapped.get(on), is_provisional)
    for missing in _MISSING_FROM_LIBRARY:
        if missing.on.year == year:
            found.setdefault(missing.on, missing.special)
    return tuple(SeedDay(on, found[on]) for on in sorted(found))


def _make_up(replaces: date | None, is_provisional: bool) -> SpecialDay:
    if replaces is None:
        # Which day was given for it is not known: a plain office day, to be looked at.
        return SpecialDay(CalendarDayKind.MAKE_UP, "Làm bù", works_like_weekday=4, is_provisional=True)
    return SpecialDay(
        CalendarDayKind.MAKE_UP,
        f"Làm bù cho ngày {replaces:%d/%m/%Y}",
        works_like_weekday=replaces.weekday(),
        is_provisional=is_provisional,
    )


def special_days(years: Iterable[int]) -> dict[date, SpecialDay]:
    """The seed as a `WorkingCalendar` wants it."""
    return {day.on: day.special for year in years for day in seed_days(year)}


def calendar_of_rows(rows: Mapping[date, SpecialDay]) -> WorkingCalendar:
    """The calendar that administrators' rows make, with the seed for years nobody has entered yet.

    A year is in their hands once its first of January is a row. One swap entered early must not make next year's Tết
    vanish; in a year that is theirs, a date they removed stays removed.
    """
    entered = {on.year for on in rows if (on.month, on.day) == (1, 1)}
    seeded = special_days(year for year in KNOWN_YEARS if year not in entered)
    known = range(min([*entered, KNOWN_YEARS.start]), max([*entered, KNOWN_YEARS.stop - 1]) + 1)
    return WorkingCalendar(special_days={**seeded, **rows}, known_years=known)


@lru_cache(maxsize=1)
def builtin_calendar() -> WorkingCalendar:
    """The working calendar without a database: the seed of all years that the library knows."""
    return WorkingCalendar(special_days=special_days(KNOWN_YEARS), known_years=KNOWN_YEARS)
