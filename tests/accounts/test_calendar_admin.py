"""Days off and agencies' hours in admin: what is refused, what is asked, what the journal keeps."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from portal.accounts.models import Agency, AgencyHours, CalendarChange, CalendarRecount, Desk
from portal.accounts.selectors import agency_calendar
from portal.core.calendars import forget_calendar, working_calendar
from portal.core.clock import VIETNAM
from portal.core.models import CalendarDay, OutboxEvent
from portal.core.working_calendar import OFFICE_HOURS
from portal.core.working_time import add_working_time
from tests.accounts.calendar_steps import DAY_ADD, confirm, day_form, hours_form
from tests.factories.accounts import AgencyFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget_calendar()


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(UserFactory(is_staff=True, is_superuser=True, full_name="Quản Trị"))
    return client


def agency_url(agency) -> str:  # type: ignore[no-untyped-def]
    return f"/quan-tri/accounts/agency/{agency.pk}/change/"


# --- Days -------------------------------------------------------------------------------------------------------------


def test_a_day_is_saved_only_after_its_confirmation(admin: Client) -> None:
    page = admin.post(DAY_ADD, day_form("01/06/2026"))

    assert page.status_code == 200
    assert "Chưa có gì được lưu." in page.content.decode()
    assert "01/06/2026: Nghỉ lễ, Nghỉ đột xuất" in page.content.decode()
    assert (CalendarDay.objects.count(), CalendarChange.objects.count()) == (0, 0)


def test_a_confirmed_day_is_in_force_and_journaled(admin: Client, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    assert working_calendar().is_working_day(date(2026, 6, 1))

    with django_capture_on_commit_callbacks(execute=True):
        response = confirm(admin, DAY_ADD, day_form("01/06/2026"), "new_only")

    assert response.status_code == 302
    assert not working_calendar().is_working_day(date(2026, 6, 1))
    change = CalendarChange.objects.get()
    assert (change.kind, change.what, change.made_by_name) == ("day", "01/06/2026 Nghỉ đột xuất", "Quản Trị")
    assert change.before == []
    assert [day["on"] for day in change.after] == ["2026-06-01"]
    assert (change.first_day, change.last_day) == (date(2026, 6, 1), date(2026, 6, 1))
    assert (change.moves_open, change.expected_count) == (False, 0)
    # For new dossiers only: nothing is recounted.
    assert (CalendarRecount.objects.count(), OutboxEvent.objects.count()) == (0, 0)


def test_moving_a_day_keeps_both_dates_in_the_journal(admin: Client) -> None:
    confirm(admin, DAY_ADD, day_form("01/06/2026"))
    row = CalendarDay.objects.get()

    confirm(admin, f"/quan-tri/core/calendarday/{row.pk}/change/", day_form("05/06/2026"))

    change = CalendarChange.objects.first()
    assert change is not None
    assert ([day["on"] for day in change.before], [day["on"] for day in change.after]) == (
        ["2026-06-01"],
        ["2026-06-05"],
    )
    assert (change.first_day, change.last_day) == (date(2026, 6, 1), date(2026, 6, 5))


def test_saving_a_day_as_it_is_asks_nothing(admin: Client) -> None:
    confirm(admin, DAY_ADD, day_form("01/06/2026"))
    row = CalendarDay.objects.get()
    assert admin.post(f"/quan-tri/core/calendarday/{row.pk}/change/", day_form("01/06/2026")).status_code == 302
    assert CalendarChange.objects.count() == 1


def test_a_day_is_taken_out_on_one_page(admin: Client, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    confirm(admin, DAY_ADD, day_form("01/06/2026"))
    url = f"/quan-tri/core/calendarday/{CalendarDay.objects.get().pk}/delete/"

    page = admin.get(url)
    assert "Chưa có gì được lưu." in page.content.decode()
    assert CalendarDay.objects.count() == 1
    # Django's own confirmation is no confirmation of ours.
    assert admin.post(url, {"post": "yes"}).status_code == 200
    assert CalendarDay.objects.count() == 1

    with django_capture_on_commit_callbacks(execute=True):
        admin.post(url, {"post": "yes", "_calendar_choice": "move", "_calendar_seal": page.context["seal"]})
    assert CalendarDay.objects.count() == 0
    assert working_calendar().is_working_day(date(2026, 6, 1))
    assert CalendarChange.objects.first().after == []  # type: ignore[union-attr]


def test_days_are_not_taken_out_by_the_dozen(admin: Client) -> None:
    confirm(admin, DAY_ADD, day_form("01/06/2026"))
    row = CalendarDay.objects.get()
    admin.post(
        "/quan-tri/core/calendarday/",
        {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
    )
    assert CalendarDay.objects.count() == 1


def test_the_first_of_january_takes_the_whole_year_into_the_administrators_hands(admin: Client) -> None:
    # The seed knows Tết 2028; once the year is entered by hand only what was entered counts.
    page = admin.post(DAY_ADD, day_form("01/01/2028", name="Tết Dương lịch"))
    confirm(admin, DAY_ADD, day_form("01/01/2028", name="Tết Dương lịch"))
    change = CalendarChange.objects.get()
    assert page.status_code == 200
    assert change.first_day <= date(2028, 1, 26)
    assert change.last_day is not None
    assert change.last_day >= date(2028, 9, 2)


@pytest.mark.parametrize("what", ["calendar", "change", "seal"])
def test_a_confirmation_of_something_else_is_refused_and_saves_nothing(admin: Client, what: str) -> None:
    form = day_form("01/06/2026")
    seal = admin.post(DAY_ADD, form).context["seal"]
    if what == "calendar":
        CalendarDay.objects.create(on=date(2026, 6, 3), kind="holiday", name="Người khác vừa thêm")
    if what == "change":
        form = day_form("02/06/2026")
    if what == "seal":
        seal = seal[:-1] + ("a" if seal[-1] != "a" else "b")

    response = admin.post(DAY_ADD, {**form, "_calendar_choice": "move", "_calendar_seal": seal})

    assert response.status_code == 409
    assert "Lịch làm việc đã thay đổi trong lúc bạn xem" in response.content.decode()
    assert CalendarDay.objects.exclude(on=date(2026, 6, 3)).count() == 0
    assert (CalendarChange.objects.count(), OutboxEvent.objects.count()) == (0, 0)
    # The page carries the new figures, so that pressing again works.
    again = admin.post(DAY_ADD, {**form, "_calendar_choice": "move", "_calendar_seal": response.context["seal"]})
    assert again.status_code == 302


def test_a_day_that_is_wrong_in_itself_is_told_before_any_confirmation(admin: Client) -> None:
    response = admin.post(DAY_ADD, day_form("06/06/2026", kind="make_up"))
    assert "Ngày làm bù phải ghi làm theo giờ của thứ mấy" in response.content.decode()


@pytest.mark.parametrize("role", ["visitor", "staff", "auditor"])
def test_only_who_may_change_days_changes_them(client: Client, role: str) -> None:
    if role != "visitor":
        user = UserFactory(is_staff=True)
        client.force_login(user)
    response = client.post(DAY_ADD, {**day_form("01/06/2026"), "_calendar_choice": "move", "_calendar_seal": "x"})
    assert response.status_code in (302, 403)
    assert (CalendarDay.objects.count(), CalendarChange.objects.count()) == (0, 0)


# --- Hours ------------------------------------------------------------------------------------------------------------


def test_hours_of_an_agency_are_confirmed_with_everything_else_on_its_page(
    admin: Client, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    agency = AgencyFactory.create(name="Sở Tư pháp")
    below = AgencyFactory.create(parent=agency)
    form = hours_form(agency, [("0", "7:00", "11:30"), ("5", "7:30", "11:00")], name="Sở Tư pháp tỉnh")

    assert admin.post(agency_url(agency), form).status_code == 200
    agency.refresh_from_db()
    assert (agency.name, AgencyHours.objects.count()) == ("Sở Tư pháp", 0)

    with django_capture_on_commit_callbacks(execute=True):
        assert confirm(admin, agency_url(agency), form).status_code == 302

    agency.refresh_from_db()
    assert agency.name == "Sở Tư pháp tỉnh"
    for one in (agency, below):
        calendar = agency_calendar(one.pk)
        assert calendar.hours_on(date(2026, 6, 6)) == ((time(7, 30), time(11, 0)),)
        assert calendar.hours_on(date(2026, 6, 2)) == ()
    assert agency_calendar(AgencyFactory.create().pk).hours_on(date(2026, 6, 2)) == OFFICE_HOURS
    change = CalendarChange.objects.get()
    assert (change.kind, change.agency_id, change.last_day) == ("hours", agency.pk, None)
    assert change.after == [
        {"weekday": 0, "opens_at": "07:00", "closes_at": "11:30"},
        {"weekday": 5, "opens_at": "07:30", "closes_at": "11:00"},
    ]


def test_an_agencys_page_without_a_change_of_hours_is_saved_at_once(admin: Client) -> None:
    agency = AgencyFactory.create()
    Desk.objects.create(agency=agency, name="Một cửa", address="1 Trần Phú")
    assert admin.post(agency_url(agency), hours_form(agency, [], name="Tên mới")).status_code == 302
    agency.refresh_from_db()
    assert (agency.name, CalendarChange.objects.count()) == ("Tên mới", 0)


def test_a_new_agency_is_entered_together_with_its_hours(admin: Client) -> None:
    above = AgencyFactory.create()
    AgencyHours.objects.create(agency=above, weekday=0, opens_at=time(8), closes_at=time(12))
    new = Agency(code="H99.01", name="Cơ quan mới", level=above.level, parent=above)
    form = hours_form(new, [("0", "7:00", "11:30")])
    for name in ("hours-0-agency", "hours-0-id"):
        form[name] = ""

    assert confirm(admin, "/quan-tri/accounts/agency/add/", form).status_code == 302

    made = Agency.objects.get(code="H99.01")
    assert [row.opens_at for row in made.hours.all()] == [time(7)]
    change = CalendarChange.objects.get()
    assert (change.agency_id, change.before) == (
        made.pk,
        [{"weekday": 0, "opens_at": "08:00", "closes_at": "12:00"}],
    )
    # Another one, with no hours of its own, changes nobody's.
    plain = hours_form(Agency(code="H99.02", name="Cơ quan nữa", level=above.level, parent=above), [])
    assert admin.post("/quan-tri/accounts/agency/add/", plain).status_code == 302
    assert CalendarChange.objects.count() == 1


def test_another_agency_above_that_brings_other_hours_is_confirmed(admin: Client) -> None:
    early, late = AgencyFactory.create(), AgencyFactory.create()
    AgencyHours.objects.create(agency=early, weekday=0, opens_at=time(7), closes_at=time(11))
    AgencyHours.objects.create(agency=late, weekday=0, opens_at=time(8), closes_at=time(12))
    agency = AgencyFactory.create(parent=early)
    forget_calendar()
    form = hours_form(agency, [], parent=str(late.pk))

    assert "Chưa có gì được lưu." in admin.post(agency_url(agency), form).content.decode()
    agency.refresh_from_db()
    assert (agency.parent_id, CalendarChange.objects.count()) == (early.pk, 0)
    assert confirm(admin, agency_url(agency), form).status_code == 302

    agency.refresh_from_db()
    assert agency.parent_id == late.pk
    change = CalendarChange.objects.get()
    assert (change.kind, change.agency_id) == ("hours", agency.pk)
    assert (change.before, change.after) == (
        [{"weekday": 0, "opens_at": "07:00", "closes_at": "11:00"}],
        [{"weekday": 0, "opens_at": "08:00", "closes_at": "12:00"}],
    )


def test_another_agency_above_with_the_same_hours_and_a_deletion_ask_nothing(admin: Client) -> None:
    agency = AgencyFactory.create()
    above = AgencyFactory.create()
    assert admin.post(agency_url(agency), hours_form(agency, [], parent=str(above.pk))).status_code == 302
    agency.refresh_from_db()
    assert agency.parent_id == above.pk
    assert admin.post(agency_url(agency).replace("change", "delete"), {"post": "yes"}).status_code == 302
    assert not Agency.objects.filter(pk=agency.pk).exists()
    assert CalendarChange.objects.count() == 0


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("0", "11:30", "7:00")], "Giờ đóng cửa phải sau giờ mở cửa, trong cùng một ngày."),
        ([("0", "7:00", "7:00")], "Giờ đóng cửa phải sau giờ mở cửa, trong cùng một ngày."),
        ([("0", "7:00", "11:30"), ("0", "11:00", "17:00")], "Chồng lên khoảng 07:00 - 11:30 của cùng thứ này."),
        ([("0", "7:00", "11:30"), ("0", "7:00", "11:30")], "Chồng lên khoảng 07:00 - 11:30 của cùng thứ này."),
        ([("0", "sáng", "11:30")], "Ghi giờ và phút như 7:30."),
        ([("9", "7:00", "11:30")], "9"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_their_reason(admin: Client, rows: list, sentence: str) -> None:
    agency = AgencyFactory.create()
    response = admin.post(agency_url(agency), hours_form(agency, rows))
    assert response.status_code == 200
    assert "seal" not in response.context
    assert sentence in response.content.decode()
    assert AgencyHours.objects.count() == 0


def test_two_stretches_that_touch_are_two_stretches(admin: Client) -> None:
    agency = AgencyFactory.create()
    rows = [("0", "7:00", "11:30"), ("0", "11:30", "17:00"), ("1", "7:00", "11:30")]
    assert confirm(admin, agency_url(agency), hours_form(agency, rows)).status_code == 302
    assert AgencyHours.objects.count() == 3
    forget_calendar()
    start = datetime(2026, 6, 1, 8, tzinfo=VIETNAM)
    assert add_working_time(start, Decimal(4), agency_calendar(agency.pk)) == datetime(2026, 6, 1, 12, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"weekday": 0, "opens_at": time(11), "closes_at": time(12)}, "agency_hours_do_not_overlap"),
        ({"weekday": 1, "opens_at": time(12), "closes_at": time(12)}, "agency_hours_open_before_they_close"),
        ({"weekday": 7, "opens_at": time(7), "closes_at": time(12)}, "agency_hours_weekday_known"),
    ],
)
def test_the_database_holds_it_too(fields: dict, constraint: str) -> None:
    agency = AgencyFactory.create()
    AgencyHours.objects.create(agency=agency, weekday=0, opens_at=time(7), closes_at=time(11, 30))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AgencyHours.objects.create(agency=agency, **fields)


def test_the_calendar_of_every_agency_costs_nothing_once_read(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    agencies = [AgencyFactory.create() for _number in range(3)]
    AgencyHours.objects.create(agency=agencies[0], weekday=0, opens_at=time(7), closes_at=time(11, 30))
    forget_calendar()
    # days twice (everybody's calendar, the book), changes, hours, the tree
    with django_assert_num_queries(5):
        agency_calendar(agencies[0].pk)
    with django_assert_num_queries(0):
        for agency in agencies:
            agency_calendar(agency.pk)


# --- The journal ------------------------------------------------------------------------------------------------------


def test_the_journal_is_read_and_never_written(admin: Client) -> None:
    confirm(admin, DAY_ADD, day_form("01/06/2026"))
    change = CalendarChange.objects.get()
    url = f"/quan-tri/accounts/calendarchange/{change.pk}"
    page = admin.get(f"{url}/change/").content.decode()
    assert "01/06/2026: Nghỉ lễ, Nghỉ đột xuất" in page
    assert "không có gì riêng" in page
    assert admin.get("/quan-tri/accounts/calendarchange/").status_code == 200
    assert admin.get("/quan-tri/accounts/calendarchange/add/").status_code == 403
    assert admin.post(f"{url}/change/", {"what": "khác"}).status_code == 403
    assert admin.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    for write in (lambda: CalendarChange.objects.update(what="khác"), lambda: CalendarChange.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            write()


# --- Trying out -------------------------------------------------------------------------------------------------------

TRY = "/quan-tri/core/calendarday/tinh-thu/"


def test_a_deadline_is_tried_out_with_the_agencys_hours(admin: Client) -> None:
    agency = AgencyFactory.create(name="Sở Tư pháp")
    for weekday in range(5):
        AgencyHours.objects.create(agency=agency, weekday=weekday, opens_at=time(8), closes_at=time(12))
        AgencyHours.objects.create(agency=agency, weekday=weekday, opens_at=time(13), closes_at=time(16))
    forget_calendar()
    asked = {"agency": agency.pk, "value": "1", "unit": "working_day", "received_at": "02/06/2025 09:00"}

    page = admin.get(TRY, asked).content.decode()
    assert "Hẹn trả: 10\u00a0giờ\u00a000, ngày\u00a003/06/2025" in page
    assert "Từ 02/06/2025 đến 03/06/2025: 1 ngày làm việc được tính." in page
    plain = admin.get(TRY, {**asked, "agency": ""}).content.decode()
    assert "Hẹn trả: 9\u00a0giờ\u00a000, ngày\u00a003/06/2025" in plain


def test_pauses_and_the_cut_off_are_tried_out(admin: Client) -> None:
    asked = {"agency": "", "value": "1,5", "unit": "working_day", "received_at": "02/06/2025 15:30", "cut_off": "15:00"}
    assert "Hẹn trả: 11\u00a0giờ\u00a000, ngày\u00a004/06/2025" in admin.get(TRY, asked).content.decode()
    paused = {**asked, "pauses": "03/06/2025 07:00 - 05/06/2025 07:00\n"}
    page = admin.get(TRY, paused).content.decode()
    assert "Hẹn trả: 11\u00a0giờ\u00a000, ngày\u00a006/06/2025" in page
    assert "2 ngày tạm dừng" in page
    still = {**asked, "pauses": "03/06/2025 11:00 -"}
    assert "còn lại 1 ngày làm việc" in admin.get(TRY, still).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"received_at": "2025-06-02"}, "Ghi ngày và giờ như 24/04/2026 09:00."),
        ({"value": "0.3"}, "ngày làm việc tính đến nửa ngày"),
        ({"pauses": "hôm qua"}, "Ghi ngày và giờ như 24/04/2026 09:00."),
        ({"received_at": "31/12/9999 09:00"}, "Ghi ngày và giờ như 24/04/2026 09:00."),
        ({"received_at": "30/12/2099 09:00", "value": "9"}, "Chưa có lịch nghỉ của năm cần tính"),
    ],
)
def test_what_cannot_be_counted_is_told(admin: Client, wrong: dict, sentence: str) -> None:
    asked = {"agency": "", "value": "1", "unit": "working_day", "received_at": "02/06/2025 09:00", **wrong}
    response = admin.get(TRY, asked)
    assert response.status_code == 422
    assert sentence in response.content.decode()


def test_trying_out_is_for_who_may_see_the_calendar(client: Client) -> None:
    client.force_login(UserFactory(is_staff=True))
    assert client.get(TRY).status_code == 403
