"""The legal clock: when a term ends (DOMAIN 5.1 and 5.3). Pure functions over a `WorkingCalendar`.

How each unit is counted, always on the Vietnamese wall clock:

* working_day: one day is eight working hours. What comes in during working hours is due at the same wall time N working
  days later, so the day of receipt is not counted. What comes in before opening or at lunch counts as of that opening.
  What comes in on a day off or from closing time on counts from the next opening and is due at closing time: there the
  next working day is day 1. "Deemed received next morning" and "first day not counted" are never applied together.
* working_hour: the same clock in hours; a term used up with the morning or the day ends at that closing.
* hour: hours of the wall clock, day and night; an end outside working hours moves to the next opening.
* calendar_day, month: the day of receipt is not counted, the end is closing time of the last day, moved to the next
  worked day (Civil Code 2015, articles 147 and 148). A month ends on the same day of the month, or the month's last.

A pause stops the clock: in working time for working units, in plain time for hours, and by the number of midnights it
spans for calendar units. A due instant never falls inside a pause. A later receipt, a longer term, or a further pause
never gives an earlier due instant, and a due instant is always a working instant.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal

from portal.core.due_counting import HOUR, Question, count_in_days, count_in_time, ratio
from portal.core.due_trace import DueComputation, TraceDay, trace_from_json
from portal.core.enums import CalendarDayKind, TermUnit, TraceKind
from portal.core.terms import AnyPause, Pause, Term, checked_instant, checked_pauses
from portal.core.working_calendar import SpecialDay, WorkingCalendar, stretches
from portal.core.working_time_errors import CalendarUnknown, InvalidCalendar, InvalidInstant, InvalidPause, InvalidTerm

__all__ = [
    "CalendarDayKind",
    "CalendarUnknown",
    "DueComputation",
    "InvalidCalendar",
    "InvalidInstant",
    "InvalidPause",
    "InvalidTerm",
    "Pause",
    "SpecialDay",
    "Term",
    "TermUnit",
    "TraceDay",
    "TraceKind",
    "WorkingCalendar",
    "add_working_time",
    "compute_due",
    "trace_from_json",
    "working_time_between",
]


def compute_due(
    received_at: datetime,
    term: Term,
    calendar: WorkingCalendar,
    pauses: Iterable[AnyPause] = (),
    cut_off: time | None = None,
) -> DueComputation:
    """When the term ends for what was received at that instant, with the day-by-day working.

    `cut_off` is the procedure's own hour: what comes in after it, or on a day off, counts from the next working day,
    which then is day 1. Pauses may come in any order and overlap; what lies before receipt is ignored, and so is a
    pause that begins when the due instant has come. Raises InvalidInstant, InvalidPause, InvalidCalendar,
    CalendarUnknown.
    """
    received_at = checked_instant(received_at)
    question = Question(received_at, term, calendar, checked_pauses(pauses, received_at), cut_off)
    if term.unit in (TermUnit.CALENDAR_DAY, TermUnit.MONTH):
        return count_in_days(question)
    return count_in_time(question)


def add_working_time(start: datetime, hours: Decimal, calendar: WorkingCalendar) -> datetime:
    """The working instant at which that many working hours (zero or more) have passed since the start.

    Raises InvalidTerm below zero and above ten years.
    """
    if hours == 0:
        return calendar.working_instant_from(checked_instant(start))
    due_at = compute_due(start, Term(hours, TermUnit.WORKING_HOUR), calendar).due_at
    assert due_at is not None  # only a pause without end leaves it open
    return due_at


def working_time_between(earlier: datetime, later: datetime, calendar: WorkingCalendar) -> Decimal:
    """Working hours between two instants; negative when they come in the other order."""
    earlier, later = checked_instant(earlier), checked_instant(later)
    if later < earlier:
        return -working_time_between(later, earlier, calendar)
    total = timedelta(0)
    # A pause from `later` on without end is where the walk stops.
    for _day, running in stretches(earlier, calendar.intervals_on, ((later, None),)):
        total += sum((end - begin for begin, end in running), timedelta(0))
    return ratio(total, HOUR)
