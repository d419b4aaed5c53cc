"""Plans of the roadmap: owned, journaled, refused where they make no sense."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.core import clock
from portal.core.actors import ANONYMOUS
from portal.core.errors import InvalidInput, NotPermitted
from procedures import selectors, services
from procedures.enums import RoadmapState
from procedures.errors import UnknownRoadmapItem
from procedures.models import RoadmapEntry, RoadmapItem, RoadmapTask
from procedures.selectors.roadmap import describe, to_raise
from procedures.services import Work
from tests.factories.procedures import ADMINISTRATOR, AgencyFactory, ServiceOfferingFactory, published_procedure
from tests.procedures.test_roadmap import a_plan, complete

pytestmark = pytest.mark.django_db


def test_progress_is_counted_from_the_list_of_work_and_written_only_without_one() -> None:
    item = a_plan(complete(), percent=30)
    assert selectors.progress_of(item) == 30
    services.save_roadmap_tasks(
        actor=ADMINISTRATOR, item_id=item.pk, tasks=[Work("Một", is_done=True), Work("Hai"), Work("Ba")]
    )
    assert selectors.progress_of(item) == 33
    assert [one.progress for one in describe(list(to_raise(clock.today())))] == [33]


def test_a_plan_is_journaled_field_by_field() -> None:
    offering = complete()
    item = services.save_roadmap_item(
        actor=ADMINISTRATOR,
        item=RoadmapItem(
            procedure=offering.procedure,
            agency=offering.agency,
            planned_on=date(2026, 12, 31),
            owner_agency=offering.agency,
        ),
    )
    item.state, item.planned_on = RoadmapState.IN_PROGRESS, date(2027, 1, 31)
    services.save_roadmap_item(actor=ADMINISTRATOR, item=item)
    services.save_roadmap_item(actor=ADMINISTRATOR, item=item)

    entries = list(RoadmapEntry.objects.order_by("pk"))
    assert [entry.actor_name for entry in entries] == ["Quản trị viên", "Quản trị viên"]
    assert entries[1].changes == [
        {"field": "planned_on", "before": "2026-12-31", "after": "2027-01-31"},
        {"field": "state", "before": "planned", "after": "in_progress"},
    ]
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        RoadmapEntry.objects.update(changes=[])


def test_the_list_of_work_keeps_order_and_days_and_is_journaled_once() -> None:
    item = a_plan(complete())
    first, second = services.save_roadmap_tasks(
        actor=ADMINISTRATOR, item_id=item.pk, tasks=[Work("Soạn tờ khai"), Work("Ký số")]
    )
    works = [Work("Ký số", is_done=True, pk=second.pk), Work("Soạn tờ khai", pk=first.pk)]
    services.save_roadmap_tasks(actor=ADMINISTRATOR, item_id=item.pk, tasks=works)
    services.save_roadmap_tasks(actor=ADMINISTRATOR, item_id=item.pk, tasks=works)

    assert [(task.pk, task.done_on) for task in item.tasks.all()] == [(second.pk, clock.today()), (first.pk, None)]
    assert [entry.changes[0]["after"] for entry in RoadmapEntry.objects.order_by("pk")] == [
        "[ ] Soạn tờ khai\n[ ] Ký số",
        "[x] Ký số\n[ ] Soạn tờ khai",
    ]

    services.save_roadmap_tasks(actor=ADMINISTRATOR, item_id=item.pk, tasks=[Work("Ký số", pk=second.pk)])
    assert [(task.title, task.is_done, task.done_on) for task in item.tasks.all()] == [("Ký số", False, None)]
    with pytest.raises(InvalidInput):
        services.save_roadmap_tasks(actor=ADMINISTRATOR, item_id=item.pk, tasks=[Work(" ")])
    assert item.tasks.count() == 1


@pytest.mark.parametrize(
    ("level", "terms", "field"),
    [
        (4, {}, "target_level"),
        (3, {"owner_agency": None}, "owner_agency"),
        (None, {}, "agency"),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_beside_its_field(
    level: int | None, terms: dict[str, Any], field: str
) -> None:
    procedure, agency = published_procedure(level=None), AgencyFactory.create()
    if level is not None:
        ServiceOfferingFactory.create(procedure=procedure, agency=agency, level=level)
    item = RoadmapItem(
        **{
            "procedure": procedure,
            "agency": agency,
            "planned_on": date(2026, 12, 31),
            "owner_agency": agency,
            **terms,
        }
    )
    with pytest.raises(InvalidInput) as refusal:
        services.save_roadmap_item(actor=ADMINISTRATOR, item=item)
    assert list(refusal.value.fields) == [field]
    assert RoadmapItem.objects.count() == RoadmapEntry.objects.count() == 0


def test_a_second_plan_for_the_same_level_is_refused_until_the_first_is_dropped() -> None:
    offering = complete()
    first = a_plan(offering)

    def again() -> RoadmapItem:
        return services.save_roadmap_item(
            actor=ADMINISTRATOR,
            item=RoadmapItem(
                procedure=offering.procedure,
                agency=offering.agency,
                planned_on=date(2026, 12, 31),
                owner_agency=offering.agency,
            ),
        )

    with pytest.raises(InvalidInput) as refusal:
        again()
    assert str(refusal.value.fields["target_level"]) == "Dịch vụ này đã có trong lộ trình với mức độ này."
    first.state = RoadmapState.DROPPED
    services.save_roadmap_item(actor=ADMINISTRATOR, item=first)
    assert again().pk != first.pk


def test_strangers_plan_nothing() -> None:
    item = a_plan(complete())
    with pytest.raises(NotPermitted):
        services.save_roadmap_item(actor=ANONYMOUS, item=item)
    with pytest.raises(NotPermitted):
        services.save_roadmap_tasks(actor=ANONYMOUS, item_id=item.pk, tasks=[])
    with pytest.raises(UnknownRoadmapItem):
        services.save_roadmap_tasks(actor=ADMINISTRATOR, item_id=0, tasks=[])


@pytest.mark.parametrize(
    ("terms", "constraint"),
    [
        ({"target_level": 2}, "roadmap_target_level_is_three_or_four"),
        ({"percent": 101}, "roadmap_percent_is_a_percentage"),
        ({"owner_agency": None}, "roadmap_has_an_owner"),
        ({"state": "forgotten"}, "roadmap_state_is_known"),
    ],
)
def test_the_database_holds_what_a_plan_must_be(terms: dict[str, Any], constraint: str) -> None:
    offering = complete()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        a_plan(offering, **terms)
    assert RoadmapItem.objects.count() == 0


def test_a_task_that_is_done_has_its_day() -> None:
    item = a_plan(complete())
    with pytest.raises(IntegrityError, match="roadmap_task_done_has_its_day"), transaction.atomic():
        RoadmapTask.objects.create(item=item, title="Việc", is_done=True)
    assert item.tasks.count() == 0
