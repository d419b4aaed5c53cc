"""What the clock refuses, and what holds for every receipt, term and pause."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.calendar_seed import builtin_calendar
from portal.core.clock import VIETNAM
from portal.core.working_time import (
    CalendarDayKind,
    CalendarUnknown,
    DueComputation,
    InvalidCalendar,
    InvalidInstant,
    InvalidPause,
    InvalidTerm,
    Pause,
    SpecialDay,
    Term,
    TermUnit,
    WorkingCalendar,
    add_working_time,
    compute_due,
    working_time_between,
)

MONDAY_NINE = datetime(2025, 6, 2, 9, tzinfo=VIETNAM)
ONE_DAY = Term(Decimal(1), TermUnit.WORKING_DAY)


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("0", TermUnit.WORKING_DAY),
        ("-1", TermUnit.WORKING_DAY),
        ("0.3", TermUnit.WORKING_DAY),
        ("1e-99999999", TermUnit.WORKING_DAY),
        ("3651", TermUnit.WORKING_DAY),
        ("0.5", TermUnit.CALENDAR_DAY),
        ("1.5", TermUnit.MONTH),
        ("121", TermUnit.MONTH),
        ("0.00001", TermUnit.HOUR),
        ("NaN", TermUnit.HOUR),
        ("Infinity", TermUnit.WORKING_HOUR),
    ],
)
def test_a_term_without_meaning_is_refused(value: str, unit: TermUnit) -> None:
    with pytest.raises(InvalidTerm):
        Term(Decimal(value), unit)


@pytest.mark.parametrize(
    "received",
    [datetime(2025, 6, 2, 9), datetime(1979, 6, 2, 9, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)],
)
def test_an_instant_without_zone_or_far_away_is_refused(received: datetime) -> None:
    with pytest.raises(InvalidInstant):
        compute_due(received, ONE_DAY, WorkingCalendar())


def test_a_pause_that_runs_backwards_is_refused() -> None:
    with pytest.raises(InvalidPause):
        compute_due(MONDAY_NINE, ONE_DAY, WorkingCalendar(), [(MONDAY_NINE, MONDAY_NINE - timedelta(seconds=1))])


def test_a_year_whose_days_off_are_unknown_is_refused() -> None:
    calendar = WorkingCalendar(known_years=range(2025, 2026))

    with pytest.raises(CalendarUnknown):
        compute_due(datetime(2025, 12, 31, 9, tzinfo=VIETNAM), ONE_DAY, calendar)


@pytest.mark.parametrize(
    "hours",
    [
        {},
        {0: ()},
        {0: ((time(9), time(8)),)},
        {0: ((time(7), time(12)), (time(11), time(17)))},
    ],
)
def test_impossible_working_hours_are_refused(hours: dict) -> None:
    with pytest.raises(InvalidCalendar):
        WorkingCalendar(hours=hours)


def test_a_calendar_that_never_opens_is_refused_and_not_searched_for_ever() -> None:
    first = date(2025, 6, 1)
    closed = {first + timedelta(days=number): SpecialDay(CalendarDayKind.HOLIDAY) for number in range(500)}

    with pytest.raises(InvalidCalendar):
        compute_due(MONDAY_NINE, Term(Decimal(1), TermUnit.CALENDAR_DAY), WorkingCalendar(special_days=closed))


def test_an_instant_of_another_zone_is_counted_on_the_vietnamese_wall_clock() -> None:
    # 20:15 on Friday in Vietnam, as a server in UTC writes it
    received = datetime(2025, 8, 29, 13, 15, tzinfo=UTC)

    due_at = compute_due(received, Term(Decimal(2), TermUnit.WORKING_DAY), builtin_calendar()).due_at

    assert due_at is not None
    assert due_at.isoformat() == "2025-09-04T17:00:00+07:00"


def test_a_make_up_day_is_worked_with_the_hours_of_the_weekday_it_replaces() -> None:
    friday_morning = {4: ((time(7), time(11)),), 0: ((time(7), time(15)),)}
    saturday = date(2025, 6, 7)
    special = {saturday: SpecialDay(CalendarDayKind.MAKE_UP, works_like_weekday=4)}
    calendar = WorkingCalendar(hours=friday_morning, special_days=special)

    assert calendar.hours_on(saturday) == ((time(7), time(11)),)
    # 4 hours on Friday, 4 on the Saturday that works like it
    assert add_working_time(datetime(2025, 6, 6, 7, tzinfo=VIETNAM), Decimal(8), calendar) == datetime(
        2025, 6, 7, 11, tzinfo=VIETNAM
    )


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2025-06-02T09:00", "0", "2025-06-02T09:00"),
        ("2025-06-02T12:00", "0", "2025-06-02T13:30"),
        ("2025-06-07T12:00", "0", "2025-06-09T07:00"),
        ("2025-06-02T09:00", "0.5", "2025-06-02T09:30"),
        ("2025-06-06T16:00", "9", "2025-06-09T17:00"),
    ],
)
def test_adding_working_time(start: str, hours: str, expected: str) -> None:
    result = add_working_time(datetime.fromisoformat(start).replace(tzinfo=VIETNAM), Decimal(hours), builtin_calendar())

    assert f"{result:%Y-%m-%dT%H:%M}" == expected


@pytest.mark.parametrize(
    ("earlier", "later", "hours"),
    [
        ("2025-06-02T09:00", "2025-06-02T09:00", "0"),
        ("2025-06-02T09:00", "2025-06-02T12:00", "2.5"),
        ("2025-06-02T09:00", "2025-06-03T09:00", "8"),
        ("2025-06-06T16:30", "2025-06-09T07:15", "0.75"),
        ("2025-06-03T09:00", "2025-06-02T09:00", "-8"),
        ("2025-04-29T17:00", "2025-05-05T07:00", "0"),
    ],
)
def test_working_time_between_two_instants(earlier: str, later: str, hours: str) -> None:
    measured = working_time_between(
        datetime.fromisoformat(earlier).replace(tzinfo=VIETNAM),
        datetime.fromisoformat(later).replace(tzinfo=VIETNAM),
        builtin_calendar(),
    )

    assert measured == Decimal(hours)


# --- What holds for all ----------------------------------------------------------------------------------------------

_START = datetime(2025, 1, 1)
# Quarter hours meet every opening and closing, which is where a clock goes wrong.
instants = st.integers(0, 2 * 365 * 96).map(lambda n: (_START + timedelta(minutes=15 * n)).replace(tzinfo=VIETNAM))
terms = st.one_of(
    st.integers(1, 60).map(lambda n: Term(Decimal(n) / 2, TermUnit.WORKING_DAY)),
    st.integers(1, 200).map(lambda n: Term(Decimal(n) / 4, TermUnit.WORKING_HOUR)),
    st.integers(1, 400).map(lambda n: Term(Decimal(n) / 4, TermUnit.HOUR)),
    st.integers(1, 60).map(lambda n: Term(Decimal(n), TermUnit.CALENDAR_DAY)),
    st.integers(1, 6).map(lambda n: Term(Decimal(n), TermUnit.MONTH)),
)
cut_offs = st.sampled_from([None, time(15, 0), time(11, 30), time(6, 0), time(18, 0)])


@st.composite
def receipts_with_pauses(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    """A receipt and up to four pauses around it, overlapping, touching, before and after, the last perhaps open."""
    received = draw(instants)
    pauses = []
    for _number in range(draw(st.integers(0, 4))):
        start = received + timedelta(minutes=15 * draw(st.integers(-300, 2_000)))
        length = draw(st.one_of(st.integers(0, 40), st.integers(0, 1_500)))
        pauses.append(Pause(start, start + timedelta(minutes=15 * length)))
    if draw(st.integers(0, 5)) == 0:
        pauses.append(Pause(received + timedelta(minutes=15 * draw(st.integers(0, 1_000)))))
    return received, pauses


def _instant(computation: DueComputation) -> datetime:
    """An open end is later than any instant."""
    return computation.due_at or datetime(2149, 1, 1, tzinfo=VIETNAM)


@settings(max_examples=300, deadline=None)
@given(case=receipts_with_pauses(), term=terms, cut_off=cut_offs, later=st.integers(1, 800))
def test_a_later_receipt_is_never_due_earlier(
    case: tuple[datetime, list[Pause]], term: Term, cut_off: time | None, later: int
) -> None:
    received, pauses = case
    afterwards = received + timedelta(minutes=15 * later)

    first = compute_due(received, term, builtin_calendar(), pauses, cut_off)
    second = compute_due(afterwards, term, builtin_calendar(), pauses, cut_off)

    assert _instant(first) <= _instant(second)


@settings(max_examples=200, deadline=None)
@given(case=receipts_with_pauses(), term=terms, cut_off=cut_offs, more=st.integers(1, 20))
def test_a_longer_term_is_never_due_earlier(
    case: tuple[datetime, list[Pause]], term: Term, cut_off: time | None, more: int
) -> None:
    received, pauses = case
    step = Decimal("0.5") if term.unit == TermUnit.WORKING_DAY else Decimal(1)
    longer = Term(term.value + step * more, term.unit)

    shorter_due = compute_due(received, term, builtin_calendar(), pauses, cut_off)
    longer_due = compute_due(received, longer, builtin_calendar(), pauses, cut_off)

    assert _instant(shorter_due) <= _instant(longer_due)


@settings(max_examples=300, deadline=None)
@given(
    case=receipts_with_pauses(),
    term=terms,
    cut_off=cut_offs,
    start=st.integers(-200, 2_000),
    length=st.integers(0, 1_500),
)
def test_a_further_pause_never_shortens(
    case: tuple[datetime, list[Pause]], term: Term, cut_off: time | None, start: int, length: int
) -> None:
    received, pauses = case
    begin = received + timedelta(minutes=15 * start)
    further = Pause(begin, begin + timedelta(minutes=15 * length))

    without = compute_due(received, term, builtin_calendar(), pauses, cut_off)
    with_it = compute_due(received, term, builtin_calendar(), [*pauses, further], cut_off)

    assert _instant(without) <= _instant(with_it)


@settings(max_examples=300, deadline=None)
@given(case=receipts_with_pauses(), term=terms, cut_off=cut_offs)
def test_a_due_instant_is_a_working_instant_after_receipt_and_in_no_pause(
    case: tuple[datetime, list[Pause]], term: Term, cut_off: time | None
) -> None:
    received, pauses = case
    due_at = compute_due(received, term, builtin_calendar(), pauses, cut_off).due_at

    if due_at is None:
        assert any(pause.end is None for pause in pauses)
        return
    assert due_at > received
    assert builtin_calendar().working_instant_from(due_at) == due_at
    assert not any(pause.start < due_at and (pause.end is None or due_at < pause.end) for pause in pauses)


@settings(max_examples=300, deadline=None)
@given(case=receipts_with_pauses(), term=terms, cut_off=cut_offs)
def test_the_trace_adds_up_to_the_term(case: tuple[datetime, list[Pause]], term: Term, cut_off: time | None) -> None:
    received, pauses = case
    computation = compute_due(received, term, builtin_calendar(), pauses, cut_off)
    trace = computation.trace
    counted = sum((day.counted for day in trace), Decimal(0))

    assert [day.on for day in trace] == [received.date() + timedelta(days=number) for number in range(len(trace))]
    assert all(day.counted >= 0 for day in trace)
    assert trace[-1].elapsed == counted
    if computation.due_at is not None:
        assert trace[-1].on == computation.due_at.date()
        assert computation.remaining is None
    if term.unit != TermUnit.MONTH:
        assert counted + (computation.remaining or 0) == term.value


@settings(max_examples=200, deadline=None)
@given(received=instants, days=st.integers(1, 30))
def test_whole_working_days_fall_on_the_nth_working_day_after_the_day_of_receipt(received: datetime, days: int) -> None:
    calendar = builtin_calendar()
    day, left = received.date(), days
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)

    assert compute_due(received, Term(Decimal(days), TermUnit.WORKING_DAY), calendar).due_on == day


@settings(max_examples=200, deadline=None)
@given(start=instants, quarters=st.integers(1, 400))
def test_what_was_added_is_what_lies_between(start: datetime, quarters: int) -> None:
    hours = Decimal(quarters) / 4

    end = add_working_time(start, hours, builtin_calendar())

    assert working_time_between(start, end, builtin_calendar()) == hours
