"""From a draft to a filed dossier: complete, numbered, once."""

import re
from datetime import datetime

import pytest
import time_machine

from dossiers import services
from dossiers.enums import DossierState, ResultDelivery
from dossiers.errors import DossierIncomplete, DossierNotFound, DraftClosed
from dossiers.models import Dossier
from portal.accounts.models import Citizen
from portal.core.clock import VIETNAM
from portal.core.errors import InvalidInput
from procedures import services as procedure_services
from procedures.errors import LevelDoesNotAllow
from tests.factories.dossiers import ANSWERS, make_cast, make_draft, make_filed, make_offering, pdf_upload
from tests.factories.procedures import ADMINISTRATOR

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("level", [1, 2])
def test_levels_one_and_two_refuse_an_online_draft(level: int) -> None:
    cast = make_cast()
    offering = make_offering(cast, level=level)
    with pytest.raises(LevelDoesNotAllow):
        services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)
    assert Dossier.objects.count() == 0


def test_filing_is_refused_when_the_level_fell_meanwhile() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    before = draft.offering
    procedure_services.set_offering(
        actor=ADMINISTRATOR, procedure_id=before.procedure_id, agency_id=before.agency_id, level=1
    )
    with pytest.raises(LevelDoesNotAllow):
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    draft.refresh_from_db()
    assert draft.state == DossierState.DRAFT


def test_a_draft_has_a_slot_for_each_required_document() -> None:
    draft = make_draft(make_cast(), has_file=False)
    names = [slot.required_document.name for slot in draft.components.select_related("required_document")]
    assert names == ["Tờ khai", "Giấy tờ tùy thân"]


def test_what_does_not_fit_is_kept_as_typed_and_named() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    form = services.save_section(
        actor=cast.actor("an"),
        dossier_id=draft.pk,
        section_key="person",
        raw={**ANSWERS, "born_on": "31/02/1996", "reason": "Lý do mới"},
    )
    assert list(form.errors) == ["born_on"]
    draft.refresh_from_db()
    assert draft.answers["reason"] == "Lý do mới"
    assert draft.raw_invalid == {"born_on": "31/02/1996"}
    assert "born_on" not in draft.answers
    with pytest.raises(DossierIncomplete) as refusal:
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert list(refusal.value.fields) == ["section:person"]


def test_filing_names_everything_that_is_missing_and_changes_nothing() -> None:
    cast = make_cast()
    draft = services.start_draft(actor=cast.actor("an"), offering_id=make_offering(cast).pk)
    with pytest.raises(DossierIncomplete) as refusal:
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=False)
    slot = draft.components.get(required_document__kind="upload")
    assert list(refusal.value.fields) == ["section:person", f"component:{slot.pk}", "delivery", "attestation"]
    draft.refresh_from_db()
    assert (draft.state, draft.code, draft.version) == (DossierState.DRAFT, None, 0)


def test_a_filed_dossier_has_code_pass_code_and_the_applicant_as_of_now() -> None:
    cast = make_cast()
    with time_machine.travel(datetime(2026, 4, 22, 20, 15, tzinfo=VIETNAM), tick=False):
        dossier = make_filed(cast)
    assert dossier.code == f"{cast.receiving.code}-260422-0001"
    assert re.fullmatch(r"[A-HJ-NP-RT-Y346789]{6}", dossier.pass_code)
    assert dossier.applicant_name == "Nguyễn Thị An"
    assert dossier.applicant_phone == "0983512604"
    assert dossier.submitted_at == datetime(2026, 4, 22, 20, 15, tzinfo=VIETNAM)
    Citizen.objects.filter(user=cast.an).update(phone="0900000000")
    dossier.refresh_from_db()
    assert dossier.applicant_phone == "0983512604"


def test_an_online_dossier_is_to_be_answered_within_eight_working_hours(seeded_calendar: None) -> None:
    with time_machine.travel(datetime(2025, 8, 29, 20, 15, tzinfo=VIETNAM), tick=False):
        dossier = make_filed(make_cast())
    assert dossier.next_date_at == datetime(2025, 9, 3, 17, 0, tzinfo=VIETNAM)


def test_codes_count_up_per_agency_and_day() -> None:
    cast = make_cast()
    offering = make_offering(cast)
    with time_machine.travel(datetime(2026, 4, 22, 9, 0, tzinfo=VIETNAM), tick=False):
        codes = [make_filed(cast, offering=offering).code for _number in range(3)]
    with time_machine.travel(datetime(2026, 4, 23, 9, 0, tzinfo=VIETNAM), tick=False):
        codes.append(make_filed(cast, offering=offering).code)
    assert [str(code).removeprefix(f"{cast.receiving.code}-") for code in codes] == [
        "260422-0001",
        "260422-0002",
        "260422-0003",
        "260423-0001",
    ]


def test_filing_twice_returns_the_same_dossier() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    again = services.submit(actor=cast.actor("an"), dossier_id=dossier.pk, has_attested=True)
    assert (again.pk, again.code, again.version) == (dossier.pk, dossier.code, 1)
    assert dossier.journal.count() == 1


def test_nothing_in_a_filed_dossier_can_be_changed() -> None:
    cast = make_cast()
    dossier = make_filed(cast)
    an = cast.actor("an")
    slot = dossier.components.get(required_document__kind="upload")
    with pytest.raises(DraftClosed):
        services.save_section(actor=an, dossier_id=dossier.pk, section_key="person", raw=ANSWERS)
    with pytest.raises(DraftClosed):
        services.attach_file(actor=an, dossier_id=dossier.pk, component_id=slot.pk, upload=pdf_upload())
    with pytest.raises(DraftClosed):
        services.remove_file(actor=an, dossier_id=dossier.pk, file_id=slot.files.get().pk)
    with pytest.raises(DraftClosed):
        services.discard_draft(actor=an, dossier_id=dossier.pk)
    assert slot.files.count() == 1


def test_a_stranger_neither_sees_nor_touches_a_draft() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    chi = cast.actor("chi")
    with pytest.raises(DossierNotFound):
        services.save_section(actor=chi, dossier_id=draft.pk, section_key="person", raw=ANSWERS)
    with pytest.raises(DossierNotFound):
        services.submit(actor=chi, dossier_id=draft.pk, has_attested=True)
    with pytest.raises(DossierNotFound):
        services.discard_draft(actor=chi, dossier_id=draft.pk)
    assert Dossier.objects.visible_to(chi).count() == 0
    assert Dossier.objects.visible_to(cast.actor("binh")).count() == 0


def test_a_slot_of_another_draft_takes_no_file() -> None:
    cast = make_cast()
    one, other = make_draft(cast), make_draft(cast)
    slot = other.components.get(required_document__kind="upload")
    with pytest.raises(DossierNotFound):
        services.attach_file(actor=cast.actor("an"), dossier_id=one.pk, component_id=slot.pk, upload=pdf_upload())
    assert slot.files.count() == 1


def test_a_slot_for_the_declaration_takes_no_file() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    slot = draft.components.get(required_document__kind="declaration")
    with pytest.raises(DossierNotFound):
        services.attach_file(actor=cast.actor("an"), dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload())
    assert slot.files.count() == 0


def test_a_slot_takes_ten_files_and_no_more() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    an = cast.actor("an")
    slot = draft.components.get(required_document__kind="upload")
    for number in range(9):
        services.attach_file(
            actor=an, dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload(f"{number}.pdf", f"Trang {number}")
        )
    with pytest.raises(InvalidInput) as refusal:
        services.attach_file(actor=an, dossier_id=draft.pk, component_id=slot.pk, upload=pdf_upload("11.pdf"))
    assert list(refusal.value.fields) == ["upload"]
    assert slot.files.count() == 10


@pytest.mark.parametrize(
    ("level", "choices"),
    [(3, ["desk"]), (4, ["online", "desk", "post"])],
)
def test_the_level_decides_how_the_result_may_come(level: int, choices: list[str]) -> None:
    offering = make_offering(make_cast(), level=level)
    assert [str(choice) for choice in services.delivery_choices(offering)] == choices


def test_the_only_way_to_get_a_result_is_chosen_for_the_citizen() -> None:
    cast = make_cast()
    draft = services.start_draft(actor=cast.actor("an"), offering_id=make_offering(cast, level=3).pk)
    assert draft.result_delivery == ResultDelivery.DESK


def test_the_post_needs_an_address() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    with pytest.raises(InvalidInput) as refusal:
        services.choose_delivery(actor=cast.actor("an"), dossier_id=draft.pk, delivery="post", address=" ")
    assert list(refusal.value.fields) == ["address"]
    draft.refresh_from_db()
    assert draft.result_delivery == ResultDelivery.DESK


def test_a_discarded_draft_is_gone() -> None:
    cast = make_cast()
    draft = make_draft(cast)
    services.discard_draft(actor=cast.actor("an"), dossier_id=draft.pk)
    assert Dossier.objects.count() == 0
