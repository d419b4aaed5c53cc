"""The cast with heads above the agencies."""

from pathlib import Path

import pytest
from pytest_django import Settings

from portal.accounts.enums import OfficerRole
from portal.documents.models import SigningCertificate
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.factories.accounts import AgencyFactory, OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast


@pytest.fixture
def story(cast: Cast) -> Cast:
    """Nam heads the agency above the receiving one, Tâm the one above the resolving one."""
    for agency, name in ((cast.receiving, "nam"), (cast.resolving, "tam")):
        agency.parent = AgencyFactory.create()
        agency.save()
        head = UserFactory.create(full_name=name)
        OfficerPostingFactory.create(user=head, agency=agency.parent, role=OfficerRole.AGENCY_HEAD)
        setattr(cast, name, head)
    return cast


@pytest.fixture
def key(cast: Cast, settings: Settings, tmp_path: Path) -> SigningCertificate:
    """The agency that resolves has a certificate in use."""
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    own.lay_down(own.keys_folder(settings, tmp_path / "keys"), own.agency_identity())
    return own.in_use(cast.resolving, own.agency_identity())
