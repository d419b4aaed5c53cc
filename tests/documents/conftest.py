"""An agency that can sign with a key file, and its folder of keys."""

from pathlib import Path

import pytest
from pytest_django import Settings

from portal.accounts.models import Agency
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.factories.accounts import AgencyFactory


@pytest.fixture
def keys(settings: Settings, tmp_path: Path) -> Path:
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    folder = own.keys_folder(settings, tmp_path / "keys")
    own.lay_down(folder, own.agency_identity())
    return folder


@pytest.fixture
def agency(keys: Path) -> Agency:
    agency = AgencyFactory()
    own.in_use(agency, own.agency_identity())
    return agency
