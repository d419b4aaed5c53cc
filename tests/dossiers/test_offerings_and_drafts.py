"""A draft goes with what the agency offers now; a filed dossier keeps the promise of its day."""

from datetime import timedelta

import pytest
from django.test import Client

from dossiers import services
from dossiers.errors import DossierIncomplete
from dossiers.models import Dossier
from portal.core import clock
from procedures import services as procedure_services
from procedures.errors import OfferingDoesNotAllow, ServiceElsewhere, UnknownOffering
from procedures.models import ProviderSystem, ServiceOffering
from tests.factories.dossiers import Cast, make_cast, make_draft, make_filed, make_offering
from tests.factories.procedures import ADMINISTRATOR, ServiceOfferingFactory, published_procedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def change(offering: ServiceOffering, level: int = 4, **terms: object) -> ServiceOffering:
    """The same service from today on, as an administrator changes it."""
    return procedure_services.set_offering(
        actor=ADMINISTRATOR,
        procedure_id=offering.procedure_id,
        agency_id=offering.agency_id,
        receiving_agency_id=offering.receiving_agency_id,
        level=level,
        **terms,  # type: ignore[arg-type]
    )


def test_a_service_below_level_three_that_receives_online_takes_a_dossier(cast: Cast) -> None:
    procedure = published_procedure(level=None)
    offering = ServiceOfferingFactory.create(
        procedure=procedure, agency=cast.resolving, level=2, scope="partial", has_online_reception=True
    )

    draft = services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)

    assert [str(way) for way in services.delivery_choices(offering)] == ["desk"]
    assert draft.result_delivery == "desk"


def test_the_start_page_offers_an_online_reception_below_level_three(cast: Cast, client: Client) -> None:
    procedure = published_procedure(level=None)
    ServiceOfferingFactory.create(procedure=procedure, agency=cast.resolving, level=1, has_online_reception=True)
    client.force_login(cast.an, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(f"/ho-so/nop/{procedure.code}/").status_code == 302
    assert Dossier.objects.get().offering.level == 1


def test_an_external_service_is_refused_with_the_way_there(cast: Cast, client: Client) -> None:
    system = ProviderSystem.objects.create(name="Một cửa quốc gia", code="nsw", address="https://vnsw.gov.vn/")
    procedure = published_procedure(level=None)
    offering = ServiceOfferingFactory.create(procedure=procedure, agency=cast.resolving, provider_system=system)
    with pytest.raises(ServiceElsewhere):
        services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)

    client.force_login(cast.an, backend="django.contrib.auth.backends.ModelBackend")
    for answer in (client.get(f"/ho-so/nop/{procedure.code}/"), client.post(f"/ho-so/nop/{procedure.code}/")):
        page = answer.content.decode()
        assert answer.status_code == 403
        assert "Thủ tục này nộp trên Một cửa quốc gia, không nộp trên cổng này." in page
        assert 'href="https://vnsw.gov.vn/"' in page
        assert "rời cổng này" in page
    assert Dossier.objects.count() == 0


def test_an_agency_that_takes_no_online_dossiers_is_refused(cast: Cast) -> None:
    offering = ServiceOfferingFactory.create(
        procedure=published_procedure(level=None), agency=cast.resolving, level=4, channels=["in_person"]
    )
    with pytest.raises(OfferingDoesNotAllow):
        services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)
    assert Dossier.objects.count() == 0


def test_a_draft_follows_the_next_period_and_keeps_what_was_typed(cast: Cast) -> None:
    draft = make_draft(cast, delivery="online")
    answers = draft.answers
    later = change(draft.offering, delivery_ways=["desk", "post"])

    with pytest.raises(DossierIncomplete) as refusal:
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert list(refusal.value.fields) == ["delivery"]

    services.choose_delivery(actor=cast.actor("an"), dossier_id=draft.pk, delivery="desk")
    filed = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)

    assert (filed.offering_id, filed.result_delivery, filed.answers) == (later.pk, "desk", answers)


def test_a_filed_dossier_keeps_the_promise_it_was_filed_under(cast: Cast) -> None:
    filed = make_filed(cast)
    before = filed.offering_id
    change(filed.offering, level=1)
    filed.refresh_from_db()
    assert (filed.offering_id, filed.offering.level) == (before, 4)
    assert "online" in services.delivery_choices(filed.offering)


def test_a_draft_cannot_be_filed_at_an_agency_that_stopped_or_closed(cast: Cast) -> None:
    draft = make_draft(cast)
    cast.resolving.valid_to = clock.today() - timedelta(days=1)
    cast.resolving.save()
    with pytest.raises(UnknownOffering) as refusal:
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert str(refusal.value.sentence) == "Cơ quan này không còn cung cấp thủ tục này."
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_the_start_page_says_that_one_has_to_come(cast: Cast, client: Client) -> None:
    offering = make_offering(cast, level=3)
    revision = offering.procedure.current_revision
    assert revision is not None
    draft = procedure_services.copy_to_draft(actor=ADMINISTRATOR, revision=revision)
    draft.steps.create(title="Ký sổ", requires_presence=True, presence_reason="signature")
    procedure_services.publish_revision(actor=ADMINISTRATOR, revision_id=draft.pk)
    client.force_login(cast.an, backend="django.contrib.auth.backends.ModelBackend")

    page = client.get(f"/ho-so/nop/{offering.procedure.code}/").content.decode()

    assert "Bạn phải đến một lần:" in page
    assert "ở bước “Ký sổ”" in page
