"""The working calendar in force: the administrators' rows, with the seed for years nobody has entered yet."""

from collections.abc import Iterable
from datetime import date
from time import monotonic

from django.db import transaction

from portal.core.calendar_seed import calendar_of_rows, seed_days
from portal.core.enums import CalendarDayKind
from portal.core.models import CalendarDay
from portal.core.working_calendar import SpecialDay, WorkingCalendar

# An edit reaches other processes within this time; its own process at once.
_SECONDS_KEPT = 30
_kept: tuple[float, WorkingCalendar] | None = None


def working_calendar() -> WorkingCalendar:
    """The calendar by which terms are counted now. One query, then kept in this process for half a minute."""
    global _kept  # noqa: PLW0603 - the one cached value of the process
    kept = _kept
    if kept is not None and monotonic() - kept[0] < _SECONDS_KEPT:
        return kept[1]
    calendar = _load()
    _kept = (monotonic(), calendar)
    return calendar


def forget_calendar() -> None:
    """Read the rows again at the next use. Called after every edit."""
    global _kept  # noqa: PLW0603
    _kept = None


def _load() -> WorkingCalendar:
    return calendar_of_rows(entered_days())


def entered_days() -> dict[date, SpecialDay]:
    """The administrators' rows by date, read now."""
    return {
        on: SpecialDay(CalendarDayKind(kind), name, works_like_weekday, is_provisional)
        for on, kind, name, works_like_weekday, is_provisional in CalendarDay.objects.values_list(
            "on", "kind", "name", "works_like_weekday", "is_provisional"
        )
    }


def seed_calendar(years: Iterable[int]) -> list[CalendarDay]:
    """Insert the seed's dates that have no row yet; returns them. An existing row is never touched.

    Safe to run twice and at the same time as another run.
    """
    with transaction.atomic():
        known = set(CalendarDay.objects.values_list("on", flat=True))
        missing = [
            CalendarDay(
                on=day.on,
                kind=day.special.kind,
                name=day.special.name,
                works_like_weekday=day.special.works_like_weekday,
                is_provisional=day.special.is_provisional,
            )
            for year in years
            for day in seed_days(year)
            if day.on not in known
        ]
        CalendarDay.objects.bulk_create(missing, ignore_conflicts=True)
        transaction.on_commit(forget_calendar)
    return missing
