"""Any desk receives for the agency that resolves: by the citizen's choice online, and at that desk's counter."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from dossiers import services
from dossiers.enums import DossierState
from dossiers.models import Dossier, JournalEntry
from portal.accounts.models import Citizen
from portal.accounts.services import register_person
from portal.core.errors import InvalidInput, NotPermitted
from procedures.models import ServiceOffering
from tests.conftest import SignIn
from tests.factories.accounts import DeskFactory
from tests.factories.counter import make_counter_draft, start, verified
from tests.factories.dossiers import Cast, make_cast, make_draft, make_offering, pdf_upload

NUMBER = "068196004312"


def wide_offering(cast: Cast) -> ServiceOffering:
    """The cast's procedure, of an agency whose dossiers Lan's desk receives too; a period says it from its beginning."""
    DeskFactory.create(agency=cast.elsewhere)
    own = make_offering(cast)
    ServiceOffering.objects.filter(pk=own.pk).update(is_active=False)
    own.refresh_from_db()
    own.pk, own.is_active, own.other_receivers = None, True, [cast.elsewhere.pk]
    own._state.adding = True
    own.save()
    return own


@pytest.mark.django_db
def test_the_citizen_chooses_the_desk_and_it_receives_for_the_resolving_agency(cast: Cast, as_: SignIn) -> None:
    draft = make_draft(cast, offering=wide_offering(cast))
    page = f"/ho-so/nhap/{draft.public_id}/nhan-ket-qua/"
    assert "Nơi tiếp nhận và trả kết quả" in as_("an").get(page).content.decode()
    as_("an").post(page, {"delivery": "desk", "desk": str(cast.elsewhere.pk)})
    dossier = services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert (dossier.receiving_agency, dossier.resolving_agency) == (cast.elsewhere, cast.resolving)
    assert str(dossier.code).startswith(cast.elsewhere.code)
    with pytest.raises(NotPermitted):
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    received = services.receive(actor=cast.actor("lan"), dossier_id=dossier.pk)
    assert received.responsible_agency == cast.resolving


@pytest.mark.django_db
def test_a_desk_that_does_not_receive_is_refused_and_nothing_changes(cast: Cast) -> None:
    draft = make_draft(cast, offering=wide_offering(cast))
    with pytest.raises(InvalidInput) as refused:
        services.choose_delivery(
            actor=cast.actor("an"), dossier_id=draft.pk, delivery="desk", desk_id=cast.resolving.pk
        )
    assert list(refused.value.fields) == ["desk"]
    draft.refresh_from_db()
    assert draft.receiving_agency == cast.receiving


@pytest.mark.django_db
def test_where_one_desk_receives_nobody_is_asked(cast: Cast, as_: SignIn) -> None:
    draft = make_draft(cast)
    page = as_("an").get(f"/ho-so/nhap/{draft.public_id}/nhan-ket-qua/").content.decode()
    assert "Nơi tiếp nhận và trả kết quả" not in page


@pytest.mark.django_db
def test_the_counter_of_the_other_desk_takes_it_in(cast: Cast) -> None:
    offering = wide_offering(cast)
    draft = start(cast, by="lan", agency_id=cast.elsewhere.pk, offering_id=offering.pk)
    lan = cast.actor("lan")
    services.save_section(
        actor=lan,
        dossier_id=draft.pk,
        section_key="person",
        raw={"full_name": "Nguyễn Thị An", "born_on": "12/09/1996", "reason": "Xin việc"},
    )
    slot = draft.components.get(required_document__kind="upload")
    services.attach_file(actor=lan, dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload())
    services.choose_delivery(actor=lan, dossier_id=draft.pk, delivery="desk")
    dossier = services.file_at_counter(actor=lan, dossier_id=draft.pk, has_attested=True, receives=True)
    assert (dossier.state, dossier.receiving_agency, dossier.resolving_agency) == (
        DossierState.RECEIVED,
        cast.elsewhere,
        cast.resolving,
    )


# --- races ------------------------------------------------------------------------------------------------------------
def at_once(*calls: Any) -> list[Any]:
    barrier = Barrier(len(calls))

    def run(call: Any) -> Any:
        try:
            barrier.wait(timeout=30)
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.django_db(transaction=True)
def test_two_officers_registering_one_number_at_once_register_one_person() -> None:
    cast = make_cast()
    Citizen.objects.all().delete()
    officers = [(cast.actor("binh"), cast.receiving), (cast.actor("lan"), cast.elsewhere)] * 3

    def register(actor: Any, agency: Any) -> Any:
        return lambda: register_person(
            actor=actor,
            agency_id=agency.pk,
            full_name="Nguyễn Thị An",
            personal_id_number=NUMBER,
            date_of_birth=date(1996, 9, 12),
        )

    found = at_once(*(register(actor, agency) for actor, agency in officers))
    assert [one for one in found if isinstance(one, Exception)] == []
    assert len({one.user.pk for one in found}) == 1
    assert Citizen.objects.filter(personal_id_number=NUMBER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_start_and_one_filing_sent_many_times_at_once_make_one_dossier() -> None:
    cast = make_cast()
    offering, person, token, binh = make_offering(cast), verified(cast), uuid4(), cast.actor("binh")
    begun = at_once(
        *[
            lambda: services.start_counter_draft(
                actor=binh, agency_id=cast.receiving.pk, applicant_id=person, offering_id=offering.pk, token=token
            )
        ]
        * 5
    )
    assert {one.pk for one in begun} == {Dossier.objects.get().pk}
    Dossier.objects.get().components.all().delete()
    draft = make_counter_draft(cast, offering=offering)
    filed = at_once(
        *[lambda: services.file_at_counter(actor=binh, dossier_id=draft.pk, has_attested=True, receives=True)] * 5
    )
    assert {one.state for one in filed} == {DossierState.RECEIVED}
    assert JournalEntry.objects.count() == 2
