"""How urgent a dossier looks, as a table of instants."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from dossiers.desk_views.looks import due_badge, fee_badge, working_days_between
from dossiers.enums import DossierState
from portal.core.clock import VIETNAM
from portal.core.enums import CalendarDayKind
from portal.core.working_time import SpecialDay, WorkingCalendar

HOLIDAYS = [datetime(2026, 4, 30).date(), datetime(2026, 5, 1).date()]
CALENDAR = WorkingCalendar(
    special_days={day: SpecialDay(CalendarDayKind.HOLIDAY) for day in HOLIDAYS}, known_years=range(2026, 2027)
)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=VIETNAM)


NOW = at("2026-05-05 09:00")


def badge_of(state: str, **fields: Any) -> tuple[str, str, str]:
    known = dict.fromkeys(
        ("due_at", "next_date_at", "paused_at", "promised_at", "closed_at", "handed_over_at", "prepay_by", "posted_at")
    )
    dossier: Any = SimpleNamespace(state=state, **{**known, **fields})
    badge = due_badge(dossier, now=NOW, calendar=CALENDAR)
    return badge.tone, badge.text, badge.detail.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        ("2026-05-05 11:30", ("wait", "Hôm nay, 11\u00a0giờ\u00a030", "05/05/2026")),
        ("2026-05-06 17:00", ("idle", "Còn 1 ngày làm việc", "17 giờ 00, ngày 06/05/2026")),
        ("2026-05-11 17:00", ("idle", "Còn 4 ngày làm việc", "17 giờ 00, ngày 11/05/2026")),
        ("2026-05-28 17:00", ("idle", "Còn 17 ngày làm việc", "17 giờ 00, ngày 28/05/2026")),
        ("2026-05-05 08:59", ("stop", "Quá hạn hôm nay", "8 giờ 59, ngày 05/05/2026")),
        ("2026-05-04 17:00", ("stop", "Quá hạn 1 ngày làm việc", "17 giờ 00, ngày 04/05/2026")),
        # Two holidays and a weekend lie between.
        ("2026-04-29 17:00", ("stop", "Quá hạn 2 ngày làm việc", "17 giờ 00, ngày 29/04/2026")),
        ("2025-10-01 17:00", ("stop", "Quá hạn 99+ ngày làm việc", "17 giờ 00, ngày 01/10/2025")),
    ],
)
def test_a_running_clock_counts_working_days(due: str, expected: tuple[str, str, str]) -> None:
    assert badge_of(DossierState.PROCESSING, due_at=at(due), next_date_at=at(due)) == expected


def test_before_receipt_the_answer_to_the_citizen_is_what_is_due() -> None:
    badge = badge_of(DossierState.SUBMITTED, next_date_at=at("2026-05-06 09:00"))
    assert badge == ("idle", "Còn 1 ngày làm việc", "9 giờ 00, ngày 06/05/2026")


def test_a_stopped_clock_is_not_late() -> None:
    badge = badge_of(
        DossierState.PAYMENT_REQUESTED,
        due_at=at("2026-05-01 17:00"),
        paused_at=at("2026-04-29 08:00"),
        next_date_at=at("2026-05-14 08:00"),
    )
    assert badge == ("idle", "Đồng hồ dừng", "từ 29/04/2026")


def test_a_decided_dossier_waits_to_be_handed_over() -> None:
    badge = badge_of(DossierState.RESOLVED, due_at=at("2026-05-04 17:00"), next_date_at=at("2026-05-06 17:00"))
    assert badge == ("ok", "Chờ trả kết quả", "trả trước 17 giờ 00, ngày 06/05/2026")


def test_a_result_that_was_not_handed_over_in_time_is_late_like_anything_else() -> None:
    badge = badge_of(DossierState.RESOLVED, due_at=at("2026-04-20 17:00"), next_date_at=at("2026-05-04 17:00"))
    assert badge == ("stop", "Quá hạn 1 ngày làm việc", "17 giờ 00, ngày 04/05/2026, chờ trả kết quả")
    today = badge_of(DossierState.RESOLVED, due_at=at("2026-05-04 17:00"), next_date_at=at("2026-05-05 17:00"))
    assert today == ("wait", "Hôm nay, 17\u00a0giờ\u00a000", "05/05/2026, chờ trả kết quả")


def test_a_result_in_the_post_waits_to_be_delivered() -> None:
    sent = {"due_at": at("2026-05-04 17:00"), "posted_at": at("2026-05-05 08:00")}
    badge = badge_of(DossierState.RESOLVED, next_date_at=at("2026-05-12 08:00"), **sent)
    assert badge == ("ok", "Chờ bưu điện phát", "phát trước 8 giờ 00, ngày 12/05/2026")
    late = badge_of(DossierState.RESOLVED, next_date_at=at("2026-05-04 17:00"), **sent)
    assert late == ("stop", "Quá hạn 1 ngày làm việc", "17 giờ 00, ngày 04/05/2026, chờ bưu điện phát")


def test_an_ended_dossier_says_when() -> None:
    assert badge_of(DossierState.STOPPED, closed_at=at("2026-05-02 10:00")) == ("idle", "Đã kết thúc", "02/05/2026")
    handed_over = badge_of(DossierState.RESULT_HANDED_OVER, handed_over_at=at("2026-05-03 10:00"))
    assert handed_over == ("ok", "Đã trả kết quả", "03/05/2026")


def test_days_are_counted_by_weekdays_where_the_calendar_ends() -> None:
    assert working_days_between(datetime(2027, 1, 1).date(), datetime(2027, 1, 8).date(), CALENDAR) == 5


def test_money_owed_comes_before_money_paid() -> None:
    def charge(amount: int, *, is_owed: bool = False, is_settled: bool = False) -> Any:
        return SimpleNamespace(amount=amount, is_owed=is_owed, is_settled=is_settled)

    assert fee_badge([]).text == "Chưa thu khoản nào"
    assert fee_badge([charge(100_000, is_settled=True)]).text == "Đã nộp 100.000\u00a0đ"
    assert fee_badge([charge(1, is_settled=True), charge(35_000, is_owed=True)]).text == "Chờ nộp 35.000\u00a0đ"
    assert fee_badge([charge(35_000)]).text == "Chưa thu khoản nào"
