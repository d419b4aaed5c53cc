"""Hours of agencies, and the calendar by which a date was promised; dates counted by hand on a wall calendar."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.core.calendar_book import CalendarBook, ChangeMade
from portal.core.clock import VIETNAM
from portal.core.enums import CalendarDayKind, TermUnit
from portal.core.working_calendar import DEFAULT_HOURS, SpecialDay
from portal.core.working_time import Term, compute_due, working_time_between

DAY, HOURS, CALENDAR = TermUnit.WORKING_DAY, TermUnit.WORKING_HOUR, TermUnit.CALENDAR_DAY
MORNING = (time(7), time(11, 30))
AFTERNOON = (time(13, 30), time(17))
# A province, its department, a commune below the department; and a commune on its own.
PROVINCE, DEPARTMENT, COMMUNE, ALONE = 1, 2, 3, 4
PARENTS = {PROVINCE: None, DEPARTMENT: PROVINCE, COMMUNE: DEPARTMENT, ALONE: None}
HALF_SATURDAY = {**DEFAULT_HOURS, 5: (MORNING,)}
SUMMER = dict.fromkeys(range(5), ((time(6, 30), time(11, 30)), (time(13, 30), time(16, 30))))
SHORT = dict.fromkeys(range(5), ((time(8), time(12)), (time(13), time(16))))
MORNINGS = dict.fromkeys(range(5), (MORNING,))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def book(**hours: dict) -> CalendarBook:
    numbers = {"province": PROVINCE, "department": DEPARTMENT, "commune": COMMUNE}
    return CalendarBook(hours={numbers[name]: ((None, week),) for name, week in hours.items()}, parents=PARENTS)


def due(calendar_book: CalendarBook, agency: int, received: str, value: str, unit: TermUnit = DAY) -> str:
    due_at = compute_due(at(received), Term(Decimal(value), unit), calendar_book.calendar_of(agency)).due_at
    return f"{due_at:%Y-%m-%dT%H:%M}"


# Friday 6 June 2025; no holiday is near.
@pytest.mark.parametrize(
    ("hours", "received", "value", "unit", "expected"),
    [
        # a Saturday morning is 4.5 of the 8 hours of a day
        (HALF_SATURDAY, "2025-06-06T15:00", "1", DAY, "2025-06-09T08:30"),
        (HALF_SATURDAY, "2025-06-06T09:00", "1", DAY, "2025-06-07T09:00"),
        (HALF_SATURDAY, "2025-06-06T16:00", "0.5", DAY, "2025-06-07T10:00"),
        (HALF_SATURDAY, "2025-06-07T09:00", "1", DAY, "2025-06-09T14:30"),
        # after closing on Saturday: Monday is day 1
        (HALF_SATURDAY, "2025-06-07T11:30", "1", DAY, "2025-06-09T17:00"),
        (HALF_SATURDAY, "2025-06-06T16:00", "8", HOURS, "2025-06-09T09:30"),
        # calendar days may end on that Saturday, at its closing
        (HALF_SATURDAY, "2025-06-02T09:00", "5", CALENDAR, "2025-06-07T11:30"),
        # opens and closes earlier: the wall time is kept, what comes after 16:30 starts next morning
        (SUMMER, "2025-06-02T16:00", "1", DAY, "2025-06-03T16:00"),
        (SUMMER, "2025-06-02T16:45", "1", DAY, "2025-06-03T16:30"),
        (SUMMER, "2025-06-02T06:30", "8", HOURS, "2025-06-02T16:30"),
        # seven hours a day: one working day is worth eight, so it ends an hour later the next day
        (SHORT, "2025-06-02T09:00", "1", DAY, "2025-06-03T10:00"),
        (SHORT, "2025-06-02T15:00", "1", DAY, "2025-06-04T08:00"),
        # mornings only, 4.5 hours: 8 hours are a morning and 3.5 hours
        (MORNINGS, "2025-06-02T07:00", "1", DAY, "2025-06-03T10:30"),
        (MORNINGS, "2025-06-02T14:00", "1", DAY, "2025-06-04T10:30"),
        (MORNINGS, "2025-06-02T09:00", "2", CALENDAR, "2025-06-04T11:30"),
    ],
)
def test_terms_run_by_the_agencys_hours(hours: dict, received: str, value: str, unit: TermUnit, expected: str) -> None:
    assert due(book(department=hours), DEPARTMENT, received, value, unit) == expected


def test_hours_are_the_agencys_own_else_those_of_the_nearest_above_else_the_usual_ones() -> None:
    hours = book(province=SUMMER, department=SHORT)
    assert hours.calendar_of(COMMUNE).hours == SHORT
    assert hours.calendar_of(DEPARTMENT).hours == SHORT
    assert hours.calendar_of(PROVINCE).hours == SUMMER
    assert hours.calendar_of(ALONE).hours == DEFAULT_HOURS
    assert hours.calendar_of(99).hours == DEFAULT_HOURS
    assert hours.calendar_of(COMMUNE) is hours.calendar_of(DEPARTMENT)


def test_who_works_by_whose_hours() -> None:
    assert book().agencies_led_by(PROVINCE) == {PROVINCE, DEPARTMENT, COMMUNE}
    assert book(department=SHORT).agencies_led_by(PROVINCE) == {PROVINCE}
    assert book(department=SHORT).agencies_led_by(DEPARTMENT) == {DEPARTMENT, COMMUNE}


def test_a_ring_of_agencies_is_no_endless_search() -> None:
    ring = CalendarBook(parents={1: 2, 2: 1})
    assert ring.calendar_of(1).hours == DEFAULT_HOURS


def test_new_hours_do_not_rewrite_the_days_before_them() -> None:
    changed = book(department=SHORT).with_hours(DEPARTMENT, SUMMER, since=date(2025, 6, 4))
    calendar = changed.calendar_of(COMMUNE)
    assert calendar.hours_on(date(2025, 6, 3)) == SHORT[0]
    assert calendar.hours_on(date(2025, 6, 4)) == SUMMER[0]
    # 2 and 3 June have 7 hours each, 4 June has 8: 1 + 7 + 8 = 16 hours from Monday 15:00 on
    assert working_time_between(at("2025-06-02T15:00"), at("2025-06-04T16:30"), calendar) == 16


def test_hours_taken_away_give_those_above_from_that_day_on() -> None:
    changed = book(province=SUMMER, department=SHORT).with_hours(DEPARTMENT, {}, since=date(2025, 6, 4))
    calendar = changed.calendar_of(COMMUNE)
    assert (calendar.hours_on(date(2025, 6, 3)), calendar.hours_on(date(2025, 6, 4))) == (SHORT[0], SUMMER[0])


OFF = SpecialDay(CalendarDayKind.HOLIDAY, "Nghỉ đột xuất")
SIXTH = date(2025, 6, 6)


def day_off(made_at: str, *, moves_open: bool, before: SpecialDay | None = None) -> ChangeMade:
    return ChangeMade(at(made_at), moves_open, {SIXTH: before})


@pytest.mark.parametrize(
    ("received", "moves_open", "expected"),
    [
        # 3 days from Wednesday: Monday, or Tuesday with the Friday off
        ("2025-06-04T09:00", True, "2025-06-10T09:00"),
        ("2025-06-04T09:00", False, "2025-06-09T09:00"),
        # received after the change: it always counts
        ("2025-06-05T15:00", True, "2025-06-11T15:00"),
        ("2025-06-05T15:00", False, "2025-06-11T15:00"),
    ],
)
def test_a_change_for_new_dossiers_only_is_not_for_those_received_before_it(
    received: str, moves_open: bool, expected: str
) -> None:
    now = CalendarBook(rows={SIXTH: OFF})
    promised = now.as_promised(at(received), [day_off("2025-06-05T10:00", moves_open=moves_open)])
    assert due(promised, ALONE, received, "3") == expected


@pytest.mark.parametrize(
    ("first_moves", "second_moves", "hours_of_the_day"),
    [
        # None -> off -> works like Monday; received before both
        (True, True, True),
        (True, False, False),
        (False, True, True),
        # neither was for it: the Friday is a plain Friday
        (False, False, True),
    ],
)
def test_what_later_moved_open_dossiers_stays_whatever_came_before(
    first_moves: bool, second_moves: bool, hours_of_the_day: bool
) -> None:
    now = CalendarBook(rows={SIXTH: SpecialDay(CalendarDayKind.MAKE_UP, "Làm bù", 0)})
    changes = [
        day_off("2025-06-03T10:00", moves_open=first_moves),
        day_off("2025-06-04T10:00", moves_open=second_moves, before=OFF),
    ]
    promised = now.as_promised(at("2025-06-02T09:00"), changes)
    assert promised.calendar_of(ALONE).is_working_day(SIXTH) is hours_of_the_day
    assert (SIXTH in promised.rows) is (first_moves or second_moves)


@pytest.mark.parametrize(
    ("first_moves", "second_moves", "expected"),
    [
        # mornings until the 3rd, seven hours on the 3rd and 4th, summer hours from the 5th: by who was moved
        (True, True, (MORNINGS, SHORT, SUMMER)),
        (True, False, (MORNINGS, SHORT, SHORT)),
        (False, True, (MORNINGS, MORNINGS, SUMMER)),
        (False, False, (MORNINGS, MORNINGS, MORNINGS)),
    ],
)
def test_hours_changed_twice_are_those_the_dossier_was_moved_to(
    first_moves: bool, second_moves: bool, expected: tuple
) -> None:
    changes = [
        ChangeMade(at("2025-06-03T10:00"), first_moves, agency_id=DEPARTMENT, hours_before=MORNINGS),
        ChangeMade(at("2025-06-05T10:00"), second_moves, agency_id=DEPARTMENT, hours_before=SHORT),
    ]
    calendar = book(department=SUMMER).as_promised(at("2025-06-02T09:00"), changes).calendar_of(COMMUNE)
    days = [date(2025, 6, day) for day in (2, 4, 5)]
    assert [calendar.hours_on(day) for day in days] == [week[0] for week in expected]


def test_hours_that_are_gone_are_still_those_of_the_days_before() -> None:
    change = ChangeMade(at("2025-06-04T10:00"), True, agency_id=DEPARTMENT, hours_before=SHORT)
    calendar = book().as_promised(at("2025-06-02T09:00"), [change]).calendar_of(DEPARTMENT)
    assert (calendar.hours_on(date(2025, 6, 3)), calendar.hours_on(date(2025, 6, 4))) == (SHORT[0], DEFAULT_HOURS[0])


weeks = st.dictionaries(
    st.integers(0, 6), st.sampled_from([(MORNING,), (AFTERNOON,), (MORNING, AFTERNOON)]), min_size=1, max_size=7
)


@settings(max_examples=100, deadline=None)
@given(
    week=weeks,
    other=weeks,
    minutes=st.integers(0, 60 * 24 * 28),
    later=st.integers(0, 60 * 24 * 3),
    halves=st.integers(1, 20),
)
def test_whatever_the_hours_and_their_change_the_clock_keeps_its_order(
    week: dict, other: dict, minutes: int, later: int, halves: int
) -> None:
    hours = book(department=week).with_hours(DEPARTMENT, other, since=date(2025, 6, 16))
    calendar = hours.calendar_of(DEPARTMENT)
    start = at("2025-06-02T00:00").timestamp()
    first, second = (datetime.fromtimestamp(start + 60 * n, VIETNAM) for n in (minutes, minutes + later))
    term = Term(Decimal(halves) / 2, DAY)

    one, two = compute_due(first, term, calendar), compute_due(second, term, calendar)

    assert one.due_at is not None
    assert two.due_at is not None
    assert one.due_at <= two.due_at
    assert calendar.working_instant_from(one.due_at) == one.due_at
    assert sum(day.counted for day in one.trace) == term.value
    assert working_time_between(first, one.due_at, calendar) == term.value * 8
