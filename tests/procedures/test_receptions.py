"""Non-territorial reception: which desks receive for an offering is a part of the promise."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.errors import InvalidInput
from procedures import selectors, services
from procedures.models import ServiceOffering
from tests.factories.accounts import AgencyFactory, DeskFactory
from tests.factories.procedures import ProcedureRevisionFactory, ServiceOfferingFactory, in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> dict[str, Agency]:
    """A province with a department and two communes, one of which has no desk; and a commune of another province."""
    province = AgencyFactory.create(name="Tỉnh")
    found = {"province": province}
    for name, parent in (("department", province), ("commune", province), ("bare", province), ("foreign", None)):
        found[name] = AgencyFactory.create(name=f"Cơ quan {name}", parent=parent)
    for name in ("province", "department", "commune", "foreign"):
        DeskFactory.create(agency=found[name])
    return found


def offering(tree: dict[str, Agency], **terms: object) -> ServiceOffering:
    return ServiceOfferingFactory.create(agency=tree["department"], **terms)


def test_without_it_only_the_offerings_own_desk_receives(
    tree: dict[str, Agency], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own = offering(tree)
    with django_assert_num_queries(0):
        assert selectors.receivers_of(own) == [tree["department"]]
        assert selectors.receives_for(own, tree["department"].pk)
        assert not selectors.receives_for(own, tree["commune"].pk)


def test_every_desk_below_an_agency_receives_and_no_other(tree: dict[str, Agency]) -> None:
    wide = offering(tree, receivers_below=tree["province"])
    assert selectors.receivers_of(wide) == [tree["department"], tree["commune"], tree["province"]]
    told = {name: selectors.receives_for(wide, agency.pk) for name, agency in tree.items()}
    assert told == {"province": True, "department": True, "commune": True, "bare": False, "foreign": False}


def test_a_list_of_agencies_receives_while_they_exist(tree: dict[str, Agency]) -> None:
    wide = offering(tree, other_receivers=[tree["commune"].pk])
    assert selectors.receivers_of(wide) == [tree["department"], tree["commune"]]
    Agency.objects.filter(pk=tree["commune"].pk).update(valid_to=clock.today() - timedelta(days=1))
    assert selectors.receivers_of(wide) == [tree["department"]]


def test_a_desk_finds_what_it_receives_for_others(tree: dict[str, Agency]) -> None:
    narrow, listed, wide = (
        offering(tree),
        offering(tree, other_receivers=[tree["commune"].pk]),
        offering(tree, receivers_below=tree["province"]),
    )

    def found(name: str) -> set[ServiceOffering]:
        return set(selectors.offerings_received_at([tree[name].pk]))

    for one in (narrow, listed, wide):
        in_force(ProcedureRevisionFactory.create(procedure=one.procedure))
    assert found("foreign") == set()
    assert found("commune") == {listed, wide}
    assert found("province") == {wide}
    assert found("department") == {narrow, listed, wide}


def test_what_was_promised_does_not_change(tree: dict[str, Agency]) -> None:
    wide = offering(tree, receivers_below=tree["province"])
    for change in ({"receivers_below": None}, {"other_receivers": [tree["commune"].pk]}):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            ServiceOffering.objects.filter(pk=wide.pk).update(**change)


def test_another_list_is_another_period_and_an_unknown_agency_is_refused(tree: dict[str, Agency]) -> None:
    wide = offering(tree, level=2, valid_from=clock.today() - timedelta(days=10))
    terms: dict[str, Any] = {
        "actor": SYSTEM,
        "procedure_id": wide.procedure_id,
        "agency_id": wide.agency_id,
        "level": 2,
    }
    with pytest.raises(InvalidInput) as refused:
        services.set_offering(**terms, other_receiver_ids=[10**6])
    assert list(refused.value.fields) == ["other_receivers"]
    # The same agency twice is said once.
    commune = tree["commune"].pk
    after = services.set_offering(
        **terms, other_receiver_ids=[commune, commune], receivers_below_id=tree["province"].pk
    )
    assert (after.other_receivers, after.receivers_below) == ([commune], tree["province"])
    assert after.pk != wide.pk
    wide.refresh_from_db()
    assert wide.valid_to == clock.today() - timedelta(days=1)
