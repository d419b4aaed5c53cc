"""Pure rules of dates around a dossier that are not the processing term itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from portal.core import clock
from portal.core.working_time import (
    Pause,
    Term,
    WorkingCalendar,
    add_working_time,
    compute_due,
    working_time_between,
)

ANSWER_ONLINE_WITHIN_HOURS = Decimal(8)
"""An online dossier is answered within 8 working hours of its receipt by the system (NĐ 45/2020)."""
SUPPLEMENT_WITHIN = timedelta(days=30)
PAYMENT_WITHIN = timedelta(days=15)
"""How long the citizen is waited for before somebody must look again; a setting of the house, not of a law."""
PREPAYMENT_WITHIN = timedelta(days=5)
"""How long a fee that comes before receipt is waited for (decision 0041); a setting of the house as well."""
DELIVERED_WITHIN = timedelta(days=7)
"""How long the post is waited for before the desk must ask it; a setting of the house."""
HAND_OVER_WITHIN_DAYS = 1
"""Working days within which a result decided late must be at the place where it is handed over."""


def answer_due(submitted_at: datetime, calendar: WorkingCalendar) -> datetime:
    """When the desk must have answered an online dossier."""
    return add_working_time(submitted_at, ANSWER_ONLINE_WITHIN_HOURS, calendar)


def working_days_after(start: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    """The working instant at which that many working days, each of `calendar.day_length`, have passed."""
    hours = Decimal(days) * Decimal(calendar.day_length // timedelta(minutes=1)) / 60
    return add_working_time(start, hours, calendar)


def working_time_ago(instant: datetime, hours: int, calendar: WorkingCalendar) -> datetime:
    """The latest instant from which that many working hours have passed by `instant`; with 0 the instant itself.

    A date that lies before or at it has been passed for at least so long: one comparison instead of a count a row.
    """
    left, now = timedelta(hours=hours), clock.local(instant)
    day = now.date()
    while left:
        for begin, end in reversed(calendar.intervals_on(day)):
            worked = max(min(end, now) - begin, timedelta(0))
            if worked >= left:
                return begin + (worked - left)
            left -= worked
        day -= timedelta(days=1)
    return instant


def hand_over_due(resolved_at: datetime, appointed_at: datetime | None, calendar: WorkingCalendar) -> datetime:
    """When the result must be in the citizen's hands or ready for them: at the date the citizen was told, and after a
    late decision within a working day."""
    soonest = working_days_after(resolved_at, HAND_OVER_WITHIN_DAYS, calendar)
    return soonest if appointed_at is None else max(soonest, appointed_at)


def step_due(
    started_at: datetime, term: Term, limit: datetime | None, calendar: WorkingCalendar, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """When a step must be done: its term from where it really began, pauses left out, never later than `limit`, which is
    the date of the whole dossier.

    The dossier's own date is counted from its whole term and no step has a part in it, so cutting a step in two never
    moves it. Steps that follow each other, each done at its date, end with the last one at the date of the whole however
    it is cut (for working time: no working time apart), except for months, where they may end a few days earlier: a month
    from 28 February ends on 28 March.
    """
    due_at = compute_due(started_at, term, calendar, pauses=pauses).due_at
    if due_at is None or limit is None:
        return limit or due_at
    return min(due_at, limit)


def proposed_promise(due_at: datetime, now: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    """The new date an apology proposes: that many working days after the due date, or after now when that has passed."""
    return working_days_after(max(due_at, now), days, calendar)


def moved_promise(
    promised_at: datetime, paused_at: datetime, resumed_at: datetime, calendar: WorkingCalendar
) -> datetime:
    """A promise moves by the pause: as much working time is left of it at the end as there was at the beginning."""
    left = working_time_between(paused_at, promised_at, calendar)
    return add_working_time(resumed_at, left, calendar) if left > 0 else promised_at


def kept_promise(promised_at: datetime, calendar: WorkingCalendar) -> datetime:
    """A promise that falls into closed hours since the calendar changed: the same hour of the next working day, else the
    next opening. Any other stays; a promise never comes earlier."""
    if is_working_instant(promised_at, calendar):
        return promised_at
    local = clock.local(promised_at)
    day = calendar.working_day_from(local.date())
    return calendar.working_instant_from(datetime.combine(day, local.timetz()))


def is_working_instant(instant: datetime, calendar: WorkingCalendar) -> bool:
    """Is the office open then (closing time included)?"""
    local = clock.local(instant)
    return calendar.working_instant_from(local) == local
