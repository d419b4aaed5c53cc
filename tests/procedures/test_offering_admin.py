"""Administrators keep offerings and the roadmap: a change is the next period, a refusal stands beside its field."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.core import clock
from procedures import services
from procedures.models import (
    OfferingEntry,
    ProcessingStep,
    ProviderSystem,
    RoadmapEntry,
    RoadmapItem,
    ServiceOffering,
)
from tests.factories.procedures import (
    ADMINISTRATOR,
    AgencyFactory,
    ProcedureRevisionFactory,
    ServiceOfferingFactory,
    in_force,
    published_procedure,
)
from tests.procedures.test_admin import admin
from tests.procedures.test_roadmap import a_plan, complete

__all__ = ["admin"]
pytestmark = pytest.mark.django_db
OFFERINGS = "/quan-tri/procedures/serviceoffering/"
ITEMS = "/quan-tri/procedures/roadmapitem/"


def sent(**changes: Any) -> dict[str, Any]:
    """What the form of an offering sends, everything as the level has it."""
    inlines = {"entries-TOTAL_FORMS": "0", "entries-INITIAL_FORMS": "0"}
    return {"level": "4", "scope": "", "has_online_payment": "on", **inlines, **changes}


def day(days: int) -> str:
    return f"{clock.today() + timedelta(days=days):%d/%m/%Y}"


def test_a_promise_the_revision_cannot_keep_is_refused_beside_its_level(admin: Client) -> None:
    procedure, agency = published_procedure(level=None, form={}), AgencyFactory.create()
    data = sent(procedure=procedure.pk, agency=agency.pk, level="3")

    response = admin.post(f"{OFFERINGS}add/", data)
    assert "chưa có tờ khai điện tử" in str(response.context["adminform"].form.errors["level"])
    assert ServiceOffering.objects.count() == OfferingEntry.objects.count() == 0

    assert admin.post(f"{OFFERINGS}add/", {**data, "level": "1", "note": "Khai trương"}).status_code == 302
    offering = ServiceOffering.objects.get()
    assert (offering.level, offering.scope, offering.valid_from) == (1, "information", clock.today())
    entry = OfferingEntry.objects.get()
    assert (entry.kind, entry.note, entry.actor_name, entry.user is not None) == (
        "opened",
        "Khai trương",
        "Quản Trị",
        True,
    )


def test_changing_a_level_from_a_day_opens_a_period_and_ends_the_one_before(admin: Client) -> None:
    procedure = published_procedure(level=3)
    old = ServiceOffering.objects.get()

    response = admin.post(f"{OFFERINGS}{old.pk}/change/", sent(applies_from=day(10)))

    assert response.status_code == 302
    periods = list(ServiceOffering.objects.order_by("pk"))
    assert [(one.level, one.scope) for one in periods] == [(3, "partial"), (4, "full")]
    assert periods[0].valid_to == clock.today() + timedelta(days=9)
    assert periods[1].valid_from == clock.today() + timedelta(days=10)
    assert procedure.offerings.in_force().get() == old


def test_the_scope_goes_on_following_the_facts_unless_it_was_claimed_otherwise(admin: Client) -> None:
    published_procedure(level=4)
    offering = ServiceOffering.objects.get()
    page = admin.get(f"{OFFERINGS}{offering.pk}/change/")
    assert page.context["adminform"].form.initial["scope"] == ""
    claimed = ServiceOfferingFactory.create(procedure=published_procedure(level=None), level=4, scope="partial")
    page = admin.get(f"{OFFERINGS}{claimed.pk}/change/")
    assert page.context["adminform"].form.initial["scope"] == "partial"
    assert "chưa khớp: Toàn trình" in page.content.decode()


def test_an_end_alone_opens_no_period(admin: Client) -> None:
    published_procedure(level=4)
    offering = ServiceOffering.objects.get()
    admin.post(f"{OFFERINGS}{offering.pk}/change/", sent(valid_to=day(5)))
    offering.refresh_from_db()
    assert offering.valid_to == clock.today() + timedelta(days=5)
    assert OfferingEntry.objects.get().kind == "ended"


def test_a_planned_period_changes_from_its_own_first_day(admin: Client) -> None:
    procedure = published_procedure(level=3)
    running = ServiceOffering.objects.get()
    planned = services.set_offering(
        actor=ADMINISTRATOR,
        procedure_id=procedure.pk,
        agency_id=running.agency_id,
        level=4,
        valid_from=clock.today() + timedelta(days=30),
    )
    admin.post(f"{OFFERINGS}{planned.pk}/change/", sent(delivery_ways=["desk"]))
    rows = ServiceOffering.objects.filter(is_active=True).order_by("pk")
    assert [(row.level, row.delivery_ways, row.valid_from) for row in rows] == [
        (3, [], None),
        (4, ["desk"], planned.valid_from),
    ]


def test_a_mistake_needs_its_reason(admin: Client) -> None:
    published_procedure(level=4)
    offering = ServiceOffering.objects.get()
    response = admin.post(f"{OFFERINGS}{offering.pk}/change/", sent(is_mistake="on"))
    assert "Hãy ghi vì sao kỳ này là nhập nhầm." in str(response.context["adminform"].form.errors["note"])
    offering.refresh_from_db()
    assert offering.is_active is True

    admin.post(f"{OFFERINGS}{offering.pk}/change/", sent(is_mistake="on", note="Nhầm cơ quan"))
    offering.refresh_from_db()
    assert offering.is_active is False
    assert OfferingEntry.objects.get().note == "Nhầm cơ quan"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"applies_from": "01/01/2020"}, "applies_from"),
        ({"valid_to": "01/01/2020", "level": "3"}, "valid_to"),
        ({"electronic_only_from": "01/01/2026", "channels": ["post"]}, "electronic_only_from"),
        ({"provider_address": "https://vnsw.gov.vn/"}, "provider_address"),
        ({"provider_address": "javascript:alert(1)"}, "provider_address"),
        ({"level": "9"}, "level"),
        ({"channels": ["pigeon"]}, "channels"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    admin: Client, terms: dict[str, Any], field: str
) -> None:
    published_procedure(level=3)
    offering = ServiceOffering.objects.get()
    response = admin.post(f"{OFFERINGS}{offering.pk}/change/", sent(note="Đổi mức", **terms))
    assert response.status_code == 200
    assert field in response.context["adminform"].form.errors
    assert 'value="Đổi mức"' in response.content.decode()
    assert ServiceOffering.objects.count() == 1
    assert OfferingEntry.objects.count() == 0


def test_lists_that_need_a_look_find_their_rows(admin: Client) -> None:
    agreeing = ServiceOfferingFactory.create(procedure=published_procedure(level=None), level=4)
    misclaimed = ServiceOfferingFactory.create(procedure=published_procedure(level=None), level=4, scope="partial")
    revision = ProcedureRevisionFactory.create()
    ProcessingStep.objects.create(revision=revision, title="Ký", requires_presence=True, presence_reason="signature")
    in_force(revision)
    present = ServiceOfferingFactory.create(procedure=revision.procedure, level=1)
    system = ProviderSystem.objects.create(name="NSW", code="nsw", address="https://vnsw.gov.vn/")
    external = ServiceOfferingFactory.create(procedure=published_procedure(level=None), level=4, provider_system=system)
    only_online = ServiceOfferingFactory.create(
        procedure=published_procedure(level=None), level=4, electronic_only_from=clock.today()
    )
    closed = ServiceOfferingFactory.create(
        procedure=published_procedure(level=None),
        agency=AgencyFactory.create(valid_to=clock.today() - timedelta(days=1)),
        level=4,
    )
    over = ServiceOfferingFactory.create(level=1, valid_to=clock.today() - timedelta(days=1))

    def found(query: str) -> set[int]:
        response = admin.get(f"{OFFERINGS}?{query}")
        assert response.status_code == 200
        return {row.pk for row in response.context["cl"].result_list}

    assert found("can-xem=chua-khop") == {misclaimed.pk}
    assert found("can-xem=phai-den") == {present.pk}
    assert found("can-xem=ngoai-cong") == {external.pk}
    assert found("can-xem=chi-truc-tuyen") == {only_online.pk}
    assert found("can-xem=co-quan-dong") == {closed.pk}
    assert found("ky=da-qua") == {over.pk}
    assert found("ky=sap-toi") == found("ky=gach-bo") == set()
    assert over.pk not in found("")
    assert {agreeing.pk, over.pk} <= found("ky=tat-ca")
    assert "Ký (ký trước mặt cán bộ)" in admin.get(f"{OFFERINGS}?can-xem=phai-den").content.decode()


@pytest.mark.parametrize("address", [OFFERINGS, ITEMS, "/quan-tri/procedures/lowerlevelservice/"])
def test_lists_cost_the_same_for_one_row_and_for_thirty(admin: Client, address: str) -> None:
    agency = AgencyFactory.create()
    costs = []
    for count in (1, 29):
        for _number in range(count):
            a_plan(complete(agency=agency))
        admin.get(address)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            admin.get(address)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_provider_in_use_cannot_be_deleted(admin: Client) -> None:
    system = ProviderSystem.objects.create(name="NSW", code="nsw", address="https://vnsw.gov.vn/")
    ServiceOfferingFactory.create(provider_system=system)
    assert admin.post(f"/quan-tri/procedures/providersystem/{system.pk}/delete/", {"post": "yes"}).status_code == 403
    response = admin.post(
        "/quan-tri/procedures/providersystem/add/",
        {"name": "Cổng khác", "code": "khac", "is_external": "on", "address": ""},
    )
    assert "Hệ thống ngoài cổng phải có địa chỉ" in response.content.decode()
    assert list(ProviderSystem.objects.all()) == [system]


def planned(offering: ServiceOffering, **changes: Any) -> dict[str, Any]:
    """What the page of a plan sends, with two pieces of work."""
    return {
        "procedure": offering.procedure_id,
        "agency": offering.agency_id,
        "target_level": "4",
        "planned_on": "31/12/2026",
        "owner_agency": offering.agency_id,
        "state": "planned",
        "percent": "0",
        "note": "Ghi chú",
        "tasks-TOTAL_FORMS": "3",
        "tasks-INITIAL_FORMS": "0",
        "tasks-0-order": "2",
        "tasks-0-title": "Ký số",
        "tasks-1-order": "1",
        "tasks-1-title": "Soạn tờ khai",
        "tasks-1-is_done": "on",
        "tasks-2-order": "0",
        "tasks-2-title": "Công bố",
        "entries-TOTAL_FORMS": "0",
        "entries-INITIAL_FORMS": "0",
        **changes,
    }


def test_a_plan_is_made_with_its_list_of_work_on_one_page(admin: Client) -> None:
    offering = complete()
    listed = admin.get("/quan-tri/procedures/lowerlevelservice/").content.decode()
    assert f"{ITEMS}add/?procedure={offering.procedure_id}&amp;agency={offering.agency_id}" in listed

    assert admin.post(f"{ITEMS}add/", planned(offering)).status_code == 302

    item = RoadmapItem.objects.get()
    assert [(task.title, task.is_done) for task in item.tasks.all()] == [
        ("Soạn tờ khai", True),
        ("Ký số", False),
        ("Công bố", False),
    ]
    assert RoadmapEntry.objects.count() == 2
    assert "33 %" in admin.get(ITEMS).content.decode()


def test_a_plan_without_owner_or_for_a_level_reached_is_refused(admin: Client) -> None:
    offering = complete()
    response = admin.post(f"{ITEMS}add/", planned(offering, owner_agency=""))
    assert "owner_agency" in response.context["adminform"].form.errors
    reached = complete(level=4)
    response = admin.post(f"{ITEMS}add/", planned(reached))
    assert "Dịch vụ này đã ở mức độ 4." in str(response.context["adminform"].form.errors["target_level"])
    assert RoadmapItem.objects.count() == RoadmapEntry.objects.count() == 0


def test_a_second_plan_for_the_same_level_is_refused_on_the_page(admin: Client) -> None:
    offering = complete()
    a_plan(offering)
    response = admin.post(f"{ITEMS}add/", planned(offering))
    assert "Dịch vụ này đã có trong lộ trình với mức độ này." in response.content.decode()
    assert RoadmapItem.objects.count() == 1


def test_the_page_of_a_plan_shows_what_is_in_the_way_and_who_changed_what(admin: Client) -> None:
    offering = complete(delivery_ways=["desk"])
    item = a_plan(offering)
    data = planned(offering, state="in_progress", planned_on="31/05/2020", **{"tasks-TOTAL_FORMS": "0"})
    assert admin.post(f"{ITEMS}{item.pk}/change/", data).status_code == 302

    page = admin.get(f"{ITEMS}{item.pk}/change/").content.decode()

    assert "Kết quả chỉ trả giấy tại quầy" in page
    assert "Mức độ 3 (Một phần)" in page
    assert "tình trạng: Chưa bắt đầu → Đang làm" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("len=duoc", {"planned", "late", "free"}),
        ("len=khong", {"kept"}),
        ("ke-hoach=co", {"planned", "late"}),
        ("ke-hoach=chua", {"free", "kept"}),
        ("ke-hoach=qua-han", {"late"}),
        ("muc-do=2", {"free"}),
        ("muc-do=9", {"planned", "late", "free", "kept"}),
    ],
)
def test_services_below_level_four_are_filtered(admin: Client, query: str, expected: set[str]) -> None:
    system = ProviderSystem.objects.create(name="NSW", code="nsw", address="https://vnsw.gov.vn/")
    rows = {
        "planned": complete(),
        "late": complete(),
        "free": complete(level=2),
        "kept": complete(provider_system=system),
    }
    complete(level=4)
    a_plan(rows["planned"], planned_on=clock.today())
    a_plan(rows["late"], planned_on=clock.today() - timedelta(days=1))
    response = admin.get(f"/quan-tri/procedures/lowerlevelservice/?{query}")
    names = {row.pk: name for name, row in rows.items()}
    assert {names[row.pk] for row in response.context["cl"].result_list} == expected


@pytest.mark.parametrize(("query", "count"), [("ket-qua=dat", 1), ("ket-qua=chua", 2), ("ket-qua=qua-han", 1)])
def test_plans_are_filtered_by_what_became_of_them(admin: Client, query: str, count: int) -> None:
    a_plan(complete(level=4))
    a_plan(complete(), planned_on=clock.today())
    a_plan(complete(), planned_on=clock.today() - timedelta(days=1))
    assert len(admin.get(f"{ITEMS}?{query}").context["cl"].result_list) == count
