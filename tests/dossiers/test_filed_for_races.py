"""An organisation is dropped while a draft that names it is chosen or filed: real threads, real row locks."""

import pytest

from dossiers import services
from dossiers.errors import DossierIncomplete
from dossiers.models import Dossier
from portal.accounts import services as account_services
from portal.accounts.models import Organisation, Representation
from portal.core.errors import InvalidInput
from tests.dossiers.test_concurrency import at_once
from tests.factories.dossiers import make_cast, make_draft
from tests.factories.organisations import TAX_CODE, make_draft_for, make_organisation

pytestmark = pytest.mark.django_db(transaction=True)


def test_filed_and_dropped_at_once_it_is_filed_for_an_organisation_that_stays_or_not_at_all() -> None:
    cast = make_cast()
    organisation = make_organisation(cast.an)
    draft, an = make_draft_for(cast, organisation), cast.actor("an")
    representation = Representation.objects.get()
    filed, dropped = at_once(
        lambda: services.submit(actor=an, dossier_id=draft.pk, has_attested=True),
        lambda: account_services.drop_organisation(actor=an, representation_id=representation.pk),
    )
    assert dropped is None
    found = Dossier.objects.get(pk=draft.pk)
    if isinstance(filed, DossierIncomplete):
        assert (found.is_draft, found.organisation_tax_code) == (True, "")
    else:
        assert (found.is_draft, found.organisation_tax_code) == (False, TAX_CODE)
    # Named by a draft or a filed dossier, it stays either way.
    assert found.organisation_id == organisation.pk
    assert Organisation.objects.get() == organisation


def test_chosen_and_dropped_at_once_the_organisation_stays_where_the_draft_names_it() -> None:
    cast = make_cast()
    organisation = make_organisation(cast.an)
    draft, an = make_draft(cast), cast.actor("an")
    representation = Representation.objects.get()
    chosen, dropped = at_once(
        lambda: services.choose_organisation(actor=an, dossier_id=draft.pk, organisation_id=organisation.pk),
        lambda: account_services.drop_organisation(actor=an, representation_id=representation.pk),
    )
    assert dropped is None
    is_named = Dossier.objects.get(pk=draft.pk).organisation_id is not None
    assert isinstance(chosen, Dossier if is_named else InvalidInput)
    assert Organisation.objects.exists() is is_named
