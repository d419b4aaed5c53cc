"""The clock of a dossier: whose hours, who paused it and why, and how the decision stands to the promise."""

from datetime import datetime, time
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from dossiers import services
from dossiers.clock_strip import clock_of, verdict_of
from dossiers.enums import Outcome
from dossiers.models import Dossier
from dossiers.services.clock import freeze_term
from portal.accounts.models import Agency, AgencyHours
from portal.core.calendar_seed import builtin_calendar
from portal.core.calendars import forget_calendar
from portal.core.clock import VIETNAM
from portal.core.due_strip import strip_of_days
from portal.core.enums import TermUnit
from portal.core.timeliness import Timeliness
from portal.core.working_time import Term, compute_due
from procedures.enums import Channel
from procedures.models import ProcedureCase
from tests.conftest import SignIn
from tests.factories.dossiers import (
    Cast,
    make_filed,
    make_processing,
    make_received,
    make_supplement_requested,
    pdf_upload,
)
from tests.factories.procedures import ChannelTermFactory, ProcedureRevisionFactory

pytestmark = pytest.mark.django_db


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """June 2026: Monday the 1st; no holiday in the month."""
    return datetime(2026, 6, day, hour, minute, tzinfo=VIETNAM)


def open_only(agency: Agency, *stretches: tuple[time, time]) -> None:
    for weekday in range(5):
        for opens_at, closes_at in stretches:
            AgencyHours.objects.create(agency=agency, weekday=weekday, opens_at=opens_at, closes_at=closes_at)
    forget_calendar()


# --- Whose hours, which term ------------------------------------------------------------------------------------------


def test_the_answer_runs_by_the_desks_hours_and_the_term_by_the_resolving_agencys(cast: Cast) -> None:
    open_only(cast.receiving, (time(8), time(12)))
    open_only(cast.resolving, (time(7), time(11)), (time(13), time(19)))
    with time_machine.travel(at(1, 9), tick=False):
        dossier = make_filed(cast)
    # Monday 3 hours, Tuesday 4, Wednesday 1
    assert dossier.next_date_at == at(3, 9)
    with time_machine.travel(at(1, 10), tick=False):
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    dossier.refresh_from_db()
    # 24 hours: 7 on Monday, 10 on Tuesday, 7 on Wednesday
    assert dossier.due_at == at(3, 16)


@pytest.mark.parametrize(
    ("channel", "has_case", "expected"),
    [
        (Channel.ONLINE, False, Term(Decimal(3), TermUnit.WORKING_DAY)),
        (Channel.ONLINE, True, Term(Decimal(1), TermUnit.MONTH)),
        (Channel.IN_PERSON, False, Term(Decimal("0.5"), TermUnit.WORKING_DAY)),
        # no term of its own for the case in that channel: the general one
        (Channel.IN_PERSON, True, Term(Decimal("0.5"), TermUnit.WORKING_DAY)),
        (Channel.POST, False, Term(Decimal(24), TermUnit.HOUR)),
    ],
)
def test_the_term_is_that_of_the_channel_and_of_the_case_before_the_general_one(
    channel: Channel, has_case: bool, expected: Term
) -> None:
    revision = ProcedureRevisionFactory.create()
    case = ProcedureCase.objects.create(revision=revision, key="urgent", name="Khẩn")
    ChannelTermFactory.create(revision=revision, channel=Channel.ONLINE, term_value=3)
    ChannelTermFactory.create(revision=revision, channel=Channel.ONLINE, case=case, term_value=1, term_unit="month")
    ChannelTermFactory.create(revision=revision, channel=Channel.IN_PERSON, term_value=Decimal("0.5"))
    ChannelTermFactory.create(revision=revision, channel=Channel.POST, term_value=24, term_unit="hour")
    dossier = Dossier(revision=revision, channel=channel, case=case if has_case else None)

    assert freeze_term(dossier) == expected
    assert (dossier.term_value, dossier.term_unit) == (expected.value, expected.unit)


# --- Who paused, and why ----------------------------------------------------------------------------------------------


def test_a_pause_carries_who_and_why_into_the_trace_and_onto_both_pages(cast: Cast, as_: SignIn) -> None:
    with time_machine.travel(at(1, 9), tick=False):
        dossier = make_supplement_requested(cast, reason="Ảnh mờ, chụp lại")
    with time_machine.travel(at(3, 10), tick=False):
        page = clock_of(dossier)
        assert page is not None
        assert (page.remaining, [line.text for line in page.strip.lines]) == (
            "3 ngày làm việc",
            ["Tiếp nhận", "Chờ bổ sung giấy tờ (Lê Thị Hòa)"],
        )
        assert "2 ngày tạm dừng" in page.strip.sentence
        services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
        dossier.refresh_from_db()
        paused = [day for day in dossier.due_trace if day["kind"] == "paused"]
        assert [(day["on"], day["name"], day["by"]) for day in paused] == [
            ("2026-06-02", "supplement", "Lê Thị Hòa"),
            ("2026-06-03", "supplement", "Lê Thị Hòa"),
        ]
        for name, url in (("an", f"/ho-so/{dossier.code}/"), ("hoa", f"/mot-cua/{dossier.code}/")):
            shown = as_(name).get(url).content.decode()
            assert "Chờ bổ sung giấy tờ (Lê Thị Hòa)" in shown
            assert "do Lê Thị Hòa yêu cầu" in shown
            assert "Ảnh mờ, chụp lại" in shown
            assert "2 ngày tạm dừng" in shown


def test_an_english_reader_reads_the_cause_in_english(cast: Cast) -> None:
    with time_machine.travel(at(1, 9), tick=False):
        dossier = make_supplement_requested(cast)
    # Stored as a code and not in the language of whoever pressed the button.
    assert dossier.pauses.get().cause == "supplement"
    assert {day["name"] for day in dossier.due_trace} <= {"", "supplement"}


# --- The strip --------------------------------------------------------------------------------------------------------


def test_forty_five_days_are_eight_weeks_of_cells_and_few_lines_that_say_the_same() -> None:
    received = datetime(2026, 4, 13, 9, tzinfo=VIETNAM)
    trace = compute_due(received, Term(Decimal(30), TermUnit.WORKING_DAY), builtin_calendar()).trace
    strip = strip_of_days(trace, unit=TermUnit.WORKING_DAY, today=received.date())

    assert len(trace) == 46
    assert [len(week) for week in strip.weeks] == [7] * 7
    assert [(line.days, line.text) for line in strip.lines[:6]] == [
        ("T2 13/04", "Tiếp nhận"),
        ("T3 14/04 - T6 17/04", "Ngày 1 đến 4"),
        ("T7 18/04 - CN 19/04", "Cuối tuần"),
        ("T2 20/04 - T6 24/04", "Ngày 5 đến 9"),
        ("T7 25/04", "Cuối tuần"),
        ("CN 26/04", "Ngày Giỗ Tổ Hùng Vương"),
    ]
    assert strip.lines[-1].text == "Hẹn trả"
    assert strip.sentence.startswith("Từ 13/04/2026 đến 28/05/2026: 30 ngày làm việc được tính; không tính ")
    assert "4 ngày nghỉ (" in strip.sentence
    # Every day stands in exactly one line.
    assert sum((line.last - line.first).days + 1 for line in strip.lines) == 46


# --- Early, on time, late ---------------------------------------------------------------------------------------------


def decide(cast: Cast, dossier: Dossier, when: datetime) -> Dossier:
    with time_machine.travel(when, tick=False):
        services.resolve(
            actor=cast.actor("dung"),
            dossier_id=dossier.pk,
            outcome=Outcome.GRANTED,
            title="Giấy",
            upload=pdf_upload(),
        )
    return Dossier.objects.get(pk=dossier.pk)


@pytest.mark.parametrize(
    ("when", "expected", "sentence"),
    [
        (at(2, 15), ("early", Decimal("1.5"), Decimal("0.5")),
         "dùng 1,5 ngày làm việc trong 3 ngày làm việc được giao, tiết kiệm 50 % thời gian."),
        (at(4, 9), ("on_time", Decimal("3"), Decimal("0")), "dùng 3 ngày làm việc, thời gian được giao là 3 ngày làm việc."),
        (at(5, 9), ("late", Decimal("4"), Decimal("-0.3333")),
         "sau ngày hẹn: dùng 4 ngày làm việc trên 3 ngày làm việc được giao."),
    ],
)  # fmt: skip
def test_the_decision_stores_and_shows_how_it_stands_to_the_promise(
    cast: Cast, as_: SignIn, when: datetime, expected: tuple, sentence: str
) -> None:
    with time_machine.travel(at(1, 9), tick=False):
        dossier = make_processing(cast)
    assert (dossier.timeliness, verdict_of(dossier)) == ("", None)

    dossier = decide(cast, dossier, when)

    assert (dossier.timeliness, dossier.used_time, dossier.saved_share) == expected
    assert (dossier.allotted_time, dossier.time_unit) == (Decimal(3), "working_day")
    for name, url in (("an", f"/ho-so/{dossier.code}/"), ("dung", f"/mot-cua/{dossier.code}/")):
        page = as_(name).get(url).content.decode()
        assert sentence in page
        assert str(Timeliness(expected[0]).label) in page


def test_waiting_for_the_citizen_is_not_used_time(cast: Cast) -> None:
    with time_machine.travel(at(1, 9), tick=False):
        dossier = make_supplement_requested(cast)
    with time_machine.travel(at(3, 9), tick=False):
        services.answer_supplement(actor=cast.actor("an"), dossier_id=dossier.pk, note="Đã gửi")
    dossier = decide(cast, dossier, at(4, 9))
    assert (dossier.timeliness, dossier.used_time) == ("early", Decimal(1))


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"timeliness": "early"}, "dossier_timeliness_whole_or_absent"),
        ({"timeliness": "", "allotted_time": 3}, "dossier_timeliness_whole_or_absent"),
        ({"timeliness": "early", "allotted_time": 1, "used_time": 1, "time_unit": "month"}, "whole_or_absent"),
        ({"timeliness": "late", "allotted_time": 3, "used_time": 1, "time_unit": "working_day"}, "dossier_late_means"),
    ],
)
def test_the_database_keeps_it_whole_and_true(cast: Cast, values: dict, constraint: str) -> None:
    with time_machine.travel(at(1, 9), tick=False):
        dossier = make_processing(cast)
    dossier = decide(cast, dossier, at(2, 9))
    empty = {"allotted_time": None, "used_time": None, "time_unit": ""}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(**{**empty, **values})


def test_before_the_decision_there_is_no_verdict_and_before_receipt_no_clock(cast: Cast) -> None:
    filed = make_filed(cast)
    assert (clock_of(filed), verdict_of(filed)) == (None, None)
    assert verdict_of(make_received(cast)) is None
