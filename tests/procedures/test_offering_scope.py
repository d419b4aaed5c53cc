"""The scope is worked out from facts, claimed, and held against the facts whenever they change (DOMAIN 2)."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from portal.core import clock
from procedures import services
from procedures.enums import LevelAction, ServiceScope
from procedures.errors import PublicationRefused
from procedures.models import Procedure, ProcessingStep, ProviderSystem, ServiceOffering
from procedures.selectors.claims import misclaimed, with_facts
from procedures.selectors.offerings import offered
from procedures.services.offering_checks import computed_scope, scope_disagreement
from tests.factories.procedures import (
    ADMINISTRATOR,
    FORM,
    AgencyFactory,
    ChannelTermFactory,
    FeeRuleFactory,
    ProcedureRevisionFactory,
    ServiceOfferingFactory,
    in_force,
    published_procedure,
)

pytestmark = pytest.mark.django_db


def a_procedure(*, fee: int | None = None, has_presence: bool = False) -> Procedure:
    revision = ProcedureRevisionFactory.create(form_definition=FORM)
    ChannelTermFactory.create(revision=revision)
    if fee is not None:
        FeeRuleFactory.create(revision=revision, amount=fee)
    if has_presence:
        ProcessingStep.objects.create(
            revision=revision, title="Ký sổ", requires_presence=True, presence_reason="signature"
        )
    in_force(revision)
    return revision.procedure


def offer(procedure: Procedure, **terms: Any) -> ServiceOffering:
    return services.set_offering(
        actor=ADMINISTRATOR, procedure_id=procedure.pk, agency_id=AgencyFactory.create().pk, **terms
    )


@pytest.mark.parametrize(
    ("facts", "terms", "scope"),
    [
        ({"fee": 10_000}, {"level": 4}, "full"),
        ({}, {"level": 4}, "full"),
        # Trap a: an old level 4 whose result is fetched at the desk is not toàn trình.
        ({}, {"level": 4, "delivery_ways": ["desk"]}, "partial"),
        # Trap b: an old level 3 without fee and with postal return is.
        ({}, {"level": 3, "delivery_ways": ["post"]}, "full"),
        ({}, {"level": 3, "delivery_ways": ["desk", "post"]}, "full"),
        ({"fee": 0}, {"level": 3, "delivery_ways": ["post"]}, "full"),
        ({"fee": 10_000}, {"level": 3, "delivery_ways": ["post"]}, "partial"),
        ({}, {"level": 3}, "partial"),
        ({"has_presence": True}, {"level": 3, "delivery_ways": ["post"]}, "partial"),
        ({}, {"level": 1}, "information"),
        ({}, {"level": 1, "has_online_reception": True}, "partial"),
        ({}, {"level": 1, "has_online_reception": True, "delivery_ways": ["post"]}, "full"),
        ({}, {"level": 3, "channels": ["in_person"]}, "information"),
    ],
)
def test_the_scope_follows_the_facts_and_not_the_level(
    facts: dict[str, Any], terms: dict[str, Any], scope: str
) -> None:
    assert offer(a_procedure(**facts), **terms).scope == scope


def test_the_same_procedure_has_another_scope_at_another_agency() -> None:
    """Trap c: Đà Nẵng lists one national code as toàn trình in one unit and một phần in another."""
    procedure = a_procedure()
    assert [offer(procedure, level=4).scope, offer(procedure, level=4, delivery_ways=["desk"]).scope] == [
        "full",
        "partial",
    ]


def test_level_four_with_a_step_that_forces_presence_is_refused_with_the_step() -> None:
    with pytest.raises(PublicationRefused) as refusal:
        offer(a_procedure(has_presence=True), level=4)
    assert [(str(one.place), str(one.sentence)) for one in refusal.value.findings] == [
        ("Bước thực hiện: Ký sổ", "Bước này buộc người nộp đến trực tiếp (ký trước mặt cán bộ).")
    ]
    assert ServiceOffering.objects.count() == 0


def test_level_four_without_online_payment_is_refused_where_there_is_something_to_pay() -> None:
    with pytest.raises(PublicationRefused):
        offer(a_procedure(fee=10_000), level=4, has_online_payment=False)
    assert offer(a_procedure(), level=4, has_online_payment=False).scope == "full"


def test_claiming_more_than_the_facts_is_refused_and_less_is_kept_and_found() -> None:
    procedure = a_procedure()
    with pytest.raises(PublicationRefused) as refusal:
        offer(procedure, level=3, scope="full")
    assert "chỉ nhận được tại quầy" in str(refusal.value.findings[0].sentence)

    modest = offer(procedure, level=4, scope="partial")

    finding = scope_disagreement(modest, procedure.current_revision)
    assert finding is not None
    assert str(finding.sentence).startswith("Công bố “Một phần” nhưng dữ liệu cho thấy “Toàn trình”.")
    assert list(misclaimed(ServiceOffering.objects.all())) == [modest]


def test_what_claims_online_filing_must_take_it() -> None:
    for scope in ("partial", "full"):
        with pytest.raises(PublicationRefused) as refusal:
            offer(a_procedure(), level=1, scope=scope)
        assert "không nhận hồ sơ trực tuyến" in str(refusal.value.findings[-1].sentence)


def test_publishing_is_refused_when_the_draft_breaks_a_claim_in_force_or_to_come() -> None:
    procedure = a_procedure()
    today = clock.today()
    offer(procedure, level=3, valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1))
    later = offer(procedure, level=4, valid_from=today + timedelta(days=30))
    assert procedure.current_revision is not None
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)
    ProcessingStep.objects.create(revision=draft, title="Chụp ảnh", requires_presence=True, presence_reason="photo")

    with pytest.raises(PublicationRefused) as refusal:
        services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)

    assert [str(one.place) for one in refusal.value.findings] == ["Bước thực hiện: Chụp ảnh"]
    draft.refresh_from_db()
    assert draft.state == "draft"

    services.strike_out_offering(actor=ADMINISTRATOR, offering_id=later.pk, note="Hoãn")
    assert services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk).state == "published"


def test_a_level_that_is_over_asks_nothing_of_the_next_revision() -> None:
    procedure = a_procedure()
    today = clock.today()
    offer(procedure, level=4, valid_from=today - timedelta(days=9), valid_to=today - timedelta(days=1))
    assert procedure.current_revision is not None
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=procedure.current_revision)
    draft.form_definition = {}
    draft.save()
    assert services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk).state == "published"


def test_another_systems_service_needs_nothing_of_ours_and_claims_what_its_level_says() -> None:
    system = ProviderSystem.objects.create(name="NSW", code="nsw", address="https://vnsw.gov.vn/")
    bare = published_procedure(level=None, form={}, fee=None)
    external = offer(bare, level=4, provider_system_id=system.pk)
    assert external.scope == "full"
    assert bare.current_revision is not None
    draft = services.copy_to_draft(actor=ADMINISTRATOR, revision=bare.current_revision)
    assert services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk).state == "published"


def test_lists_show_the_claim_of_the_highest_level() -> None:
    procedure = a_procedure()
    offer(procedure, level=4, delivery_ways=["desk"])
    assert offered([procedure])[procedure.pk].scope is ServiceScope.PARTIAL
    offer(procedure, level=3, delivery_ways=["post"])
    found = offered([procedure])[procedure.pk]
    assert (found.level, found.scope, found.agency_count) == (4, ServiceScope.PARTIAL, 2)
    offer(procedure, level=4)
    assert offered([procedure])[procedure.pk].scope is ServiceScope.FULL


def test_the_rule_in_sql_is_the_rule_in_python() -> None:
    """Every combination of the facts that either of them looks at."""
    external = ProviderSystem.objects.create(name="NSW", code="nsw", address="https://vnsw.gov.vn/")
    inside = ProviderSystem.objects.create(name="Lõi", code="loi", is_external=False)
    agency = AgencyFactory.create()
    rows = []
    for fee, has_presence, is_published in product((None, 0, 10_000), (False, True), (True, False)):
        for terms in product(
            (1, 3, 4),
            (False, True),
            ([], ["online"], ["post"]),
            ([], ["desk"], ["post"], ["online", "desk"]),
            (True, False),
        ):
            rows.append((fee, has_presence, is_published, terms))
    procedures = {
        key: a_procedure(fee=key[0], has_presence=key[1]) for key in product((None, 0, 10_000), (False, True))
    }
    unpublished = ProcedureRevisionFactory.create().procedure
    for number, (fee, has_presence, is_published, terms) in enumerate(rows):
        level, reception, channels, ways, pays = terms
        ServiceOfferingFactory.create(
            procedure=procedures[fee, has_presence] if is_published else unpublished,
            agency=agency,
            level=level,
            has_online_reception=reception,
            channels=channels,
            delivery_ways=ways,
            has_online_payment=pays,
            provider_system=(external, inside, None, None, None)[number % 5],
            # Rows of the same service would overlap; struck out they take no days.
            is_active=False,
        )

    found = with_facts(
        ServiceOffering.objects.select_related("procedure__current_revision", "provider_system").prefetch_related(
            "procedure__current_revision__steps", "procedure__current_revision__fee_rules"
        )
    )

    wrong = [row.pk for row in found if row.facts_scope != computed_scope(row, row.procedure.current_revision)]
    assert len(found) == len(rows) == 1_728
    assert wrong == []
    assert {row.facts_scope for row in found} == {"full", "partial", "information"}


def test_an_offering_that_files_online_at_all_is_never_mere_information() -> None:
    for level, reception in product((1, 2, 3, 4), (False, True)):
        offering = ServiceOffering(level=level, has_online_reception=reception)
        files = services.offering_allows(offering, LevelAction.FILE_ONLINE)
        assert (computed_scope(offering, None) is ServiceScope.INFORMATION) is not files
