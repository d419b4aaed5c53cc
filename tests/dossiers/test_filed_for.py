"""A dossier filed for an organisation: who may, what is frozen, whose the result is."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from dossiers import services
from dossiers.enums import Outcome, SlipOccasion
from dossiers.errors import DossierIncomplete, DossierNotFound, DraftClosed, OwnOrganisation
from dossiers.models import Dossier
from dossiers.selectors.criteria import Criteria
from dossiers.selectors.worklists import rows_of
from dossiers.services.decision_letter import letter_facts
from dossiers.services.slip_forms.head import dossier_facts
from dossiers.services.slips import slip_facts
from portal.accounts import services as account_services
from portal.accounts.models import Delegation, Organisation, Representation
from portal.core import clock
from portal.core.errors import InvalidInput
from procedures.enums import Subject
from procedures.models import ProcedureRevision
from tests.conftest import SignIn
from tests.factories.counter import make_counter_draft
from tests.factories.dossiers import Cast, make_draft, make_filed, make_handed_over, make_offering
from tests.factories.organisations import (
    OTHER_TAX_CODE,
    TAX_CODE,
    for_enterprises,
    make_draft_for,
    make_filed_for,
    make_granted_for,
    make_organisation,
    paper_of,
)

pytestmark = pytest.mark.django_db
COMPANY = "Công ty Hoa Dã Quỳ"


def for_everybody(revision: ProcedureRevision) -> None:
    ProcedureRevision.objects.filter(pk=revision.pk).update(audience=[Subject.ENTERPRISE, Subject.CITIZEN])


def drop(cast: Cast, organisation: Organisation) -> None:
    one = Representation.objects.get(user=cast.an, organisation=organisation)
    account_services.drop_organisation(actor=cast.actor("an"), representation_id=one.pk)


def columns(dossier: Dossier) -> tuple[int | None, str, str]:
    dossier = Dossier.objects.get(pk=dossier.pk)
    return dossier.organisation_id, dossier.organisation_name, dossier.organisation_tax_code


# --- the choice -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("parts", "begins_with_it"), [(for_enterprises, True), (for_everybody, False), (None, False)])
def test_a_draft_begins_for_the_default_organisation_where_only_organisations_use_the_procedure(
    cast: Cast, parts: Any, begins_with_it: bool
) -> None:
    default = make_organisation(cast.an)
    make_organisation(cast.an, tax_code=OTHER_TAX_CODE)
    offering = make_offering(cast, parts=parts)
    draft = services.start_draft(actor=cast.actor("an"), offering_id=offering.pk)
    assert columns(draft) == (default.pk if begins_with_it else None, "", "")


def test_a_person_without_an_organisation_begins_for_themselves(cast: Cast) -> None:
    make_organisation(cast.chi)
    draft = services.start_draft(actor=cast.actor("an"), offering_id=make_offering(cast, parts=for_enterprises).pk)
    assert columns(draft) == (None, "", "")


def test_somebody_elses_organisation_is_refused_and_nothing_changes(cast: Cast) -> None:
    own, anothers = make_organisation(cast.an), make_organisation(cast.chi)
    draft = make_draft_for(cast, own)
    for forged in (anothers.pk, 0, 2**62):
        with pytest.raises(InvalidInput) as caught:
            services.choose_organisation(actor=cast.actor("an"), dossier_id=draft.pk, organisation_id=forged)
        assert set(caught.value.fields) == {"organisation"}
    assert columns(draft) == (own.pk, "", "")


def test_only_the_applicant_chooses_and_only_while_it_is_a_draft(cast: Cast) -> None:
    own = make_organisation(cast.an, cast.chi)
    draft = make_draft(cast)
    with pytest.raises(DossierNotFound):
        services.choose_organisation(actor=cast.actor("chi"), dossier_id=draft.pk, organisation_id=own.pk)
    filed = make_filed(cast)
    with pytest.raises(DraftClosed):
        services.choose_organisation(actor=cast.actor("an"), dossier_id=filed.pk, organisation_id=own.pk)
    assert [columns(one)[0] for one in (draft, filed)] == [None, None]


def test_the_desk_chooses_among_what_the_applicant_declared(cast: Cast) -> None:
    own, officers = make_organisation(cast.an), make_organisation(cast.binh, tax_code=OTHER_TAX_CODE)
    draft, binh = make_counter_draft(cast), cast.actor("binh")
    with pytest.raises(InvalidInput):
        services.choose_organisation(actor=binh, dossier_id=draft.pk, organisation_id=officers.pk)
    services.choose_organisation(actor=binh, dossier_id=draft.pk, organisation_id=own.pk)
    services.file_at_counter(actor=binh, dossier_id=draft.pk, has_attested=True, receives=True)
    assert columns(draft) == (own.pk, COMPANY, TAX_CODE)


# --- the filing -------------------------------------------------------------------------------------------------------
def test_filing_freezes_the_name_and_the_tax_code(cast: Cast) -> None:
    organisation = make_organisation(cast.an)
    dossier = make_filed_for(cast, organisation)
    Organisation.objects.update(name="Tên mới", tax_code=OTHER_TAX_CODE)
    assert columns(dossier) == (organisation.pk, COMPANY, TAX_CODE)
    assert (dossier.applicant_name, dossier.applicant_label) == ("Nguyễn Thị An", f"Nguyễn Thị An ({COMPANY})")


@pytest.mark.parametrize(
    "change", [{"organisation_name": "Khác"}, {"organisation_tax_code": OTHER_TAX_CODE}, {"organisation": None}]
)
def test_what_was_filed_is_changed_by_nobody(cast: Cast, change: dict[str, Any]) -> None:
    organisation = make_organisation(cast.an)
    dossier = make_filed_for(cast, organisation)
    with pytest.raises(InternalError), transaction.atomic():
        Dossier.objects.filter(pk=dossier.pk).update(**change)
    assert columns(dossier) == (organisation.pk, COMPANY, TAX_CODE)


def test_a_name_without_an_organisation_is_refused_by_the_database(cast: Cast) -> None:
    draft = make_draft(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=draft.pk).update(organisation_name=COMPANY)


def test_an_organisation_dropped_before_filing_stops_it_by_the_field_and_loses_nothing(cast: Cast) -> None:
    organisation = make_organisation(cast.an)
    draft = make_draft_for(cast, organisation)
    answers = draft.answers
    drop(cast, organisation)
    with pytest.raises(DossierIncomplete) as caught:
        services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert caught.value.fields == {
        "organisation": f"Bạn không còn ghi là đại diện của {COMPANY}. Hãy chọn lại nộp cho ai."
    }
    draft.refresh_from_db()
    assert (draft.is_draft, draft.answers, draft.organisation_id) == (True, answers, organisation.pk)
    services.choose_organisation(actor=cast.actor("an"), dossier_id=draft.pk, organisation_id=None)
    services.submit(actor=cast.actor("an"), dossier_id=draft.pk, has_attested=True)
    assert columns(draft) == (None, "", "")


def test_an_organisation_goes_with_its_last_speaker_unless_a_dossier_or_a_paper_names_it(cast: Cast) -> None:
    kept, free = make_organisation(cast.an), make_organisation(cast.an, tax_code=OTHER_TAX_CODE)
    paper = paper_of(make_granted_for(cast, kept))
    drop(cast, kept)
    drop(cast, free)
    assert list(Organisation.objects.all()) == [kept]
    assert Representation.objects.count() == 0
    paper.refresh_from_db()
    assert paper.owner_organisation_id == kept.pk


# --- the result -------------------------------------------------------------------------------------------------------
def test_the_result_is_the_organisations_and_names_it(cast: Cast) -> None:
    organisation = make_organisation(cast.an)
    paper = paper_of(make_granted_for(cast, organisation))
    assert (paper.owner_id, paper.owner_organisation_id) == (None, organisation.pk)
    assert (paper.holder_name, paper.holder_id_number) == (COMPANY, TAX_CODE)
    assert paper.released_at is not None


def test_the_result_of_a_dossier_for_oneself_stays_the_applicants(cast: Cast) -> None:
    make_organisation(cast.an)
    paper = paper_of(make_handed_over(cast))
    assert (paper.owner_id, paper.owner_organisation_id) == (cast.an.pk, None)
    assert (paper.holder_name, paper.holder_id_number) == ("Nguyễn Thị An", cast.an.citizen.personal_id_number)


# --- where it is read -------------------------------------------------------------------------------------------------
def test_slips_and_letters_say_for_whom_it_was_filed(cast: Cast) -> None:
    dossier = make_filed_for(cast, make_organisation(cast.an))
    said = f"{COMPANY}, mã số thuế {TAX_CODE}"
    assert slip_facts(dossier, SlipOccasion.SUBMITTED, 1)["organisation"] == said
    assert dossier_facts(dossier)["organisation"] == said
    letter = letter_facts(
        actor=cast.actor("dung"),
        dossier=dossier,
        outcome=Outcome.GRANTED,
        title="Thư",
        note="",
        code="0" * 16,
        day=date(2026, 5, 4),
    )
    assert (letter["organisation"], letter["recipients"]) == (said, [COMPANY, "Lưu: VT"])
    assert dossier_facts(make_filed(cast))["organisation"] == ""


def test_officers_find_it_by_a_part_of_the_name_and_by_the_whole_tax_code(cast: Cast) -> None:
    dossier = make_filed_for(cast, make_organisation(cast.an))
    make_filed(cast)
    binh = cast.actor("binh")
    for words, found in (("hoa dã quỳ", [dossier.pk]), (TAX_CODE, [dossier.pk]), (TAX_CODE[:9], []), ("Nguyễn", 2)):
        keys = list(rows_of(binh, Criteria(), search=words).values_list("pk", flat=True))
        assert (len(keys) if isinstance(found, int) else keys) == found


@pytest.mark.parametrize("is_same_row", [True, False])
def test_who_acts_for_the_organisation_reads_the_dossier_and_decides_nothing(cast: Cast, is_same_row: bool) -> None:
    organisation = make_organisation(cast.an)
    dossier = make_filed_for(cast, organisation)
    if is_same_row:
        Representation.objects.create(user=cast.binh, organisation=organisation)
    else:
        make_organisation(cast.binh)
    with pytest.raises(OwnOrganisation):
        services.receive(actor=cast.actor("binh"), dossier_id=dossier.pk)
    assert Dossier.objects.get(pk=dossier.pk).state == "submitted"
    assert Dossier.objects.visible_to(cast.actor("binh")).filter(pk=dossier.pk).exists()


def test_no_stand_in_decides_with_the_duties_of_who_acts_for_the_organisation(cast: Cast) -> None:
    organisation = make_organisation(cast.an)
    dossier = make_filed_for(cast, organisation)
    today = clock.today()
    Delegation.objects.create(
        absent=cast.binh,
        delegate=cast.lan,
        agency=cast.receiving,
        starts_on=today,
        ends_on=today,
        reason="Nghỉ phép",
        made_by=cast.binh,
    )
    Representation.objects.create(user=cast.binh, organisation=organisation)
    with pytest.raises(OwnOrganisation):
        services.receive(actor=cast.actor("lan"), dossier_id=dossier.pk)
    Representation.objects.filter(user=cast.binh).delete()
    assert services.receive(actor=cast.actor("lan"), dossier_id=dossier.pk).state == "received"


def test_the_desk_offers_no_act_to_who_acts_for_the_organisation(cast: Cast, as_: SignIn) -> None:
    dossier = make_filed_for(cast, make_organisation(cast.an))
    assert "Tiếp nhận hồ sơ" in as_("binh").get(f"/mot-cua/{dossier.code}/").text
    make_organisation(cast.binh)
    page = as_("binh").get(f"/mot-cua/{dossier.code}/")
    assert page.status_code == 200
    assert "Tiếp nhận hồ sơ" not in page.text
