"""Early, on time, late: a table counted by hand, and what holds for every finish."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.calendar_seed import builtin_calendar
from portal.core.clock import VIETNAM
from portal.core.timeliness import Timeliness, measure
from portal.core.working_time import Term, TermUnit, compute_due

DAY, HOURS, PLAIN = TermUnit.WORKING_DAY, TermUnit.WORKING_HOUR, TermUnit.HOUR
CALENDAR, MONTH = TermUnit.CALENDAR_DAY, TermUnit.MONTH
EARLY, ON_TIME, LATE = Timeliness.EARLY, Timeliness.ON_TIME, Timeliness.LATE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("received", "finished", "value", "unit", "pauses", "expected"),
    [
        # Monday 2 June 2025, 9:00, 4 days: due Friday 6 June 9:00
        ("2025-06-02T09:00", "2025-06-04T09:00", "4", DAY, (), (EARLY, "4", "2", "0.5")),
        ("2025-06-02T09:00", "2025-06-02T11:00", "4", DAY, (), (EARLY, "4", "0.25", "0.9375")),
        ("2025-06-02T09:00", "2025-06-05T15:00", "4", DAY, (), (EARLY, "4", "3.5", "0.125")),
        # on the promised date: on time, to the minute
        ("2025-06-02T09:00", "2025-06-06T08:00", "4", DAY, (), (ON_TIME, "4", "3.875", "0.0312")),
        ("2025-06-02T09:00", "2025-06-06T09:00", "4", DAY, (), (ON_TIME, "4", "4", "0")),
        ("2025-06-02T09:00", "2025-06-06T09:01", "4", DAY, (), (LATE, "4", "4.0021", "-0.0005")),
        ("2025-06-02T09:00", "2025-06-09T09:00", "4", DAY, (), (LATE, "4", "5", "-0.25")),
        # a weekend and lunch use nothing up
        ("2025-06-02T09:00", "2025-06-08T20:00", "10", DAY, (), (EARLY, "10", "4.75", "0.525")),
        # a supplement of two working days does not count
        ("2025-06-02T09:00", "2025-06-06T09:00", "4", DAY, (("2025-06-03T09:00", "2025-06-05T09:00"),),
         (EARLY, "4", "2", "0.5")),
        # half a day: due the same day, so on time and not early
        ("2025-06-02T09:00", "2025-06-02T11:00", "0.5", DAY, (), (ON_TIME, "0.5", "0.25", "0.5")),
        # hours: a whole hour makes it early
        ("2025-06-02T07:00", "2025-06-02T11:30", "8", HOURS, (), (EARLY, "8", "4.5", "0.4375")),
        ("2025-06-02T07:00", "2025-06-02T16:30", "8", HOURS, (), (ON_TIME, "8", "7.5", "0.0625")),
        ("2025-06-02T07:00", "2025-06-03T08:00", "8", HOURS, (), (LATE, "8", "9", "-0.125")),
        ("2025-06-02T09:00", "2025-06-02T21:00", "24", PLAIN, (), (EARLY, "24", "12", "0.5")),
        # 15 calendar days end in Tết and wait for Monday 23 February 2026: used up by the 18th, still on time
        ("2026-02-03T10:00", "2026-02-23T16:00", "15", CALENDAR, (), (ON_TIME, "15", "20", "-0.3333")),
        ("2026-02-03T10:00", "2026-02-10T16:00", "15", CALENDAR, (), (EARLY, "15", "7", "0.5333")),
        ("2026-02-03T10:00", "2026-02-24T08:00", "15", CALENDAR, (), (LATE, "15", "21", "-0.4")),
        # a month from 15 June is 30 days, one from 15 July 31
        ("2025-06-15T09:00", "2025-06-30T09:00", "1", MONTH, (), (EARLY, "30", "15", "0.5")),
        ("2025-07-15T09:00", "2025-08-15T16:00", "1", MONTH, (), (ON_TIME, "31", "31", "0")),
    ],
)  # fmt: skip
def test_the_table(received: str, finished: str, value: str, unit: TermUnit, pauses: tuple, expected: tuple) -> None:
    term = Term(Decimal(value), unit)
    stops = [(at(start), at(end)) for start, end in pauses]
    due_at = compute_due(at(received), term, builtin_calendar(), stops).due_at
    assert due_at is not None

    found = measure(at(received), at(finished), due_at, term, builtin_calendar(), stops)

    timeliness, allotted, used, share = expected
    assert (found.timeliness, found.allotted, found.used) == (timeliness, Decimal(allotted), Decimal(used))
    assert found.saved_share == Decimal(share)


def test_what_came_in_after_the_cut_off_uses_time_from_the_next_morning() -> None:
    term = Term(Decimal(2), DAY)
    received, finished = at("2025-06-02T15:30"), at("2025-06-03T11:00")
    due_at = compute_due(received, term, builtin_calendar(), (), time(15)).due_at
    assert due_at == at("2025-06-04T17:00")

    found = measure(received, finished, due_at, term, builtin_calendar(), (), time(15))

    assert (found.timeliness, found.used, found.saved_share) == (EARLY, Decimal("0.5"), Decimal("0.75"))


def test_a_decision_does_not_wait_for_next_centurys_holidays() -> None:
    found = measure(
        at("2099-12-30T09:00"),
        at("2100-01-04T09:00"),
        at("2099-12-31T09:00"),
        Term(Decimal(1), DAY),
        builtin_calendar(),
    )

    assert (found.timeliness, found.used) == (LATE, Decimal(3))


_START = datetime(2025, 1, 1)
instants = st.integers(0, 365 * 96).map(lambda n: (_START + timedelta(minutes=15 * n)).replace(tzinfo=VIETNAM))


@settings(max_examples=150, deadline=None)
@given(
    received=instants,
    value=st.integers(1, 60),
    unit=st.sampled_from([DAY, HOURS, PLAIN, CALENDAR]),
    after=st.integers(0, 3_000),
    more=st.integers(1, 500),
    pause=st.tuples(st.integers(0, 2_000), st.integers(0, 800)),
)
def test_a_later_finish_uses_no_less_and_the_promise_is_kept_exactly_when_the_term_is(
    received: datetime, value: int, unit: TermUnit, after: int, more: int, pause: tuple[int, int]
) -> None:
    quarter = timedelta(minutes=15)
    term = Term(Decimal(value), unit)
    start, length = pause
    stops = [(received + start * quarter, received + (start + length) * quarter)]
    due_at = compute_due(received, term, builtin_calendar(), stops).due_at
    assert due_at is not None
    finished = received + after * quarter

    first = measure(received, finished, due_at, term, builtin_calendar(), stops)
    second = measure(received, finished + more * quarter, due_at, term, builtin_calendar(), stops)

    assert first.used <= second.used
    assert (first.timeliness == LATE) == (finished > due_at)
    if unit in (DAY, HOURS) and first.timeliness != LATE:
        assert first.used <= first.allotted
    if first.timeliness == EARLY:
        assert first.saved_share > 0
