"""What people may do with an offering: its level, and what the agency makes of it."""

from datetime import date, timedelta
from itertools import combinations

import pytest

from portal.core import clock
from portal.core.errors import InvalidInput
from procedures import services
from procedures.enums import Channel, LevelAction, ResultWay, ServiceLevel
from procedures.errors import (
    ElectronicOnly,
    LevelDoesNotAllow,
    OfferingDoesNotAllow,
    PublicationRefused,
    ServiceElsewhere,
)
from procedures.models import Procedure, ProviderSystem, ServiceOffering
from procedures.policies import ALLOWED_ACTIONS, delivery_ways, offered_actions, require_channel
from tests.factories.procedures import ADMINISTRATOR, AgencyFactory, published_procedure

A = LevelAction
TODAY = date(2026, 8, 1)


def offering(level: int, **terms: object) -> ServiceOffering:
    return ServiceOffering(level=level, **terms)


def provider() -> ProviderSystem:
    return ProviderSystem(name="Một cửa quốc gia", code="nsw", address="https://vnsw.gov.vn/", is_external=True)


@pytest.mark.parametrize("level", list(ServiceLevel))
def test_an_offering_that_says_nothing_more_gives_its_level(level: ServiceLevel) -> None:
    assert offered_actions(offering(level), on=TODAY) == ALLOWED_ACTIONS[level]


@pytest.mark.parametrize("level", [1, 2])
def test_receiving_online_gives_the_acts_of_level_three_without_its_name(level: int) -> None:
    assert offered_actions(offering(level, has_online_reception=True), on=TODAY) == ALLOWED_ACTIONS[ServiceLevel.L3]


@pytest.mark.parametrize("level", [3, 4])
def test_receiving_online_says_nothing_new_from_level_three_on(level: int) -> None:
    assert offered_actions(offering(level, has_online_reception=True), on=TODAY) == ALLOWED_ACTIONS[ServiceLevel(level)]


@pytest.mark.parametrize(
    ("level", "ways", "expected"),
    [
        (4, [], ["online", "desk", "post"]),
        (4, ["desk"], ["desk"]),
        (4, ["online", "post"], ["online", "post"]),
        (3, [], ["desk"]),
        # No level forbids a stamp; a level below 4 never returns results online.
        (3, ["post"], ["post"]),
        (3, ["desk", "post"], ["desk", "post"]),
        (3, ["online"], []),
        (2, ["post"], []),
    ],
)
def test_ways_to_get_the_result_are_those_named_within_the_level(
    level: int, ways: list[str], expected: list[str]
) -> None:
    assert delivery_ways(offering(level, delivery_ways=ways)) == expected


@pytest.mark.parametrize("chosen", [list(some) for size in range(1, 4) for some in combinations(Channel.values, size)])
def test_channels_that_are_not_named_are_closed(chosen: list[str]) -> None:
    actions = offered_actions(offering(4, channels=chosen), on=TODAY)
    assert (A.FILE_ONLINE in actions) is ("online" in chosen)
    assert (A.FILL_ONLINE in actions) is ("online" in chosen)
    assert (A.HAND_IN_AT_DESK in actions) is ("in_person" in chosen)
    assert (A.HAND_IN_BY_POST in actions) is ("post" in chosen)


def test_without_online_payment_everything_else_of_level_four_stays() -> None:
    lost = ALLOWED_ACTIONS[ServiceLevel.L4] - offered_actions(offering(4, has_online_payment=False), on=TODAY)
    assert lost == {A.PAY_ONLINE}


def test_electronic_only_closes_desk_and_post_from_its_day_on() -> None:
    only_online = offering(4, electronic_only_from=TODAY)
    for channel in ("in_person", "post"):
        require_channel(only_online, channel, on=TODAY - timedelta(days=1))
        with pytest.raises(ElectronicOnly) as refusal:
            require_channel(only_online, channel, on=TODAY)
        assert str(refusal.value.sentence) == (
            "Từ ngày 01/08/2026 thủ tục này chỉ nhận hồ sơ trực tuyến, không nhận tại quầy và qua bưu chính."
        )
        assert refusal.value.status == 403
    require_channel(only_online, "online", on=TODAY)


def test_an_external_service_is_refused_here_with_its_link() -> None:
    elsewhere = offering(4, provider_system=provider())
    with pytest.raises(ServiceElsewhere) as refusal:
        services.require_offering_allows(elsewhere, A.FILE_ONLINE, on=TODAY)
    assert str(refusal.value.sentence) == "Thủ tục này nộp trên Một cửa quốc gia, không nộp trên cổng này."
    assert (refusal.value.address, refusal.value.system_name) == ("https://vnsw.gov.vn/", "Một cửa quốc gia")
    assert offered_actions(elsewhere, on=TODAY) == ALLOWED_ACTIONS[ServiceLevel.L2]
    assert delivery_ways(elsewhere) == []


def test_a_service_has_an_address_of_its_own_at_the_provider() -> None:
    own = offering(4, provider_system=provider(), provider_address="https://vnsw.gov.vn/hcfc/")
    assert own.address_elsewhere == "https://vnsw.gov.vn/hcfc/"
    inside = ProviderSystem(name="Hệ thống lõi", code="loi", is_external=False)
    assert offering(4, provider_system=inside).address_elsewhere == ""
    services.require_offering_allows(offering(4, provider_system=inside), A.FILE_ONLINE, on=TODAY)


def test_what_the_level_would_allow_and_the_agency_does_not_is_said_so() -> None:
    with pytest.raises(OfferingDoesNotAllow) as refusal:
        services.require_offering_allows(offering(4, channels=["post"]), A.FILE_ONLINE, on=TODAY)
    assert str(refusal.value.sentence) == "Cơ quan này chưa cho phép nộp hồ sơ trực tuyến."
    with pytest.raises(LevelDoesNotAllow):
        services.require_offering_allows(offering(2), A.FILE_ONLINE, on=TODAY)


@pytest.mark.parametrize(
    ("level", "terms", "field"),
    [
        (4, {"channels": ["post"], "electronic_only_from": TODAY}, "electronic_only_from"),
        (2, {"electronic_only_from": TODAY}, "electronic_only_from"),
        (3, {"delivery_ways": ["online"]}, "delivery_ways"),
        (4, {"channels": ["carrier_pigeon"]}, "channels"),
        (4, {"delivery_ways": ["carrier_pigeon"]}, "delivery_ways"),
        (4, {"provider_address": "https://vnsw.gov.vn/"}, "provider_address"),
        (4, {"valid_from": TODAY, "valid_to": TODAY - timedelta(days=1)}, "valid_to"),
    ],
)
@pytest.mark.django_db
def test_terms_that_contradict_each_other_are_named_beside_their_field(
    level: int, terms: dict[str, object], field: str
) -> None:
    procedure = published_procedure(level=None)
    with pytest.raises(InvalidInput) as refusal:
        services.set_offering(
            actor=ADMINISTRATOR,
            procedure_id=procedure.pk,
            agency_id=AgencyFactory.create().pk,
            level=level,
            **terms,  # type: ignore[arg-type]
        )
    assert list(refusal.value.fields) == [field]
    assert ServiceOffering.objects.count() == 0


@pytest.mark.django_db
def test_receiving_online_needs_what_level_three_needs() -> None:
    """A form to fill and a term to promise; the level stays 1."""
    bare = published_procedure(level=None, form={})
    with pytest.raises(PublicationRefused) as refusal:
        _receive_online(bare)
    assert [str(finding.place) for finding in refusal.value.findings] == ["Tờ khai điện tử"]

    received = _receive_online(published_procedure(level=None))
    assert (received.level, received.scope) == (1, "partial")


def _receive_online(procedure: Procedure) -> ServiceOffering:
    return services.set_offering(
        actor=ADMINISTRATOR,
        procedure_id=procedure.pk,
        agency_id=AgencyFactory.create().pk,
        level=1,
        has_online_reception=True,
        valid_from=clock.today(),
    )


def test_ways_and_channels_cover_the_vocabularies() -> None:
    from procedures.policies import DELIVERY_ACTIONS, HAND_IN_ACTIONS

    assert set(DELIVERY_ACTIONS) == set(ResultWay)
    assert set(HAND_IN_ACTIONS) == set(Channel)
