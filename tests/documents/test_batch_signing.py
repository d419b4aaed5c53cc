"""Many papers with the key opened once, for as long as its certificate is the one in use."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.accounts.models import Agency
from portal.documents import services
from portal.documents.errors import CertificateStopped, DocumentNotSignable
from portal.documents.key_stores import KeyReference, OpenKey
from portal.documents.key_stores.pkcs12 import Pkcs12Store
from portal.documents.models import SigningCertificate
from portal.documents.services import PaperToSign, Stamp
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.documents.sample_files import pdf
from tests.factories.accounts import AgencyFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(settings: Settings, tmp_path: Path) -> Agency:
    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    own.lay_down(own.keys_folder(settings, tmp_path / "keys"), own.agency_identity())
    agency = AgencyFactory()
    own.in_use(agency, own.agency_identity())
    return agency


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happened to the key: "open" and "close" in order."""
    told: list[str] = []
    really = Pkcs12Store.open

    @contextmanager
    def watched(store: Pkcs12Store, reference: KeyReference) -> Iterator[OpenKey]:
        told.append("open")
        try:
            with really(store, reference) as key:
                yield key
        finally:
            told.append("close")

    monkeypatch.setattr(Pkcs12Store, "open", watched)
    return told


PAPER = PaperToSign(pdf(), "Dung", "Chủ tịch", "Duyệt", Stamp())


def test_the_key_is_opened_once_for_many_papers_and_a_bad_one_stops_no_other(agency: Agency, opened: list[str]) -> None:
    with services.open_signing_desk(agency.pk) as desk:
        first = desk.sign(PAPER)
        with pytest.raises(DocumentNotSignable):
            desk.sign(replace(PAPER, content=b"khong phai PDF"))
        second = desk.sign(PAPER)

    assert [one.finding.verdict for one in (first, second)] == ["valid"] * 2
    assert opened == ["open", "close"]


def test_a_desk_whose_certificate_was_replaced_signs_nothing_more(agency: Agency) -> None:
    with services.open_signing_desk(agency.pk) as desk:
        SigningCertificate.objects.update(state="retired")
        own.in_use(agency, own.agency_identity("CHỨNG THƯ MỚI"), code="MOI")
        with pytest.raises(CertificateStopped):
            desk.sign(PAPER)
