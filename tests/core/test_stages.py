"""Consecutive stages inside one term: each has its date, and cutting a stage moves no other."""

from datetime import datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.calendar_seed import builtin_calendar
from portal.core.clock import VIETNAM
from portal.core.stages import compute_stages
from portal.core.working_time import Pause, Term, TermUnit, compute_due

DAY, HOURS, PLAIN = TermUnit.WORKING_DAY, TermUnit.WORKING_HOUR, TermUnit.HOUR
CALENDAR, MONTH = TermUnit.CALENDAR_DAY, TermUnit.MONTH


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def dues(received: str, terms: list[tuple[str, TermUnit]], pauses: tuple = (), cut_off: time | None = None) -> list:
    stages = compute_stages(
        at(received),
        [Term(Decimal(value), unit) for value, unit in terms],
        builtin_calendar(),
        [Pause(at(start), None if end is None else at(end)) for start, end in pauses],
        cut_off,
    )
    return [None if stage.due_at is None else f"{stage.due_at:%Y-%m-%dT%H:%M}" for stage in stages]


@pytest.mark.parametrize(
    ("received", "terms", "expected"),
    [
        # the commune 5 days, the district 7 (1.010440): 12 days in all
        ("2025-06-02T09:00", [("5", DAY), ("7", DAY)], ["2025-06-09T09:00", "2025-06-18T09:00"]),
        # 3 days, then half a day (1.001731)
        ("2025-06-02T09:00", [("3", DAY), ("0.5", DAY)], ["2025-06-05T09:00", "2025-06-05T15:00"]),
        # 5 days and 10 days across Tết 2026 (14 to 22 February off)
        ("2026-02-10T09:00", [("5", DAY), ("10", DAY)], ["2026-02-24T09:00", "2026-03-10T09:00"]),
        # 7 days of which nothing is a day off, then 10 that end on a Saturday and wait for Monday
        ("2025-06-04T09:00", [("7", CALENDAR), ("10", CALENDAR)], ["2025-06-11T17:00", "2025-06-23T17:00"]),
        # the unit changes: half a working day starts where the calendar days ended, at closing time
        ("2025-06-04T09:00", [("7", CALENDAR), ("0.5", DAY)], ["2025-06-11T17:00", "2025-06-12T11:00"]),
        ("2025-06-02T09:00", [("1", DAY), ("2", HOURS), ("2", HOURS)],
         ["2025-06-03T09:00", "2025-06-03T11:00", "2025-06-03T15:00"]),
        ("2025-06-02T09:00", [], []),
    ],
)  # fmt: skip
def test_each_stage_has_its_date_inside_the_whole(received: str, terms: list, expected: list[str]) -> None:
    assert dues(received, terms) == expected


def test_two_stages_end_with_their_sum_and_not_at_two_roundings() -> None:
    # 4 hours from 13:30 end at 7:30 the next day; each of two half days would not end at 11:30 and 17:00.
    assert dues("2025-06-02T07:00", [("0.5", DAY), ("0.5", DAY)])[-1] == "2025-06-03T07:00"
    assert dues("2025-06-02T07:00", [("1", DAY)]) == ["2025-06-03T07:00"]


def test_the_cut_off_is_for_the_receipt_only() -> None:
    # Received after 15:00: Tuesday is day 1 and ends at 17:00. The hours after it go on from there.
    assert dues("2025-06-02T15:30", [("1", DAY), ("2", HOURS)], cut_off=time(15)) == [
        "2025-06-03T17:00",
        "2025-06-04T09:00",
    ]


def test_an_open_pause_leaves_its_stage_and_the_later_ones_open() -> None:
    stages = compute_stages(
        at("2025-06-02T09:00"),
        [Term(Decimal(1), DAY), Term(Decimal(2), DAY), Term(Decimal(3), CALENDAR)],
        builtin_calendar(),
        [(at("2025-06-04T09:00"), None)],
    )
    assert [stage.due_at for stage in stages] == [at("2025-06-03T09:00"), None, None]
    assert [(stage.remaining, stage.remaining_unit) for stage in stages] == [
        (None, None),
        (Decimal(1), DAY),
        (Decimal(3), CALENDAR),
    ]


def test_a_closed_pause_moves_its_stage_and_those_after_it() -> None:
    pause = (("2025-06-04T09:00", "2025-06-06T09:00"),)
    assert dues("2025-06-02T09:00", [("1", DAY), ("2", DAY)], pause) == ["2025-06-03T09:00", "2025-06-09T09:00"]


_START = datetime(2025, 1, 1)
instants = st.integers(0, 2 * 365 * 96).map(lambda n: (_START + timedelta(minutes=15 * n)).replace(tzinfo=VIETNAM))
terms = st.one_of(
    st.integers(1, 30).map(lambda n: Term(Decimal(n) / 2, DAY)),
    st.integers(1, 80).map(lambda n: Term(Decimal(n) / 4, HOURS)),
    st.integers(1, 100).map(lambda n: Term(Decimal(n) / 4, PLAIN)),
    st.integers(1, 30).map(lambda n: Term(Decimal(n), CALENDAR)),
    st.integers(1, 3).map(lambda n: Term(Decimal(n), MONTH)),
)
_PARTS = {DAY: Decimal("0.5"), HOURS: Decimal("0.25"), PLAIN: Decimal("0.25"), CALENDAR: Decimal(1), MONTH: Decimal(1)}


@st.composite
def pauses(draw: st.DrawFn, received: datetime) -> list[Pause]:
    found = []
    for _number in range(draw(st.integers(0, 2))):
        start = received + timedelta(minutes=15 * draw(st.integers(-50, 1_500)))
        found.append(Pause(start, start + timedelta(minutes=15 * draw(st.integers(0, 800)))))
    return found


@settings(max_examples=150, deadline=None)
@given(data=st.data(), received=instants, stages=st.lists(terms, min_size=1, max_size=4))
def test_splitting_a_stage_never_changes_any_other_date(data: st.DataObject, received: datetime, stages: list) -> None:
    cut_off = data.draw(st.sampled_from([None, time(15), time(11, 30)]))
    stops = data.draw(pauses(received))
    number = data.draw(st.integers(0, len(stages) - 1))
    term = stages[number]
    steps = int(term.value / _PARTS[term.unit])
    if steps < 2:
        return
    first = _PARTS[term.unit] * data.draw(st.integers(1, steps - 1))
    split = [*stages[:number], Term(first, term.unit), Term(term.value - first, term.unit), *stages[number + 1 :]]

    whole = [stage.due_at for stage in compute_stages(received, stages, builtin_calendar(), stops, cut_off)]
    parts = [stage.due_at for stage in compute_stages(received, split, builtin_calendar(), stops, cut_off)]

    assert parts[:number] + parts[number + 1 :] == whole


@settings(max_examples=100, deadline=None)
@given(data=st.data(), received=instants, stages=st.lists(terms, min_size=1, max_size=4))
def test_stages_end_in_their_order_and_one_stage_is_the_plain_count(
    data: st.DataObject, received: datetime, stages: list
) -> None:
    stops = data.draw(pauses(received))
    found = [stage.due_at for stage in compute_stages(received, stages, builtin_calendar(), stops)]

    assert found == sorted(found)
    assert found[0] == compute_due(received, stages[0], builtin_calendar(), stops).due_at
