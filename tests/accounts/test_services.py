"""Opening accounts and posting officers."""

import pytest

from portal.accounts import services
from portal.accounts.enums import OfficerRole
from portal.accounts.errors import EmailAlreadyUsed
from portal.accounts.models import OfficerPosting, User
from portal.accounts.selectors import receiving_agency_ids
from portal.core.actors import SYSTEM
from tests.factories.accounts import AgencyFactory, DeskFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_an_address_opens_one_account_whatever_the_case_of_its_letters() -> None:
    UserFactory(email="binh@example.com")
    with pytest.raises(EmailAlreadyUsed):
        services.create_account(actor=SYSTEM, email="BINH@example.com", full_name="Bình", password=None)
    assert User.objects.count() == 1


def test_an_account_without_a_password_cannot_be_signed_in_to() -> None:
    user = services.create_account(actor=SYSTEM, email="x@example.com", full_name="X", password=None)
    assert not user.has_usable_password()


def test_the_same_posting_is_made_once() -> None:
    agency, user = AgencyFactory(), UserFactory()
    first, second = (
        services.post_officer(actor=SYSTEM, user_id=user.pk, agency_id=agency.pk, role=OfficerRole.SIGNER)
        for _ in range(2)
    )
    assert first == second
    assert OfficerPosting.objects.count() == 1


def test_agencies_with_desks_receive_dossiers_each_named_once() -> None:
    desk = DeskFactory(agency__code="H36.20")
    DeskFactory(agency=desk.agency, name="Quầy 2")
    other = DeskFactory(agency__code="H36.19")
    AgencyFactory()
    assert receiving_agency_ids() == [other.agency_id, desk.agency_id]
