"""The calendar: what the seed knows, what administrators' rows change, what the process keeps."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal.core import calendars
from portal.core.calendar_seed import SEEDED_YEARS, builtin_calendar, seed_days
from portal.core.calendars import seed_calendar, working_calendar
from portal.core.enums import CalendarDayKind
from portal.core.models import CalendarDay

# DOMAIN 5.3, day by day, with the swap of 2 January 2026 that the library does not know.
DAYS_OFF = {
    2020: "01/01 23/01 24/01 25/01 26/01 27/01 28/01 29/01 02/04 30/04 01/05 02/09",
    2021: "01/01 10/02 11/02 12/02 13/02 14/02 15/02 16/02 21/04 30/04 01/05 03/05 02/09 03/09",
    2022: "01/01 03/01 31/01 01/02 02/02 03/02 04/02 10/04 11/04 30/04 01/05 02/05 03/05 01/09 02/09",
    2023: "01/01 02/01 20/01 21/01 22/01 23/01 24/01 25/01 26/01 29/04 30/04 01/05 02/05 03/05 01/09 02/09 04/09",
    2024: "01/01 08/02 09/02 10/02 11/02 12/02 13/02 14/02 18/04 29/04 30/04 01/05 02/09 03/09",
    2025: "01/01 27/01 28/01 29/01 30/01 31/01 01/02 07/04 30/04 01/05 02/05 01/09 02/09",
    2026: "01/01 02/01 16/02 17/02 18/02 19/02 20/02 26/04 27/04 30/04 01/05 31/08 01/09 02/09 24/11",
    2027: "01/01 04/02 05/02 06/02 07/02 08/02 09/02 10/02 16/04 30/04 01/05 03/05 02/09 03/09 24/11",
}
MAKE_UP_DAYS = {2024: {"04/05": 0}, 2025: {"26/04": 4}, 2026: {"10/01": 4, "22/08": 0}}


@pytest.mark.parametrize("year", SEEDED_YEARS)
def test_the_seed_holds_the_days_off_of_the_domain_table(year: int) -> None:
    days = seed_days(year)

    off = [f"{day.on:%d/%m}" for day in days if day.special.kind != CalendarDayKind.MAKE_UP]
    assert off == DAYS_OFF[year].split()
    make_up = {
        f"{day.on:%d/%m}": day.special.works_like_weekday for day in days if day.special.kind == CalendarDayKind.MAKE_UP
    }
    assert make_up == MAKE_UP_DAYS.get(year, {})


def test_what_is_not_announced_for_good_is_provisional() -> None:
    provisional = {day.on for year in (2025, 2026) for day in seed_days(year) if day.special.is_provisional}

    assert provisional == {date(2026, 1, 2), date(2026, 1, 10)}
    assert all(day.special.is_provisional for day in seed_days(2027))


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        (date(2022, 5, 2), CalendarDayKind.DAY_IN_LIEU),
        (date(2025, 5, 2), CalendarDayKind.SWAPPED),
        (date(2026, 1, 2), CalendarDayKind.SWAPPED),
        (date(2026, 2, 17), CalendarDayKind.HOLIDAY),
    ],
)
def test_a_day_off_says_why(on: date, kind: CalendarDayKind) -> None:
    assert builtin_calendar().special_days[on].kind == kind


@pytest.mark.django_db
def test_seeding_twice_adds_nothing_and_keeps_an_edited_row() -> None:
    out = StringIO()
    call_command("seed_calendar", stdout=out)
    assert "+ 26/04/2025 Làm bù: Làm bù cho ngày 02/05/2025\n" in out.getvalue()
    assert "+ 10/01/2026 Làm bù: Làm bù cho ngày 02/01/2026 (tạm tính)\n" in out.getvalue()
    assert out.getvalue().endswith("Đã thêm 119 ngày vào lịch.\n")
    CalendarDay.objects.filter(on=date(2026, 11, 24)).update(name="Tên đã sửa", is_provisional=True)

    again = StringIO()
    call_command("seed_calendar", stdout=again)

    assert again.getvalue() == "Đã thêm 0 ngày vào lịch.\n"
    edited = CalendarDay.objects.get(on=date(2026, 11, 24))
    assert (edited.name, edited.is_provisional) == ("Tên đã sửa", True)
    assert CalendarDay.objects.count() == 119


@pytest.mark.django_db
def test_a_later_year_is_seeded_from_the_library() -> None:
    out = StringIO()
    call_command("seed_calendar", "--from", "2028", "--to", "2028", stdout=out)

    assert CalendarDay.objects.filter(on=date(2028, 1, 26), kind=CalendarDayKind.HOLIDAY, is_provisional=True).exists()
    assert {row.on.year for row in CalendarDay.objects.all()} == {2028}


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last"), [("2027", "2026"), ("1800", "2026"), ("2026", "9999")])
def test_years_that_cannot_be_seeded_are_refused(first: str, last: str) -> None:
    with pytest.raises(CommandError, match="Chọn năm từ 2010 đến 2099"):
        call_command("seed_calendar", "--from", first, "--to", last)

    assert CalendarDay.objects.count() == 0


@pytest.mark.django_db
def test_a_year_nobody_entered_still_has_its_tet() -> None:
    CalendarDay.objects.create(on=date(2026, 6, 1), kind=CalendarDayKind.HOLIDAY, name="Nghỉ đột xuất")

    calendar = working_calendar()

    assert not calendar.is_working_day(date(2026, 6, 1))
    assert not calendar.is_working_day(date(2026, 2, 17))


@pytest.mark.django_db
def test_in_an_entered_year_a_removed_day_stays_removed() -> None:
    seed_calendar([2026])
    CalendarDay.objects.filter(on=date(2026, 11, 24)).delete()

    assert working_calendar().is_working_day(date(2026, 11, 24))
    assert not working_calendar().is_working_day(date(2027, 11, 24))


@pytest.mark.django_db
def test_the_calendar_costs_one_query_and_is_then_kept(
    django_assert_num_queries: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendars, "_SECONDS_KEPT", 30)
    with django_assert_num_queries(1):  # type: ignore[operator]
        first = working_calendar()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert working_calendar() is first

    later = calendars.monotonic() + 31
    monkeypatch.setattr(calendars, "monotonic", lambda: later)
    with django_assert_num_queries(1):  # type: ignore[operator]
        working_calendar()


@pytest.fixture
def administrator(client, django_user_model):  # type: ignore[no-untyped-def]
    """A signed-in administrator."""
    client.force_login(
        django_user_model.objects.create_superuser(email="quantri@example.vn", full_name="Quản Trị"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.mark.django_db
def test_a_make_up_day_without_its_weekday_is_refused_kindly(administrator) -> None:  # type: ignore[no-untyped-def]
    form = {"on": "06/06/2026", "kind": "make_up", "name": "Làm bù", "works_like_weekday": ""}

    response = administrator.post(reverse("admin:core_calendarday_add"), form)

    assert "Ngày làm bù phải ghi làm theo giờ của thứ mấy" in response.content.decode()
    assert CalendarDay.objects.count() == 0
