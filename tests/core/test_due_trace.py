"""The working behind a due date."""

import json
from datetime import date, datetime
from decimal import Decimal

from django.utils import translation

from portal.core.calendar_seed import builtin_calendar
from portal.core.clock import VIETNAM
from portal.core.working_time import Pause, Term, TermUnit, TraceDay, TraceKind, compute_due, trace_from_json


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def strip(trace: tuple[TraceDay, ...]) -> list[tuple[str, str, int | None]]:
    return [(f"{day.on:%d/%m}", day.kind.value, day.number) for day in trace]


def test_every_day_from_receipt_to_due_date_says_what_it_was() -> None:
    computation = compute_due(at("2025-04-24T09:00"), Term(Decimal(5), TermUnit.WORKING_DAY), builtin_calendar())

    assert strip(computation.trace) == [
        ("24/04", "start", None),
        ("25/04", "counted", 1),
        ("26/04", "counted", 2),
        ("27/04", "weekend", None),
        ("28/04", "counted", 3),
        ("29/04", "counted", 4),
        ("30/04", "holiday", None),
        ("01/05", "holiday", None),
        ("02/05", "swapped", None),
        ("03/05", "weekend", None),
        ("04/05", "weekend", None),
        ("05/05", "due", 5),
    ]
    assert [day.counted for day in computation.trace if day.counted] == [
        Decimal("0.75"), Decimal(1), Decimal(1), Decimal(1), Decimal(1), Decimal("0.25"),
    ]  # fmt: skip
    assert computation.trace[2].name == "Làm bù cho ngày 02/05/2025"


def test_after_closing_time_the_next_working_day_is_day_one() -> None:
    computation = compute_due(at("2025-08-29T20:15"), Term(Decimal(2), TermUnit.WORKING_DAY), builtin_calendar())

    assert strip(computation.trace) == [
        ("29/08", "start", None),
        ("30/08", "weekend", None),
        ("31/08", "weekend", None),
        ("01/09", "holiday", None),
        ("02/09", "holiday", None),
        ("03/09", "counted", 1),
        ("04/09", "due", 2),
    ]


def test_received_at_opening_the_day_of_receipt_has_no_number() -> None:
    computation = compute_due(at("2025-06-02T07:00"), Term(Decimal(2), TermUnit.WORKING_DAY), builtin_calendar())

    assert strip(computation.trace) == [("02/06", "start", None), ("03/06", "counted", 1), ("04/06", "due", 2)]


def test_a_paused_day_carries_the_reason_and_what_it_still_counted() -> None:
    pause = Pause(at("2025-06-03T11:00"), at("2025-06-05T07:00"), "Chờ phí")
    computation = compute_due(
        at("2025-06-02T09:00"), Term(Decimal(2), TermUnit.WORKING_DAY), builtin_calendar(), pauses=[pause]
    )

    assert [(day.on.day, day.kind, day.name, day.counted) for day in computation.trace] == [
        (2, TraceKind.START, "", Decimal("0.75")),
        (3, TraceKind.PAUSED, "Chờ phí", Decimal("0.5")),
        (4, TraceKind.PAUSED, "Chờ phí", Decimal(0)),
        (5, TraceKind.DUE, "", Decimal("0.75")),
    ]


def test_calendar_days_count_weekends_and_wait_for_a_worked_day() -> None:
    computation = compute_due(at("2025-06-05T09:00"), Term(Decimal(2), TermUnit.CALENDAR_DAY), builtin_calendar())

    assert strip(computation.trace) == [
        ("05/06", "start", None),
        ("06/06", "counted", 1),
        ("07/06", "counted", 2),
        ("08/06", "weekend", None),
        ("09/06", "due", 2),
    ]


def test_terms_in_hours_have_no_day_numbers() -> None:
    computation = compute_due(at("2025-06-02T16:00"), Term(Decimal(8), TermUnit.WORKING_HOUR), builtin_calendar())

    assert [(day.counted, day.number) for day in computation.trace] == [(Decimal(1), None), (Decimal(7), None)]


def test_a_trace_survives_json() -> None:
    computation = compute_due(at("2025-06-02T09:10"), Term(Decimal("2.5"), TermUnit.WORKING_DAY), builtin_calendar())

    assert trace_from_json(json.loads(json.dumps(computation.trace_as_json()))) == computation.trace


def test_a_day_has_a_word_in_the_language_of_the_reader() -> None:
    day = TraceDay(on=date(2025, 6, 7), kind=TraceKind.WEEKEND)

    with translation.override("vi"):
        assert str(day.label) == "Cuối tuần"


def test_a_count_over_a_day_that_is_not_yet_announced_says_so() -> None:
    term = Term(Decimal(3), TermUnit.WORKING_DAY)

    assert compute_due(at("2025-12-31T09:00"), term, builtin_calendar()).is_provisional
    assert not compute_due(at("2025-06-02T09:00"), term, builtin_calendar()).is_provisional
