"""The engine of `portal.core.working_time`: walks the calendar and writes down what each day used up. Pure."""

import calendar as gregorian
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_FLOOR, Decimal

from portal.core.due_trace import DueComputation, TraceDay, rounded
from portal.core.enums import TermUnit, TraceKind
from portal.core.terms import LAST_YEAR, Pause, Term, merged
from portal.core.working_calendar import ONE_DAY, Interval, WorkingCalendar, at, stretches, whole_day
from portal.core.working_time_errors import InvalidInstant

HOUR = timedelta(hours=1)
_NOTHING = timedelta(0)
_MICROSECOND = timedelta(microseconds=1)
_DAY_UNITS = frozenset({TermUnit.WORKING_DAY, TermUnit.CALENDAR_DAY, TermUnit.MONTH})


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be counted; instants in Vietnamese time, pauses checked and in order."""

    received_at: datetime
    term: Term
    calendar: WorkingCalendar
    pauses: tuple[Pause, ...] = ()
    cut_off: time | None = None

    @property
    def is_deferred(self) -> bool:
        """Does the procedure's own cut-off move the receipt to the next working day?"""
        if self.cut_off is None:
            return False
        is_in_time = self.received_at.time() <= self.cut_off
        return not (is_in_time and self.calendar.is_working_day(self.received_at.date()))

    @property
    def next_working_day(self) -> date:
        return self.calendar.working_day_from(self.received_at.date() + ONE_DAY)


@dataclass(frozen=True, slots=True)
class _Spent:
    """How far a count came: the end (None: a pause without end is in the way) and what each day used up, in `step`s."""

    due_at: datetime | None
    by_day: dict[date, timedelta]
    step: timedelta
    # The term was used up at a closing and the end is the opening after it (see `_walk`).
    ends_at_opening: bool = False

    @property
    def total(self) -> Decimal:
        return ratio(sum(self.by_day.values(), _NOTHING), self.step)


def ratio(span: timedelta, unit: timedelta) -> Decimal:
    """How many units a span is, exact as far as Decimal goes."""
    return Decimal(span // _MICROSECOND) / Decimal(unit // _MICROSECOND)


def span(value: Decimal, step: timedelta) -> timedelta:
    """That many steps, to the microsecond."""
    return timedelta(microseconds=int(value * (step // _MICROSECOND)))


# --- Working days, working hours, hours: time runs within the day -----------------------------------------------------


def count_in_time(question: Question) -> DueComputation:
    """The due instant of a term in working days, working hours or hours."""
    term, calendar = question.term, question.calendar
    if term.unit == TermUnit.HOUR:
        spent = _walk(question, whole_day, HOUR, is_same_wall_time=False)
        if spent.due_at is not None:
            due_at = _opened(calendar, spent.due_at, merged(question.pauses))
            spent = _Spent(due_at, spent.by_day, HOUR)
    elif term.unit == TermUnit.WORKING_HOUR:
        spent = _walk(question, calendar.intervals_on, HOUR, is_same_wall_time=False)
    else:
        # Whole days end at the wall time of receipt; a part of a day is used up like so many hours.
        spent = _walk(question, calendar.intervals_on, calendar.day_length, is_same_wall_time=term.value % 1 == 0)
    remaining = None if spent.due_at is not None else term.value - spent.total
    return _explained(question, spent, remaining, term.unit)


def _walk(
    question: Question, hours: Callable[[date], tuple[Interval, ...]], step: timedelta, *, is_same_wall_time: bool
) -> _Spent:
    """Let the clock run until the term is used up.

    A term used up exactly at a closing could as well end at the next opening: no working time lies between. For whole
    days (`is_same_wall_time`) the clock's first running instant decides. On the date of receipt, that day is not to be
    counted, so the end is the next opening (7:00 gives 7:00); on a later date, that date is day 1 and the end is the
    closing. Deciding by the first running instant, pauses included, is what keeps due instants in the order of receipt.
    """
    start = question.received_at
    if question.is_deferred:
        start = question.calendar.opening(question.next_working_day)
    elif question.cut_off is not None:
        # What was put off starts with the opening, so what comes in before it that morning cannot start sooner.
        start = max(start, question.calendar.opening(start.date()))
    left = span(question.term.value, step)
    by_day: dict[date, timedelta] = {}
    may_end_at_opening: bool | None = None
    for day, running in stretches(start, hours, tuple((pause.start, pause.end) for pause in merged(question.pauses))):
        if day.year > LAST_YEAR:
            raise InvalidInstant
        for begin, end in running:
            if may_end_at_opening is None:
                may_end_at_opening = is_same_wall_time and day == question.received_at.date()
            if not left:
                return _Spent(begin, by_day, step, ends_at_opening=True)
            used = min(left, end - begin)
            left -= used
            by_day[day] = by_day.get(day, _NOTHING) + used
            if not left and (begin + used < end or not may_end_at_opening):
                return _Spent(begin + used, by_day, step)
    return _Spent(None, by_day, step)


def _opened(calendar: WorkingCalendar, instant: datetime, pauses: tuple[Pause, ...]) -> datetime | None:
    """The first working instant from then on that lies in no pause; None inside a pause without end."""
    due_at = calendar.working_instant_from(instant)
    for pause in pauses:
        if pause.start < due_at and (pause.end is None or due_at < pause.end):
            if pause.end is None:
                return None
            due_at = calendar.working_instant_from(pause.end)
    return due_at


# --- Calendar days and months: only the date matters ------------------------------------------------------------------


def count_in_days(question: Question) -> DueComputation:
    """The due instant of a term in calendar days or months: closing time of a worked day."""
    calendar = question.calendar
    base = question.received_at.date()
    if question.is_deferred:
        # The next working day is day 1, so the day before it is the one that is not counted.
        base = question.next_working_day - ONE_DAY
    length = int(question.term.value)
    if question.term.unit == TermUnit.MONTH:
        length = (_months_later(base, length) - base).days

    shift = 0
    standing: set[date] = set()
    stopped_on: date | None = None
    due_at = _closing_from(calendar, at(base + timedelta(days=length), time.min))
    for pause in merged(question.pauses):
        if pause.start >= due_at:
            break
        first = max(pause.start.date(), base)
        if pause.end is None:
            stopped_on = first
            break
        days = max((pause.end.date() - first).days, 0)
        shift += days
        standing.update(first + timedelta(days=number) for number in range(1, days + 1))
        last_day = at(base + timedelta(days=length + shift), time.min)
        # A due instant inside a pause would let the agency run late while it waits for the citizen.
        due_at = max(_closing_from(calendar, last_day), _closing_from(calendar, pause.end))

    until = due_at.date() if stopped_on is None else stopped_on
    by_day: dict[date, timedelta] = {}
    day = base + ONE_DAY
    while day <= until and len(by_day) < length:
        if day not in standing:
            by_day[day] = ONE_DAY
        day += ONE_DAY
    if stopped_on is not None:
        remaining = Decimal(length - len(by_day))
        return _explained(question, _Spent(None, by_day, ONE_DAY), remaining, TermUnit.CALENDAR_DAY)
    return _explained(question, _Spent(due_at, by_day, ONE_DAY), None, TermUnit.CALENDAR_DAY)


def _closing_from(calendar: WorkingCalendar, instant: datetime) -> datetime:
    """The first closing time at or after the instant."""
    day = calendar.working_day_from(instant.date())
    if calendar.closing(day) < instant:
        day = calendar.working_day_from(day + ONE_DAY)
    return calendar.closing(day)


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it is shorter."""
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    return date(year, month, min(day.day, gregorian.monthrange(year, month)[1]))


# --- The working ------------------------------------------------------------------------------------------------------


def _explained(question: Question, spent: _Spent, remaining: Decimal | None, unit: TermUnit) -> DueComputation:
    calendar = question.calendar
    received_on = question.received_at.date()
    if spent.due_at is not None:
        last_on = spent.due_at.date()
    else:
        last_on = max(pause.start for pause in merged(question.pauses)).date()
    total, before = _NOTHING, Decimal(0)
    trace = []
    is_provisional = False
    for offset in range((last_on - received_on).days + 1):
        day = received_on + timedelta(days=offset)
        counted_span = spent.by_day.get(day, _NOTHING)
        total += counted_span
        elapsed = rounded(ratio(total, spent.step))
        kind, name, by = _word_for(question, spent, day, counted_span)
        special = calendar.special_days.get(day)
        is_provisional = is_provisional or (special is not None and special.is_provisional)
        number = None
        if question.term.unit in _DAY_UNITS and kind in (TraceKind.COUNTED, TraceKind.DUE, TraceKind.PAUSED):
            number = _day_number(spent, elapsed, bool(counted_span), kind)
        trace.append(TraceDay(day, kind, name, elapsed - before, elapsed, number, by))
        before = elapsed
    return DueComputation(
        due_at=spent.due_at,
        trace=tuple(trace),
        remaining=None if remaining is None else rounded(remaining),
        remaining_unit=None if remaining is None else unit,
        is_provisional=is_provisional,
    )


def _word_for(question: Question, spent: _Spent, day: date, counted: timedelta) -> tuple[TraceKind, str, str]:
    calendar = question.calendar
    runs_all_day = question.term.unit not in (TermUnit.WORKING_DAY, TermUnit.WORKING_HOUR)
    name = calendar.name_of(day)
    if spent.due_at is not None and day == spent.due_at.date():
        return TraceKind.DUE, name, ""
    if day == question.received_at.date():
        return TraceKind.START, name, ""
    is_closed = not calendar.is_working_day(day)
    if is_closed and not runs_all_day:
        return calendar.why_closed(day), name, ""
    for pause in question.pauses:
        hours = whole_day(day) if runs_all_day else calendar.intervals_on(day)
        if any(pause.start < end and (pause.end is None or begin < pause.end) for begin, end in hours):
            return TraceKind.PAUSED, pause.reason or name, pause.by
    if is_closed and not counted:
        return calendar.why_closed(day), name, ""
    return TraceKind.COUNTED, name, ""


def _day_number(spent: _Spent, elapsed: Decimal, has_counted: bool, kind: TraceKind) -> int | None:
    """The "day 3" of a day: how many whole days of the term have come full by its end."""
    if kind != TraceKind.DUE and not has_counted:
        return None
    number = int(elapsed.to_integral_value(ROUND_FLOOR))
    if spent.ends_at_opening and kind != TraceKind.DUE and has_counted and number == elapsed:
        # Full only with the next opening, where such a count ends too.
        number -= 1
    return number or None
