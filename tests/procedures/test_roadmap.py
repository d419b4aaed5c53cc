"""The level roadmap: what is in the way, and sums that agree with the published ones (DOMAIN 1.1, 1.4)."""

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Agency
from portal.core import clock
from procedures import selectors, services
from procedures.enums import Obstacle, ReviewCode, RoadmapState
from procedures.models import (
    Procedure,
    ProcessingStep,
    ProviderSystem,
    ReviewFlag,
    RoadmapItem,
    RoadmapTask,
    ServiceOffering,
)
from procedures.selectors.roadmap import Share
from tests.factories.accounts import UserFactory
from tests.factories.procedures import (
    ADMINISTRATOR,
    FORM,
    AgencyFactory,
    ChannelTermFactory,
    FeeRuleFactory,
    ProcedureCaseFactory,
    ProcedureFactory,
    ProcedureRevisionFactory,
    ServiceOfferingFactory,
    in_force,
)

pytestmark = pytest.mark.django_db
MARCH, JUNE = date(2020, 3, 31), date(2020, 6, 1)


def a_plan(offering: ServiceOffering, **terms: Any) -> RoadmapItem:
    return RoadmapItem.objects.create(
        **{
            "procedure": offering.procedure,
            "agency": offering.agency,
            "planned_on": date(2020, 5, 31),
            "owner_agency": offering.agency,
            **terms,
        }
    )


def hindrances(offering: ServiceOffering) -> list[tuple[Obstacle, str]]:
    return [(one.obstacle, one.detail) for one in selectors.hindrances_of([offering])[offering.pk]]


def test_the_sums_of_the_ministry_come_out() -> None:
    """116 procedures, 104 services = 72 + 32; 22 upgrades in April and May 2020 give 54 of 104 = 51.9 %."""
    units = [AgencyFactory.create(code=f"G12.{number}", name=f"Đơn vị {number}") for number in range(1, 5)]
    procedures = ProcedureFactory.create_batch(116)
    offerings = ServiceOffering.objects.bulk_create(
        ServiceOffering(
            procedure=procedure,
            agency=units[number % 4],
            level=4 if number < 32 else 3,
            valid_from=date(2019, 1, 1),
            # The 22 that rise in April leave level 3 on the last day of it.
            valid_to=date(2020, 4, 30) if 32 <= number < 54 else None,
        )
        for number, procedure in enumerate(procedures[:104])
    )
    ServiceOffering.objects.bulk_create(
        ServiceOffering(procedure=one.procedure, agency=one.agency, level=4, valid_from=date(2020, 5, 1))
        for one in offerings[32:54]
    )
    for one in offerings[32:54]:
        a_plan(one)

    before = selectors.roadmap_table(MARCH)

    assert (before.total.l3, before.total.l4, before.total.services) == (72, 32, 104)
    assert (before.total.now, before.total.now.percent) == (Share(32, 104), 30.8)
    assert (before.total.by_plan, before.total.by_plan.percent) == (Share(54, 104), 51.9)
    assert (before.total.planned, before.total.done, before.total.late) == (22, 0, 0)
    assert [row.name for row in before.rows] == ["Đơn vị 1", "Đơn vị 2", "Đơn vị 3", "Đơn vị 4"]
    assert [row.services for row in before.rows] == [26, 26, 26, 26]
    assert sum(row.planned for row in before.rows) == 22

    after = selectors.roadmap_table(JUNE)

    # An upgrade adds no service: the total stays, level 3 falls to 50.
    assert (after.total.l3, after.total.l4, after.total.services) == (50, 54, 104)
    assert (after.total.now, after.total.now.percent) == (Share(54, 104), 51.9)
    assert (after.total.planned, after.total.done, after.total.rising) == (22, 22, 0)
    assert after.total.carried_out == Share(22, 22)
    assert [(row.on, row.counts[3], row.counts[4]) for row in selectors.level_history([MARCH, JUNE])] == [
        (MARCH, 72, 32),
        (JUNE, 50, 54),
    ]
    assert Procedure.objects.count() == 116


def test_services_are_counted_by_the_system_that_runs_them() -> None:
    """S0: 56 of level 3 here, 1 in the map system, 4 of level 4 at the National Single Window: 61."""
    maps = ProviderSystem.objects.create(name="Hệ thống cung cấp dữ liệu đo đạc", code="maps", is_external=False)
    nsw = ProviderSystem.objects.create(name="Một cửa quốc gia", code="nsw", address="https://vnsw.gov.vn/")
    agency = AgencyFactory.create()
    for level, system, count in ((3, None, 56), (3, maps, 1), (4, nsw, 4), (1, None, 2)):
        for procedure in ProcedureFactory.create_batch(count):
            ServiceOfferingFactory.create(procedure=procedure, agency=agency, level=level, provider_system=system)

    found = selectors.services_by_provider(clock.today())

    assert found == [("", {3: 56}), ("Hệ thống cung cấp dữ liệu đo đạc", {3: 1}), ("Một cửa quốc gia", {4: 4})]
    assert sum(sum(counts.values()) for _name, counts in found) == 61


def test_a_plan_is_late_the_day_after_and_never_when_it_is_reached_or_dropped() -> None:
    today = clock.today()
    agency = AgencyFactory.create()
    rows = [ServiceOfferingFactory.create(agency=agency, level=3) for _number in range(3)]
    reached = ServiceOfferingFactory.create(agency=agency, level=4)
    a_plan(rows[0], planned_on=today)
    a_plan(rows[1], planned_on=today - timedelta(days=1))
    a_plan(rows[2], planned_on=today - timedelta(days=1), state=RoadmapState.DROPPED)
    a_plan(reached, planned_on=today - timedelta(days=1))

    total = selectors.roadmap_table(today).total

    assert (total.planned, total.done, total.late, total.rising) == (3, 1, 1, 2)
    assert selectors.roadmap_table(today + timedelta(days=1)).total.late == 2


def test_a_unit_that_only_plans_is_in_the_table_and_an_empty_day_has_none() -> None:
    offering = ServiceOfferingFactory.create(level=3, valid_to=date(2020, 1, 1))
    a_plan(offering)
    table = selectors.roadmap_table(JUNE)
    assert [(row.services, row.planned, row.rising) for row in table.rows] == [(0, 1, 0)]
    assert table.total.now == Share(0, 0)
    assert table.total.now.percent is None


def test_the_small_table_counts_by_level_of_administration() -> None:
    ministry, commune = AgencyFactory.create(level="ministry"), AgencyFactory.create(level="commune")
    for agency, level, count in ((ministry, 4, 2), (ministry, 2, 1), (commune, 4, 1)):
        for _number in range(count):
            ServiceOfferingFactory.create(agency=agency, level=level)

    table = selectors.level_table(clock.today())

    assert table.columns == ["Cấp bộ", "Cấp xã"]
    assert [(int(row.level), row.counts, row.total) for row in table.rows] == [
        (4, [2, 1], 3),
        (3, [0, 0], 0),
        (2, [1, 0], 1),
        (1, [0, 0], 0),
    ]
    assert (table.totals, table.total) == ([3, 1], 4)


def complete(**terms: Any) -> ServiceOffering:
    """A level-3 service with nothing in its way."""
    revision = ProcedureRevisionFactory.create(form_definition=FORM)
    ChannelTermFactory.create(revision=revision)
    in_force(revision)
    return ServiceOfferingFactory.create(procedure=revision.procedure, **{"level": 3, **terms})


def test_nothing_is_in_the_way_of_a_complete_service() -> None:
    assert hindrances(complete()) == []


@pytest.mark.parametrize(
    ("terms", "obstacle"),
    [
        ({"channels": ["in_person"]}, Obstacle.NO_ONLINE_CHANNEL),
        ({"delivery_ways": ["desk"]}, Obstacle.PAPER_ONLY_RESULT),
    ],
)
def test_what_the_agency_does_not_offer_is_in_the_way(terms: dict[str, Any], obstacle: Obstacle) -> None:
    assert hindrances(complete(**terms)) == [(obstacle, "")]


def test_everything_missing_in_the_revision_is_named() -> None:
    revision = ProcedureRevisionFactory.create()
    ProcessingStep.objects.create(revision=revision, title="Ký sổ", requires_presence=True, presence_reason="signature")
    ChannelTermFactory.create(revision=revision, channel="in_person", is_reviewed=False)
    FeeRuleFactory.create(revision=revision, is_reviewed=False)
    in_force(revision)
    offering = ServiceOfferingFactory.create(procedure=revision.procedure, level=2, has_online_payment=False)
    assert hindrances(offering) == [
        (Obstacle.PRESENCE, "Ký sổ (ký trước mặt cán bộ)"),
        (Obstacle.NO_FORM, ""),
        (Obstacle.TERM_UNREVIEWED, ""),
        (Obstacle.NO_ONLINE_TERM, ""),
        (Obstacle.FEE_UNREVIEWED, ""),
        (Obstacle.NO_ONLINE_PAYMENT, ""),
    ]


def test_no_fee_rule_is_an_obstacle_only_while_an_import_says_it_found_none() -> None:
    offering = complete()
    flag = ReviewFlag.objects.create(revision=offering.procedure.current_revision, code=ReviewCode.FEE_MISSING)
    assert hindrances(offering) == [(Obstacle.FEE_MISSING, "")]
    flag.is_resolved = True
    flag.save()
    assert hindrances(offering) == []


def test_a_case_without_an_online_term_is_named() -> None:
    revision = ProcedureRevisionFactory.create(form_definition=FORM)
    first, _second = (ProcedureCaseFactory.create(revision=revision, name=name) for name in ("Cấp mới", "Cấp lại"))
    ChannelTermFactory.create(revision=revision, case=first)
    in_force(revision)
    offering = ServiceOfferingFactory.create(procedure=revision.procedure, level=3)
    assert hindrances(offering) == [(Obstacle.NO_ONLINE_TERM, "Cấp lại")]


def test_a_fee_of_the_desk_alone_asks_for_no_online_payment() -> None:
    revision = ProcedureRevisionFactory.create(form_definition=FORM)
    ChannelTermFactory.create(revision=revision)
    FeeRuleFactory.create(revision=revision, channel="in_person")
    in_force(revision)
    assert (
        hindrances(ServiceOfferingFactory.create(procedure=revision.procedure, level=3, has_online_payment=False)) == []
    )


def test_another_system_and_an_unpublished_text_say_it_all() -> None:
    system = ProviderSystem.objects.create(name="NSW", code="nsw", address="https://vnsw.gov.vn/")
    assert hindrances(complete(provider_system=system)) == [(Obstacle.EXTERNAL_PROVIDER, "NSW")]
    assert hindrances(ServiceOfferingFactory.create(level=3)) == [(Obstacle.NOT_PUBLISHED, "")]


def test_units_know_which_services_can_rise_and_which_the_law_keeps_down() -> None:
    """S4 105, 106."""
    agency = AgencyFactory.create()
    kept_down = complete(agency=agency, level=2)
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=kept_down.procedure.current_revision)  # type: ignore[arg-type]
    ProcessingStep.objects.create(revision=draft, title="Chụp ảnh", requires_presence=True, presence_reason="photo")
    risable = complete(agency=agency, level=2)
    complete(agency=agency, level=3)
    kept_down.procedure.current_revision = None
    in_force_again(kept_down, draft)

    row = selectors.roadmap_table(clock.today()).rows[0]
    page = selectors.services_to_raise(clock.today(), level=2)

    assert (row.l2, row.l2_can_rise, row.l2_blocked, row.l3, row.l3_can_rise) == (2, 1, 1, 1, 1)
    assert {one.offering.pk: one.can_rise for one in page.services} == {kept_down.pk: False, risable.pk: True}


def in_force_again(offering: ServiceOffering, draft: Any) -> None:
    """Put a second revision in force without the checks, the way a test needs it."""
    first = offering.procedure.revisions.get(number=1)
    first.state, first.superseded_at = "superseded", clock.now()
    first.save()
    in_force(draft)


def test_services_are_listed_by_unit_and_code_page_by_page() -> None:
    late, early = AgencyFactory.create(code="H99.9"), AgencyFactory.create(code="H99.1")
    for agency, code in ((late, "1.000003"), (early, "1.000002"), (early, "1.000001"), (late, "1.000004")):
        complete(agency=agency).procedure.__class__.objects.filter(pk=Procedure.objects.latest("pk").pk).update(
            code=code
        )
    complete(agency=early, level=4)
    today = clock.today()

    first = selectors.services_to_raise(today, size=3)
    second = selectors.services_to_raise(today, size=3, cursor=first.next_cursor)

    codes = [one.offering.procedure.code for one in (*first.services, *second.services)]
    assert codes == ["1.000001", "1.000002", "1.000003", "1.000004"]
    assert (first.next_cursor, second.next_cursor) == ("H99.9~1.000003", "")
    assert selectors.units_to_raise(today) == [("H99.1", early.name), ("H99.9", late.name)]
    assert len(selectors.services_to_raise(today, agency_code="H99.9").services) == 2
    assert len(selectors.services_to_raise(today, cursor="'; DROP TABLE~x").services) == 4


@pytest.mark.parametrize("count", [1, 3])
def test_lists_and_tables_cost_the_same_for_one_service_and_for_three(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    agencies: list[Agency] = AgencyFactory.create_batch(3)
    for number in range(count):
        offering = complete(agency=agencies[number % 3])
        item = a_plan(offering, owner=UserFactory.create(), planned_on=clock.today())
        RoadmapTask.objects.create(item=item, title="Việc")
    today = clock.today()
    with django_assert_num_queries(2):
        selectors.roadmap_table(today)
    with django_assert_num_queries(1):
        selectors.level_table(today)
    with django_assert_num_queries(1):
        selectors.level_history([today - timedelta(days=30 * number) for number in range(5)])
    with django_assert_num_queries(1):
        selectors.services_by_provider(today)
    with django_assert_num_queries(7):
        page = selectors.services_to_raise(today)
        told = [(one.progress, str(one.plan.owner_unit), one.can_rise) for one in page.services if one.plan]
    assert len(told) == count
