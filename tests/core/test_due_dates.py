"""The legal clock as a table of dates. The expected instants were counted by hand on a wall calendar."""

from datetime import datetime, time
from decimal import Decimal

import pytest

from portal.core.calendar_seed import builtin_calendar
from portal.core.clock import VIETNAM
from portal.core.working_time import Pause, Term, TermUnit, compute_due

DAY, HOURS, PLAIN = TermUnit.WORKING_DAY, TermUnit.WORKING_HOUR, TermUnit.HOUR
CALENDAR, MONTH = TermUnit.CALENDAR_DAY, TermUnit.MONTH


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def due(received: str, value: str, unit: TermUnit, pauses: tuple = (), cut_off: time | None = None) -> str | None:
    computation = compute_due(
        at(received),
        Term(Decimal(value), unit),
        builtin_calendar(),
        pauses=[Pause(at(start), None if end is None else at(end)) for start, end in pauses],
        cut_off=cut_off,
    )
    return None if computation.due_at is None else f"{computation.due_at:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("received", "value", "unit", "expected"),
    [
        ("2025-04-24T09:00", "5", DAY, "2025-05-05T09:00"),
        ("2025-04-25T16:30", "1", DAY, "2025-04-26T16:30"),
        ("2026-02-13T16:00", "3", DAY, "2026-02-25T16:00"),
        ("2026-08-21T10:00", "2", DAY, "2026-08-24T10:00"),
        ("2022-04-28T15:30", "3", DAY, "2022-05-05T15:30"),
        ("2025-08-29T20:15", "2", DAY, "2025-09-04T17:00"),
        ("2025-08-29T20:15", "8", HOURS, "2025-09-03T17:00"),
        ("2026-02-03T10:00", "15", CALENDAR, "2026-02-23T17:00"),
        ("2025-04-02T10:00", "30", CALENDAR, "2025-05-05T17:00"),
    ],
)
def test_the_worked_examples_of_the_domain_come_out_exactly(
    received: str, value: str, unit: TermUnit, expected: str
) -> None:
    assert due(received, value, unit) == expected


# 2 June 2025 is a Monday; no holiday falls in that month.
@pytest.mark.parametrize(
    ("received", "value", "expected"),
    [
        ("2025-06-02T09:00", "1", "2025-06-03T09:00"),
        ("2025-06-02T07:00", "1", "2025-06-03T07:00"),
        ("2025-06-02T16:59", "1", "2025-06-03T16:59"),
        ("2025-06-02T09:00", "20", "2025-06-30T09:00"),
        # before opening: as of that opening, and the day of receipt is not counted
        ("2025-06-02T06:30", "1", "2025-06-03T07:00"),
        ("2025-06-02T00:00", "1", "2025-06-03T07:00"),
        # lunch: as of the afternoon's opening
        ("2025-06-02T11:30", "1", "2025-06-03T13:30"),
        ("2025-06-02T12:00", "1", "2025-06-03T13:30"),
        ("2025-06-02T13:29", "1", "2025-06-03T13:30"),
        ("2025-06-02T13:30", "1", "2025-06-03T13:30"),
        # from closing time on: the next working day is day 1
        ("2025-06-02T17:00", "1", "2025-06-03T17:00"),
        ("2025-06-02T17:01", "1", "2025-06-03T17:00"),
        ("2025-06-02T23:59", "1", "2025-06-03T17:00"),
        # weekends
        ("2025-06-06T16:00", "1", "2025-06-09T16:00"),
        ("2025-06-06T17:30", "1", "2025-06-09T17:00"),
        ("2025-06-07T10:00", "1", "2025-06-09T17:00"),
        ("2025-06-08T22:00", "2", "2025-06-10T17:00"),
        # Tết, swaps and make-up days
        ("2025-01-24T10:00", "1", "2025-02-03T10:00"),
        ("2025-01-23T16:00", "2", "2025-02-03T16:00"),
        ("2026-02-18T09:00", "1", "2026-02-23T17:00"),
        ("2025-12-31T14:00", "1", "2026-01-05T14:00"),
        ("2026-01-09T16:00", "1", "2026-01-10T16:00"),
        ("2025-04-26T09:00", "1", "2025-04-28T09:00"),
        ("2025-04-26T18:00", "1", "2025-04-28T17:00"),
        ("2025-04-21T09:00", "10", "2025-05-07T09:00"),
        ("2026-11-23T09:00", "1", "2026-11-25T09:00"),
        ("2024-04-26T09:00", "2", "2024-05-03T09:00"),
        ("2024-05-03T09:00", "1", "2024-05-04T09:00"),
        # half days are four working hours
        ("2025-06-02T07:30", "0.5", "2025-06-02T11:30"),
        ("2025-06-02T09:00", "0.5", "2025-06-02T15:00"),
        ("2025-06-02T13:30", "0.5", "2025-06-03T07:30"),
        ("2025-06-02T15:00", "0.5", "2025-06-03T09:00"),
        ("2025-06-06T16:00", "0.5", "2025-06-09T10:00"),
        ("2025-06-02T18:00", "0.5", "2025-06-03T11:00"),
        ("2025-06-02T09:00", "1.5", "2025-06-03T15:00"),
        ("2025-06-07T10:00", "2.5", "2025-06-11T11:00"),
    ],
)
def test_working_days(received: str, value: str, expected: str) -> None:
    assert due(received, value, DAY) == expected


@pytest.mark.parametrize(
    ("received", "value", "expected"),
    [
        ("2025-06-02T09:00", "2", "2025-06-02T11:00"),
        ("2025-06-02T09:00", "2.5", "2025-06-02T11:30"),
        ("2025-06-02T09:00", "3", "2025-06-02T14:00"),
        ("2025-06-02T07:00", "8", "2025-06-02T17:00"),
        ("2025-06-02T06:00", "8", "2025-06-02T17:00"),
        ("2025-06-02T12:10", "8", "2025-06-03T11:30"),
        ("2025-06-02T17:00", "1", "2025-06-03T08:00"),
        ("2025-06-06T16:30", "1", "2025-06-09T07:30"),
        ("2025-06-02T09:00", "40", "2025-06-09T09:00"),
    ],
)
def test_working_hours(received: str, value: str, expected: str) -> None:
    assert due(received, value, HOURS) == expected


@pytest.mark.parametrize(
    ("received", "value", "expected"),
    [
        ("2025-06-02T09:00", "24", "2025-06-03T09:00"),
        ("2025-06-02T09:00", "72", "2025-06-05T09:00"),
        ("2025-06-02T09:00", "0.5", "2025-06-02T09:30"),
        # an end outside working hours moves to the next opening
        ("2025-06-02T09:00", "3", "2025-06-02T13:30"),
        ("2025-06-02T20:00", "4", "2025-06-03T07:00"),
        ("2025-06-06T16:00", "24", "2025-06-09T07:00"),
        ("2025-04-29T16:00", "24", "2025-05-05T07:00"),
    ],
)
def test_hours_of_the_wall_clock(received: str, value: str, expected: str) -> None:
    assert due(received, value, PLAIN) == expected


@pytest.mark.parametrize(
    ("received", "value", "expected"),
    [
        ("2025-06-02T09:00", "1", "2025-06-03T17:00"),
        ("2025-06-02T20:00", "1", "2025-06-03T17:00"),
        ("2025-06-02T09:00", "5", "2025-06-09T17:00"),
        ("2025-01-22T09:00", "7", "2025-02-03T17:00"),
        # a make-up Saturday is a day on which a term can end
        ("2025-04-25T09:00", "1", "2025-04-26T17:00"),
    ],
)
def test_calendar_days_end_at_closing_time_of_a_worked_day(received: str, value: str, expected: str) -> None:
    assert due(received, value, CALENDAR) == expected


@pytest.mark.parametrize(
    ("received", "value", "expected"),
    [
        ("2025-06-15T09:00", "1", "2025-07-15T17:00"),
        ("2025-01-31T09:00", "1", "2025-02-28T17:00"),
        ("2024-01-31T09:00", "1", "2024-02-29T17:00"),
        ("2025-03-31T09:00", "1", "2025-05-05T17:00"),
        ("2025-10-31T09:00", "4", "2026-03-02T17:00"),
        ("2025-12-31T09:00", "2", "2026-03-02T17:00"),
        ("2024-02-29T09:00", "12", "2025-02-28T17:00"),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_the_month(received: str, value: str, expected: str) -> None:
    assert due(received, value, MONTH) == expected


@pytest.mark.parametrize(
    ("received", "value", "unit", "expected"),
    [
        ("2025-06-02T15:00", "1", DAY, "2025-06-03T15:00"),
        ("2025-06-02T15:01", "1", DAY, "2025-06-03T17:00"),
        ("2025-06-06T15:30", "1", DAY, "2025-06-09T17:00"),
        ("2025-06-06T15:30", "0.5", DAY, "2025-06-09T11:00"),
        ("2025-06-07T10:00", "1", DAY, "2025-06-09T17:00"),
        ("2025-06-02T15:30", "4", HOURS, "2025-06-03T11:00"),
        ("2025-06-06T15:30", "24", PLAIN, "2025-06-10T07:00"),
        # hours start at the opening, also for what came in before it
        ("2025-06-09T00:00", "4", PLAIN, "2025-06-09T11:00"),
        ("2025-06-06T15:30", "4", PLAIN, "2025-06-09T11:00"),
        # day 1 is Monday the 9th, so the Sunday before is the day that is not counted
        ("2025-06-06T15:30", "5", CALENDAR, "2025-06-13T17:00"),
        ("2025-06-03T15:30", "5", CALENDAR, "2025-06-09T17:00"),
        ("2025-06-03T15:30", "6", CALENDAR, "2025-06-09T17:00"),
        ("2025-06-06T16:00", "1", MONTH, "2025-07-08T17:00"),
    ],
)
def test_what_comes_in_after_the_cut_off_counts_from_the_next_working_day(
    received: str, value: str, unit: TermUnit, expected: str
) -> None:
    assert due(received, value, unit, cut_off=time(15, 0)) == expected


@pytest.mark.parametrize(
    ("received", "value", "unit", "pauses", "expected"),
    [
        ("2025-06-02T09:00", "2", DAY, [("2025-06-03T08:00", "2025-06-05T08:00")], "2025-06-06T09:00"),
        # no working time stands still at lunch, over a weekend, over a holiday
        ("2025-06-02T09:00", "2", DAY, [("2025-06-03T11:30", "2025-06-03T13:30")], "2025-06-04T09:00"),
        ("2025-06-06T09:00", "2", DAY, [("2025-06-06T17:00", "2025-06-09T07:00")], "2025-06-10T09:00"),
        ("2025-04-29T09:00", "2", DAY, [("2025-04-30T00:00", "2025-05-04T09:00")], "2025-05-06T09:00"),
        # across the holidays only the worked part counts
        ("2025-04-29T09:00", "2", DAY, [("2025-04-29T10:00", "2025-05-05T10:00")], "2025-05-07T09:00"),
        # overlapping and unordered pauses are one
        (
            "2025-06-02T09:00",
            "2",
            DAY,
            [("2025-06-03T12:00", "2025-06-05T08:00"), ("2025-06-03T08:00", "2025-06-04T08:00")],
            "2025-06-06T09:00",
        ),
        (
            "2025-06-02T09:00",
            "2",
            DAY,
            [("2025-06-03T08:00", "2025-06-05T08:00"), ("2025-06-04T08:00", "2025-06-04T09:00")],
            "2025-06-06T09:00",
        ),
        # two apart add up: one hour and one day
        (
            "2025-06-02T09:00",
            "2",
            DAY,
            [("2025-06-02T10:00", "2025-06-02T11:00"), ("2025-06-03T08:00", "2025-06-04T08:00")],
            "2025-06-05T10:00",
        ),
        # before receipt and after the due instant a pause means nothing
        ("2025-06-02T09:00", "2", DAY, [("2025-05-26T08:00", "2025-06-01T08:00")], "2025-06-04T09:00"),
        ("2025-06-02T09:00", "2", DAY, [("2025-06-04T09:01", "2025-06-20T08:00")], "2025-06-04T09:00"),
        ("2025-06-02T09:00", "2", DAY, [("2025-06-04T09:01", None)], "2025-06-04T09:00"),
        ("2025-06-02T09:00", "1", DAY, [("2025-06-01T08:00", "2025-06-02T13:30")], "2025-06-03T13:30"),
        # nothing ran on the day of receipt: Tuesday is day 1
        ("2025-06-02T09:00", "1", DAY, [("2025-06-02T08:00", "2025-06-03T06:00")], "2025-06-03T17:00"),
        ("2025-06-02T09:00", "4", HOURS, [("2025-06-02T10:00", "2025-06-02T14:00")], "2025-06-02T17:00"),
        ("2025-06-02T09:00", "24", PLAIN, [("2025-06-02T10:00", "2025-06-03T10:00")], "2025-06-04T09:00"),
        # an end moved to an opening inside a pause waits for the end of the pause
        ("2025-06-06T16:00", "24", PLAIN, [("2025-06-08T10:00", "2025-06-11T10:00")], "2025-06-11T10:00"),
        # calendar days: midnights
        ("2025-06-02T09:00", "7", CALENDAR, [("2025-06-03T10:00", "2025-06-04T10:00")], "2025-06-10T17:00"),
        ("2025-06-02T09:00", "7", CALENDAR, [("2025-06-03T10:00", "2025-06-03T16:00")], "2025-06-09T17:00"),
        ("2025-06-02T09:00", "7", CALENDAR, [("2025-06-02T10:00", "2025-06-05T10:00")], "2025-06-12T17:00"),
        (
            "2025-06-02T09:00",
            "7",
            CALENDAR,
            [("2025-06-03T10:00", "2025-06-04T10:00"), ("2025-06-04T09:00", "2025-06-05T10:00")],
            "2025-06-11T17:00",
        ),
        # begun on the due day before closing
        ("2025-06-02T09:00", "2", CALENDAR, [("2025-06-04T10:00", "2025-06-06T10:00")], "2025-06-06T17:00"),
        ("2025-06-02T09:00", "2", CALENDAR, [("2025-06-04T10:00", "2025-06-04T18:00")], "2025-06-05T17:00"),
        ("2025-06-02T09:00", "2", CALENDAR, [("2025-06-04T17:00", "2025-06-10T10:00")], "2025-06-04T17:00"),
        ("2025-06-16T09:00", "1", MONTH, [("2025-06-20T09:00", "2025-06-23T08:00")], "2025-07-21T17:00"),
        # a pause that has not ended leaves the date open
        ("2025-06-02T09:00", "2", DAY, [("2025-06-03T09:00", None)], None),
        ("2025-06-02T09:00", "2", CALENDAR, [("2025-06-03T09:00", None)], None),
        ("2025-06-02T09:00", "24", PLAIN, [("2025-06-02T19:00", None)], None),
    ],
)
def test_pauses(received: str, value: str, unit: TermUnit, pauses: tuple, expected: str | None) -> None:
    assert due(received, value, unit, tuple(pauses)) == expected


@pytest.mark.parametrize(
    ("value", "unit", "started", "remaining", "remaining_unit"),
    [
        ("2", DAY, "2025-06-03T09:00", Decimal("1"), DAY),
        ("2", DAY, "2025-06-03T11:00", Decimal("0.75"), DAY),
        ("2", DAY, "2025-06-02T09:00", Decimal("2"), DAY),
        ("8", HOURS, "2025-06-02T10:30", Decimal("6.5"), HOURS),
        ("24", PLAIN, "2025-06-02T19:00", Decimal("14"), PLAIN),
        ("10", CALENDAR, "2025-06-05T09:00", Decimal("7"), CALENDAR),
        # 2 June to 2 July is 30 days, of which three have passed
        ("1", MONTH, "2025-06-05T09:00", Decimal("27"), CALENDAR),
    ],
)
def test_an_open_pause_says_what_remains(
    value: str, unit: TermUnit, started: str, remaining: Decimal, remaining_unit: TermUnit
) -> None:
    computation = compute_due(
        at("2025-06-02T09:00"), Term(Decimal(value), unit), builtin_calendar(), [(at(started), None)]
    )

    assert computation.due_at is None
    assert computation.due_on is None
    assert (computation.remaining, computation.remaining_unit) == (remaining, remaining_unit)
    assert computation.trace[-1].on == at(started).date()
