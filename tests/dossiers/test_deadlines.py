"""Dates around a dossier: how long ago in working time, when a result is due, what an apology proposes."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossiers import deadlines
from portal.core.calendar_seed import builtin_calendar
from portal.core.clock import VIETNAM
from portal.core.enums import TermUnit
from portal.core.working_time import Pause, Term, WorkingCalendar, compute_due, working_time_between

# No special days: weekends only. Monday 4 May 2026.
CALENDAR = WorkingCalendar()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("now", "hours", "expected"),
    [
        (at(5, 9), 0, at(5, 9)),
        (at(5, 9), 2, at(5, 7)),
        (at(5, 9), 3, at(4, 16)),
        (at(5, 9), 8, at(4, 9)),
        # The lunch break and the weekend are no working time.
        (at(5, 14), 1, at(5, 11)),
        (at(4, 8), 2, at(1, 16)),
        (at(3, 12), 8, at(1, 7)),
        (at(5, 6), 8, at(4, 7)),
    ],
)
def test_working_time_ago(now: datetime, hours: int, expected: datetime) -> None:
    assert deadlines.working_time_ago(now, hours, CALENDAR) == expected


@given(
    day=st.integers(4, 28),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    hours=st.integers(1, 60),
)
def test_what_was_so_long_ago_is_exactly_so_many_working_hours_away(
    day: int, hour: int, minute: int, hours: int
) -> None:
    now = at(day, hour, minute)
    ago = deadlines.working_time_ago(now, hours, CALENDAR)
    assert working_time_between(ago, now, CALENDAR) == Decimal(hours)


@pytest.mark.parametrize(
    ("resolved_at", "appointed_at", "expected"),
    [
        # In time: the citizen was told the appointed date, so the result is there by then.
        (at(4, 9), at(7, 9), at(7, 9)),
        # On the last day or late: a working day to bring it to the desk.
        (at(7, 9), at(7, 9), at(8, 9)),
        (at(8, 16), at(7, 9), at(11, 16)),
        (at(4, 9), None, at(5, 9)),
    ],
)
def test_when_a_result_must_be_handed_over(
    resolved_at: datetime, appointed_at: datetime | None, expected: datetime
) -> None:
    assert deadlines.hand_over_due(resolved_at, appointed_at, CALENDAR) == expected


@pytest.mark.parametrize(
    ("due_at", "now", "days", "expected"),
    [
        (at(7, 9), at(6, 8), 3, at(12, 9)),
        # Past already: counted from now, from the next working hour when the office is closed.
        (at(7, 9), at(8, 10), 1, at(11, 10)),
        (at(7, 9), at(9, 10), 1, at(11, 17)),
    ],
)
def test_the_date_an_apology_proposes(due_at: datetime, now: datetime, days: int, expected: datetime) -> None:
    assert deadlines.proposed_promise(due_at, now, days, CALENDAR) == expected


def test_a_promise_moves_by_the_working_time_of_a_pause() -> None:
    # Three working hours were left; the pause ends on Friday at 16:00.
    assert deadlines.moved_promise(at(5, 10), at(5, 7), at(8, 16), CALENDAR) == at(11, 9)
    # It had passed when the pause began: nothing is left of it, and nothing is given.
    assert deadlines.moved_promise(at(4, 10), at(5, 7), at(8, 16), CALENDAR) == at(4, 10)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [(at(4, 7), True), (at(4, 17), True), (at(4, 12), False), (at(4, 17, 1), False), (at(3, 9), False)],
)
def test_whether_the_office_is_open(instant: datetime, expected: bool) -> None:
    assert deadlines.is_working_instant(instant, CALENDAR) is expected


_UNITS = {
    TermUnit.WORKING_DAY: Decimal("0.5"),
    TermUnit.WORKING_HOUR: Decimal("0.25"),
    TermUnit.HOUR: Decimal("0.25"),
    TermUnit.CALENDAR_DAY: Decimal(1),
    TermUnit.MONTH: Decimal(1),
}


@settings(max_examples=300, deadline=None)
@given(
    unit=st.sampled_from(sorted(_UNITS)),
    sizes=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    quarters=st.integers(0, 2 * 365 * 96),
    pause=st.none() | st.tuples(st.integers(0, 1_500), st.integers(0, 800)),
)
def test_however_a_term_is_cut_into_steps_the_last_one_ends_with_the_dossier(
    unit: TermUnit, sizes: list[int], quarters: int, pause: tuple[int, int] | None
) -> None:
    """Each step begins when the one before it is done, at its date, as the product opens them one after another."""
    calendar = builtin_calendar()
    started_at = datetime(2025, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=15 * quarters)
    pauses = []
    if pause is not None:
        begun = started_at + timedelta(minutes=15 * pause[0])
        pauses.append(Pause(begun, begun + timedelta(minutes=15 * pause[1])))
    parts = [Term(size * _UNITS[unit], unit) for size in sizes]
    whole = Term(sum((part.value for part in parts), Decimal(0)), unit)
    limit = compute_due(started_at, whole, calendar, pauses=pauses).due_at
    assert limit is not None
    done_at, before_at = started_at, started_at
    for part in parts:
        # What was over when the step began is no pause of the step: `holdings.step_due` leaves it out.
        of_the_step = [one for one in pauses if one.end is not None and one.end > done_at]
        due_at = deadlines.step_due(done_at, part, limit, calendar, of_the_step)
        assert due_at is not None
        done_at, before_at = due_at, done_at
        assert before_at <= done_at <= limit
    if unit in (TermUnit.WORKING_DAY, TermUnit.WORKING_HOUR):
        # Closing time and the next opening are the same in working time.
        assert working_time_between(done_at, limit, calendar) == 0
    elif unit != TermUnit.MONTH:
        assert done_at == limit
