"""Early, on time or late, and how much of the allotted time was used (S3: "results returned 50 % earlier"). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time
from decimal import Decimal

from portal.core import clock
from portal.core.due_trace import rounded
from portal.core.enums import TermUnit, Timeliness
from portal.core.terms import AnyPause, Pause, Term
from portal.core.working_calendar import WorkingCalendar
from portal.core.working_time import compute_due

_IN_HOURS = frozenset({TermUnit.HOUR, TermUnit.WORKING_HOUR})
# Longer than any term: the count runs until it meets the finish.
_ENDLESS = {
    TermUnit.WORKING_DAY: Decimal(3_650),
    TermUnit.WORKING_HOUR: Decimal(29_200),
    TermUnit.CALENDAR_DAY: Decimal(3_650),
    TermUnit.HOUR: Decimal(87_600),
}


@dataclass(frozen=True, slots=True)
class TimeUsed:
    """`allotted` and `used` net of pauses, both in `unit`: the term's own, months in calendar days."""

    timeliness: Timeliness
    allotted: Decimal
    used: Decimal
    unit: TermUnit

    @property
    def saved_share(self) -> Decimal:
        """The part of the allotted time that was not needed; below zero when more was used."""
        return saved_share(self.allotted, self.used)


def saved_share(allotted: Decimal, used: Decimal) -> Decimal:
    """0.5 when half of the time was enough, -0.25 when a quarter more was used."""
    return rounded((allotted - used) / allotted)


def measure(
    received_at: datetime,
    finished_at: datetime,
    due_at: datetime,
    term: Term,
    calendar: WorkingCalendar,
    pauses: Iterable[AnyPause] = (),
    cut_off: time | None = None,
) -> TimeUsed:
    """What a finish at that instant means against the promise `due_at`, counted by the rules of `compute_due`.

    Late: after the promised instant. Early: on a date before the promised one (terms in hours: at least one whole hour
    before the end), with some of the term left. Else on time. A day on which the finish falls counts as used as far as it
    went; of terms in calendar days and months it counts whole. A year whose days off nobody entered does not hold a
    decision up: it is counted by its weekdays.
    """
    calendar = replace(calendar, known_years=None)
    pauses = tuple(pauses)
    unit, allotted = term.unit, term.value
    if unit == TermUnit.MONTH:
        # A month is as many days as lie in it, counted from this receipt.
        unit = TermUnit.CALENDAR_DAY
        allotted = compute_due(received_at, term, calendar, (), cut_off).trace[-1].elapsed
    stopped = compute_due(received_at, Term(_ENDLESS[unit], unit), calendar, (*pauses, Pause(finished_at)), cut_off)
    used = stopped.trace[-1].elapsed
    return TimeUsed(_verdict(finished_at, due_at, allotted, used, unit), rounded(allotted), rounded(used), unit)


def _verdict(finished_at: datetime, due_at: datetime, allotted: Decimal, used: Decimal, unit: TermUnit) -> Timeliness:
    if finished_at > due_at:
        return Timeliness.LATE
    if unit in _IN_HOURS:
        return Timeliness.EARLY if allotted - used >= 1 else Timeliness.ON_TIME
    is_earlier_date = clock.local(finished_at).date() < clock.local(due_at).date()
    return Timeliness.EARLY if is_earlier_date and used < allotted else Timeliness.ON_TIME
