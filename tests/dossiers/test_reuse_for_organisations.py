"""Papers asked only once, where the dossier is filed for an organisation, or its applicant speaks for one."""

import pytest

from dossiers import services
from dossiers.errors import PaperNotOffered
from portal.accounts.models import Organisation
from portal.vault import services as vault_services
from portal.vault.models import IssuedPaper
from tests.dossiers.test_reuse import offers, take
from tests.factories.dossiers import Cast
from tests.factories.organisations import OTHER_TAX_CODE, make_granted_for, make_organisation
from tests.factories.reuse import make_asking_draft, make_asking_offering, make_kind, paper_of_an
from tests.factories.vault import make_paper

pytestmark = pytest.mark.django_db


def paper_held_by(cast: Cast, holder: vault_services.Holder) -> IssuedPaper:
    """Of the asked kind, by another agency."""
    return make_paper(kind_id=make_kind().pk, agency=cast.elsewhere, holder=holder)


def paper_of_company(cast: Cast, organisation: Organisation) -> IssuedPaper:
    holder = vault_services.Holder(organisation.name, organisation.tax_code, organisation_id=organisation.pk)
    return paper_held_by(cast, holder)


def test_filed_for_an_organisation_its_papers_and_the_own_ones_are_offered_and_none_of_another(cast: Cast) -> None:
    ours, other = make_organisation(cast.an), make_organisation(cast.an, tax_code=OTHER_TAX_CODE)
    own, companys, others = paper_of_an(cast), paper_of_company(cast, ours), paper_of_company(cast, other)
    draft = make_asking_draft(cast)
    # For herself: all that she can show, each called what it is.
    found = {one.paper_id: one.is_organisations for one in offers(draft)}
    assert found == {own.pk: False, companys.pk: True, others.pk: True}
    draft = services.choose_organisation(actor=cast.actor("an"), dossier_id=draft.pk, organisation_id=ours.pk)
    assert {one.paper_id for one in offers(draft)} == {own.pk, companys.pk}
    with pytest.raises(PaperNotOffered):
        take(cast, draft, f"kho-{others.pk}")
    take(cast, draft, f"kho-{companys.pk}")


def test_a_digitised_paper_with_another_organisations_number_is_not_offered_for_this_one(cast: Cast) -> None:
    ours = make_organisation(cast.an)
    make_organisation(cast.an, tax_code=OTHER_TAX_CODE, is_verified=True)
    old = paper_held_by(cast, vault_services.Holder("Công ty khác", OTHER_TAX_CODE))
    draft = make_asking_draft(cast)
    assert [(one.paper_id, one.is_organisations) for one in offers(draft)] == [(old.pk, True)]
    draft = services.choose_organisation(actor=cast.actor("an"), dossier_id=draft.pk, organisation_id=ours.pk)
    assert offers(draft) == []


def test_files_of_a_dossier_for_another_organisation_are_not_offered_for_this_one(cast: Cast) -> None:
    ours, other = make_organisation(cast.an), make_organisation(cast.an, tax_code=OTHER_TAX_CODE)
    make_kind()
    offering = make_asking_offering(cast)
    earlier = make_granted_for(cast, other, offering=offering, has_file=True)
    draft = make_asking_draft(cast, offering=offering)
    assert [(one.dossier_code, one.is_organisations) for one in offers(draft)] == [(earlier.code, True)]
    draft = services.choose_organisation(actor=cast.actor("an"), dossier_id=draft.pk, organisation_id=ours.pk)
    assert offers(draft) == []
    draft = services.choose_organisation(actor=cast.actor("an"), dossier_id=draft.pk, organisation_id=other.pk)
    assert [one.dossier_code for one in offers(draft)] == [earlier.code]
