"""Where signing keys are: what is refused, and that a remote service signs and is not simply believed."""

import errno
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256
from pytest_django import Settings

from portal.accounts.models import Agency
from portal.documents.enums import KeyStoreKind
from portal.documents.errors import (
    CertificateMismatch,
    KeyNotProtected,
    KeyRefused,
    KeyUnavailable,
    KeyUnfit,
    SigningNotConfigured,
)
from portal.documents.key_stores import KeyReference, key_store_named
from portal.documents.key_stores.remote import RemoteService
from portal.documents.models import SigningCertificate
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.factories.accounts import AgencyFactory

pytestmark = pytest.mark.django_db


# --- Files -----------------------------------------------------------------------------------------------------------


def test_every_kind_of_place_has_its_store() -> None:
    assert [key_store_named(kind).name for kind in KeyStoreKind.values] == ["pkcs12", "pkcs11", "remote"]


@pytest.mark.parametrize(("fault", "error"), own.FAULTS.values(), ids=own.FAULTS)
def test_what_is_not_safe_or_not_right_is_not_used(
    agency: Agency, keys: Path, fault: Callable[[Path], Any], error: type[Exception]
) -> None:
    fault(keys)

    with pytest.raises(SigningNotConfigured) as raised:
        own.sign(agency)

    assert type(raised.value) is error
    assert str(keys) not in str(raised.value.sentence)


def test_without_a_folder_of_keys_nothing_is_signed(agency: Agency, settings: Settings, tmp_path: Path) -> None:
    for folder in ("", str(tmp_path / "missing"), __file__):
        settings.SIGNING_KEYS_DIR = folder
        with pytest.raises(SigningNotConfigured):
            own.sign(agency)


def test_the_passphrase_may_come_from_the_environment(
    agency: Agency, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (keys / f"{own.CODE}.pass").unlink()
    monkeypatch.setenv(f"SIGNING_{own.CODE}_PASSWORD", own.PASSPHRASE)

    assert own.verdict(own.sign(agency)) == "valid"


@pytest.mark.parametrize("code", ["../UBND", "ubnd", "", "A" * 41, "A\n", "A/B"])
def test_a_code_cannot_lead_out_of_the_folder(keys: Path, code: str) -> None:
    with pytest.raises(KeyRefused), key_store_named("pkcs12").open(KeyReference(code)):
        raise AssertionError("it opened")


def test_an_exchanged_key_does_not_sign(agency: Agency, keys: Path) -> None:
    own.lay_down(keys, signing.issue("KẺ LẠ", by=signing.authority()))

    with pytest.raises(CertificateMismatch):
        own.sign(agency)


@pytest.mark.parametrize(
    "identity",
    [
        lambda: signing.issue("P-192", by=signing.authority(), key=ec.generate_private_key(ec.SECP192R1())),
        lambda: signing.issue("SAI MỤC ĐÍCH", by=signing.authority(), may_sign=False),
        lambda: signing.issue("CA CON", by=signing.authority(), is_ca=True),
    ],
    ids=["a short curve", "not for signing", "an authority"],
)
def test_a_key_that_must_not_sign_papers_is_not_used(keys: Path, identity: Callable[[], signing.Identity]) -> None:
    own.lay_down(keys, identity(), code="YEU")

    with pytest.raises(KeyUnfit), key_store_named("pkcs12").open(KeyReference("YEU")):
        raise AssertionError("it opened")


# --- Remote services -------------------------------------------------------------------------------------------------


class FakeService(RemoteService):
    """Holds the key that the tests know; `lies` signs something else."""

    lies: ClassVar[bool] = False
    is_down: ClassVar[bool] = False
    asked: ClassVar[list[tuple[str, str, int]]] = []

    def certificates(self, credential: str, secret: str) -> list[bytes]:
        return [own.agency_identity("KHOÁ TỪ XA").der, signing.authority().der]

    def sign_digest(self, credential: str, secret: str, digest: bytes, algorithm: str) -> bytes:
        if self.is_down:
            raise KeyUnavailable
        self.asked.append((credential, algorithm, len(digest)))
        told = bytes(len(digest)) if self.lies else digest
        return bytes(own.agency_identity("KHOÁ TỪ XA").key.sign(told, ec.ECDSA(utils.Prehashed(SHA256()))))


@pytest.fixture
def remote(keys: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Agency:
    monkeypatch.setattr(FakeService, "asked", [])
    settings.SIGNING_REMOTE_SERVICE = f"{__name__}.FakeService"
    agency = AgencyFactory()
    own.in_use(agency, own.agency_identity("KHOÁ TỪ XA"), code="XA", adapter="remote", location="cred-7")
    return agency


def test_a_remote_service_sees_the_digest_alone(remote: Agency) -> None:
    assert own.verdict(own.sign(remote)) == "valid"

    assert FakeService.asked == [("cred-7", "sha256", 32)]


def test_a_remote_service_that_signs_something_else_is_not_believed(
    remote: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeService, "lies", True)

    with pytest.raises(KeyRefused):
        own.sign(remote)
    assert SigningCertificate.objects.get(agency=remote).is_active


def test_a_remote_service_that_is_down_may_come_back(remote: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeService, "is_down", True)

    with pytest.raises(KeyUnavailable):
        own.sign(remote)


@pytest.mark.parametrize("name", ["", "nowhere.Service", "builtins.object"])
def test_without_a_service_there_is_no_remote_signing(remote: Agency, settings: Settings, name: str) -> None:
    settings.SIGNING_REMOTE_SERVICE = name

    with pytest.raises(SigningNotConfigured):
        own.sign(remote)


def test_a_remote_service_that_sends_no_certificate_is_not_taken_at_its_word(
    remote: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeService, "certificates", lambda *_arguments: [b"khong phai chung thu"])

    with pytest.raises(KeyUnavailable):
        own.sign(remote)


@pytest.mark.parametrize("number", [errno.EACCES, errno.ELOOP])
def test_a_key_that_belongs_to_somebody_else_is_told_as_it_is(
    agency: Agency, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refusing(*_arguments: object) -> int:
        raise OSError(number, "no")

    monkeypatch.setattr("portal.documents.key_stores.protected_files.os.open", refusing)
    with pytest.raises(KeyNotProtected) as raised:
        own.sign(agency)
    assert "tài khoản chạy cổng sở hữu và đọc được" in str(raised.value.sentence)
