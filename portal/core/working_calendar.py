"""Which hours are working hours: weekdays, days off, make-up days. Pure; the rows come from `portal.core.calendars`."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from portal.core.clock import VIETNAM
from portal.core.enums import CalendarDayKind, TraceKind
from portal.core.working_time_errors import CalendarUnknown, InvalidCalendar

DayHours = tuple[tuple[time, time], ...]
Interval = tuple[datetime, datetime]

OFFICE_HOURS: DayHours = ((time(7, 0), time(11, 30)), (time(13, 30), time(17, 0)))
DEFAULT_HOURS: Mapping[int, DayHours] = dict.fromkeys(range(5), OFFICE_HOURS)
ONE_DAY = timedelta(days=1)
# A stretch longer than this without one open hour is a mistake in the data, not a long holiday.
_SEARCH_DAYS = 400


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A date that is not what its weekday says. `works_like_weekday` (Monday is 0) only for a make-up day."""

    kind: CalendarDayKind
    name: str = ""
    works_like_weekday: int | None = None
    is_provisional: bool = False


@dataclass(frozen=True)
class WorkingCalendar:
    """Opening hours by weekday (Monday is 0) in Vietnamese local time, and the special days.

    `day_length` is what one working day is worth in working hours (8 in every system read, DOMAIN 5.1), whatever an
    agency's own hours are: a Saturday worked from 7:00 to 11:30 uses up 4.5 of the 8 hours of a working day, so a term of
    one working day that starts on Friday at 15:00 has 2 hours of Friday, 4.5 of Saturday and ends on Monday at 8:30.
    `earlier_hours` are the hours in force before a date, ascending: new hours do not rewrite days gone by. `known_years`
    are the years whose days off are known; counting into another one raises CalendarUnknown, because a year without
    Tết would give a wrong date silently. None means: do not check. Raises InvalidCalendar on impossible hours.
    """

    hours: Mapping[int, DayHours] = field(default_factory=lambda: DEFAULT_HOURS)
    special_days: Mapping[date, SpecialDay] = field(default_factory=dict)
    day_length: timedelta = timedelta(hours=8)
    known_years: range | None = None
    earlier_hours: tuple[tuple[date, Mapping[int, DayHours]], ...] = ()

    def __post_init__(self) -> None:
        if self.day_length <= timedelta(0):
            raise InvalidCalendar
        for hours in (self.hours, *(earlier for _until, earlier in self.earlier_hours)):
            _check_hours(hours)

    def hours_of_week(self, day: date) -> Mapping[int, DayHours]:
        """The opening hours by weekday that are in force on the date."""
        return next((hours for until, hours in self.earlier_hours if day < until), self.hours)

    def hours_on(self, day: date) -> DayHours:
        """Opening hours of the date; empty on a day off."""
        if self.known_years is not None and day.year not in self.known_years:
            raise CalendarUnknown
        special = self.special_days.get(day)
        if special is None:
            return self.hours_of_week(day).get(day.weekday(), ())
        if special.kind == CalendarDayKind.MAKE_UP:
            weekday = special.works_like_weekday
            return self.hours_of_week(day).get(day.weekday() if weekday is None else weekday, ())
        return ()

    def intervals_on(self, day: date) -> tuple[Interval, ...]:
        """The opening hours of the date as instants."""
        return tuple((at(day, opening), at(day, closing)) for opening, closing in self.hours_on(day))

    def is_working_day(self, day: date) -> bool:
        return bool(self.hours_on(day))

    def working_day_from(self, day: date) -> date:
        """The date itself if it is worked, else the next date that is."""
        for offset in range(_SEARCH_DAYS):
            candidate = day + timedelta(days=offset)
            if self.is_working_day(candidate):
                return candidate
        raise InvalidCalendar

    def opening(self, day: date) -> datetime:
        """First working instant of a worked date."""
        return self.intervals_on(day)[0][0]

    def closing(self, day: date) -> datetime:
        """Last working instant of a worked date."""
        return self.intervals_on(day)[-1][1]

    def working_instant_from(self, instant: datetime) -> datetime:
        """The instant itself if the office is open (closing time included), else the next opening."""
        day = instant.date()
        for start, end in self.intervals_on(day):
            if instant <= end:
                return max(start, instant)
        return self.opening(self.working_day_from(day + ONE_DAY))

    def why_closed(self, day: date) -> TraceKind:
        """The word for a date without working hours."""
        special = self.special_days.get(day)
        return TraceKind.WEEKEND if special is None else TraceKind(special.kind)

    def name_of(self, day: date) -> str:
        special = self.special_days.get(day)
        return "" if special is None else special.name


def _check_hours(hours: Mapping[int, DayHours]) -> None:
    if not any(hours.values()):
        raise InvalidCalendar
    for intervals in hours.values():
        if any(opening >= closing for opening, closing in intervals):
            raise InvalidCalendar
        # Two that touch are two: a shift may end when the next one begins.
        if any(earlier[1] > later[0] for earlier, later in pairwise(intervals)):
            raise InvalidCalendar


def at(day: date, wall_time: time) -> datetime:
    """The Vietnamese wall time on the date, as an aware instant."""
    return datetime.combine(day, wall_time, tzinfo=VIETNAM)


def whole_day(day: date) -> tuple[Interval, ...]:
    """Midnight to midnight: the hours of terms that run day and night."""
    return ((at(day, time.min), at(day + ONE_DAY, time.min)),)


def stretches(
    start: datetime,
    intervals_on: Callable[[date], tuple[Interval, ...]],
    pauses: tuple[tuple[datetime, datetime | None], ...] = (),
) -> Iterator[tuple[date, tuple[Interval, ...]]]:
    """Day by day from the start: the stretches in which the clock runs, pauses (merged, sorted) cut out.

    Every date is given, also one with no stretch at all. Ends only at a pause without end, with the date it starts on.
    """
    day = start.date()
    while True:
        running = [(max(begin, start), end) for begin, end in intervals_on(day) if end > start]
        for pause_start, pause_end in pauses:
            running = [piece for begin, end in running for piece in _without(begin, end, pause_start, pause_end)]
        yield day, tuple(running)
        if any(end is None and begin < at(day + ONE_DAY, time.min) for begin, end in pauses):
            return
        day += ONE_DAY


def _without(begin: datetime, end: datetime, pause_start: datetime, pause_end: datetime | None) -> Iterator[Interval]:
    if begin < min(end, pause_start):
        yield begin, min(end, pause_start)
    if pause_end is not None and max(begin, pause_end) < end:
        yield max(begin, pause_end), end
