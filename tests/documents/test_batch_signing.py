"""Many papers with the key opened once: a result each, and what happens when one is bad or the key goes away."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_django import Settings

from portal.accounts.models import Agency
from portal.documents import services
from portal.documents.errors import DocumentNotSignable, DocumentUnavailable, KeyUnavailable, SigningNotConfigured
from portal.documents.key_stores import KeyReference, OpenKey
from portal.documents.key_stores.pkcs12 import Pkcs12Store, _FileSigner
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


def paper(key: str, content: object = None) -> PaperToSign:
    return PaperToSign(key, content or pdf(), "Dung", "Chủ tịch", "Duyệt", Stamp())  # type: ignore[arg-type]


def test_each_paper_has_its_result_and_the_key_is_opened_once(agency: Agency, opened: list[str]) -> None:
    results = list(services.sign_many((paper(str(number)) for number in range(3)), agency_id=agency.pk))

    assert [one.key for one in results] == ["0", "1", "2"]
    assert [one.signed.finding.verdict for one in results if one.signed] == ["valid"] * 3
    assert opened == ["open", "close"]


def test_a_bad_paper_stops_no_other(agency: Agency) -> None:
    def lost() -> bytes:
        raise DocumentUnavailable

    papers = [paper("a"), paper("b", b"khong phai PDF"), paper("c", lost), paper("d", pdf)]

    results = list(services.sign_many(papers, agency_id=agency.pk))

    assert [type(one.error) for one in results] == [type(None), DocumentNotSignable, DocumentUnavailable, type(None)]
    assert [one.signed is not None for one in results] == [True, False, False, True]


def test_papers_are_fetched_only_when_it_is_their_turn(agency: Agency) -> None:
    fetched: list[str] = []

    def fetching(name: str) -> PaperToSign:
        return paper(name, lambda: fetched.append(name) or pdf())  # type: ignore[func-returns-value]

    running = services.sign_many([fetching("a"), fetching("b")], agency_id=agency.pk)

    next(running)
    assert fetched == ["a"]
    next(running)
    assert fetched == ["a", "b"]


def test_when_the_key_goes_away_the_rest_is_not_tried(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []
    really = _FileSigner.sign_digest

    def unplugged(signer: _FileSigner, digest: bytes, algorithm: str) -> bytes:
        tried.append(1)
        if len(tried) > 1:
            raise KeyUnavailable
        return really(signer, digest, algorithm)

    monkeypatch.setattr(_FileSigner, "sign_digest", unplugged)

    results = list(services.sign_many([paper(str(number)) for number in range(4)], agency_id=agency.pk))

    assert [type(one.error) for one in results] == [type(None), KeyUnavailable, KeyUnavailable, KeyUnavailable]
    assert len(tried) == 2


def test_who_stops_early_closes_the_key(agency: Agency, opened: list[str]) -> None:
    running = services.sign_many([paper("a"), paper("b")], agency_id=agency.pk)
    next(running)
    running.close()  # type: ignore[attr-defined]

    assert opened == ["open", "close"]


def test_without_a_certificate_no_paper_is_fetched() -> None:
    def never() -> bytes:
        raise AssertionError

    with pytest.raises(SigningNotConfigured):
        list(services.sign_many([paper("a", never)], agency_id=AgencyFactory().pk))
