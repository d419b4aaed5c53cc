"""Signing with a PKCS#11 token, by SoftHSM (the Debian package softhsm2): a token in software."""

import io
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives import serialization
from django.db import connection
from pytest_django import Settings

from portal.accounts.models import Agency
from portal.core.actors import SYSTEM
from portal.documents import services
from portal.documents.enums import CertificateState
from portal.documents.errors import (
    CertificateStopped,
    KeyMissing,
    KeyUnavailable,
    PinRefused,
    SigningNotConfigured,
)
from portal.documents.key_stores import pkcs11 as store
from portal.documents.models import SigningCertificate
from portal.documents.services import SignedPdf
from tests.documents import agency_keys as own
from tests.documents import signing
from tests.documents.sample_files import pdf
from tests.factories.accounts import AgencyFactory
from tests.payments.test_concurrency import at_once

pytestmark = pytest.mark.django_db


def sign(agency: Agency) -> SignedPdf:
    return services.sign_pdf(pdf(), agency_id=agency.pk, signer_name="Dung", signer_title="", reason="", stamp=None)


def verdict(signed: SignedPdf) -> str:
    (found,) = services.verify_file(io.BytesIO(signed.content))
    return str(found.verdict)


SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "493827"


@pytest.fixture
def token(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A token in software with the key and the certificate of an agency under the label "ky"."""
    import pkcs11

    settings.SIGNATURE_TRUST_DIR = str(signing.trust(tmp_path / "roots", signing.authority()))
    settings.SIGNING_PKCS11_MODULE = SOFTHSM
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(
        f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    monkeypatch.setenv("SIGNING_TOKEN_PASSWORD", PIN)
    identity = own.agency_identity("CƠ QUAN CÓ THIẾT BỊ")
    pem = tmp_path / "key.pem"
    pem.write_bytes(
        identity.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    for options in (
        ("--init-token", "--free", "--label", "UBND", "--so-pin", "12345678", "--pin", PIN),
        ("--import", str(pem), "--token", "UBND", "--label", "ky", "--id", "01", "--pin", PIN),
    ):
        subprocess.run(["softhsm2-util", *options], check=True, capture_output=True)
    driver = pkcs11.lib(SOFTHSM)
    driver.reinitialize()
    with driver.get_token(token_label="UBND").open(rw=True, user_pin=PIN) as session:
        for label, one in (("ky", identity), ("ca", signing.authority())):
            session.create_object(
                {
                    pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                    pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                    pkcs11.Attribute.TOKEN: True,
                    pkcs11.Attribute.LABEL: label,
                    pkcs11.Attribute.SUBJECT: x509.Certificate.load(one.der).subject.dump(),
                    pkcs11.Attribute.VALUE: one.der,
                }
            )
    monkeypatch.setattr(store, "_refused", {})
    yield tmp_path / "tokens"
    driver.finalize()


def count_logins(monkeypatch: pytest.MonkeyPatch, before: Callable[[], None] = lambda: None) -> list[str]:
    """Every PIN the token hears from now on; `before` runs before the token does."""
    import pkcs11

    heard: list[str] = []
    really = pkcs11.lib

    class Token:
        def __init__(self, token: Any) -> None:
            self._token = token

        def open(self, user_pin: str) -> Any:
            heard.append(user_pin)
            before()
            return self._token.open(user_pin=user_pin)

    class Driver:
        def __init__(self, driver: Any) -> None:
            self._driver = driver

        def reinitialize(self) -> None:
            self._driver.reinitialize()

        def get_token(self, token_label: str) -> Token:
            return Token(self._driver.get_token(token_label=token_label))

    monkeypatch.setattr(pkcs11, "lib", lambda path: Driver(really(path)))
    return heard


def wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def _agency_with_token() -> tuple[Agency, SigningCertificate]:
    agency = AgencyFactory()
    identity = own.agency_identity("CƠ QUAN CÓ THIẾT BỊ")
    return agency, own.in_use(agency, identity, code="TOKEN", adapter="pkcs11", location="UBND/ky")


def test_a_token_signs_and_both_programs_accept_it(token: Path, tmp_path: Path) -> None:
    agency, _certificate = _agency_with_token()

    first, second = sign(agency), sign(agency)

    assert (verdict(first), verdict(second)) == ("valid", "valid")
    assert "Signature is Valid" in own.pdfsig(first.content, tmp_path)


def test_a_token_is_registered_from_itself(token: Path) -> None:
    agency = AgencyFactory()

    made = services.register_certificate(
        actor=SYSTEM, agency_id=agency.pk, adapter="pkcs11", code="token", label="Thiết bị", location="UBND/ky"
    )

    assert (made.code, made.key_algorithm, made.state) == ("TOKEN", "ECDSA secp256r1", CertificateState.REGISTERED)
    assert "CƠ QUAN CÓ THIẾT BỊ" in made.subject_name


def test_a_wrong_pin_is_tried_once_and_the_certificate_goes_out_of_use(
    token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency, certificate = _agency_with_token()
    monkeypatch.setenv("SIGNING_TOKEN_PASSWORD", "000000")

    with pytest.raises(PinRefused):
        sign(agency)
    with pytest.raises(SigningNotConfigured) as raised:
        sign(agency)

    assert type(raised.value) is CertificateStopped
    certificate.refresh_from_db()
    assert certificate.state == CertificateState.RETIRED
    assert [entry.act for entry in certificate.entries.all()] == ["activated", "refused"]


@pytest.mark.django_db(transaction=True)
def test_whoever_waited_for_the_token_does_not_try_the_pin_that_was_refused(
    token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency, _certificate = _agency_with_token()
    monkeypatch.setenv("SIGNING_TOKEN_PASSWORD", "000000")
    asked: list[int] = []
    turn = threading.Lock()

    class Turn:
        def acquire(self, timeout: float) -> bool:
            asked.append(1)
            return turn.acquire(timeout=timeout)

        def release(self) -> None:
            turn.release()

    monkeypatch.setattr(store, "_turn", Turn())
    heard = count_logins(monkeypatch, before=lambda: wait_until(lambda: len(asked) == 2))

    found = at_once(lambda: sign(agency), lambda: sign(agency))

    assert sorted(type(one).__name__ for one in found) == ["CertificateStopped", "PinRefused"]
    assert heard == ["000000"]


@pytest.mark.django_db(transaction=True)
def test_another_process_that_waited_does_not_try_it_either(token: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes share neither the turn nor what was refused: only the row."""
    agency, _certificate = _agency_with_token()
    monkeypatch.setenv("SIGNING_TOKEN_PASSWORD", "000000")

    class NoTurn:
        def acquire(self, timeout: float) -> bool:
            return True

        def release(self) -> None: ...

    class Forgetful(dict[Any, Any]):
        def __setitem__(self, key: Any, value: Any) -> None: ...

    monkeypatch.setattr(store, "_turn", NoTurn())
    monkeypatch.setattr(store, "_refused", Forgetful())

    def the_other_waits_for_the_row() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            return bool(cursor.fetchone()[0] == 1)

    heard = count_logins(monkeypatch, before=lambda: wait_until(the_other_waits_for_the_row))

    found = at_once(lambda: sign(agency), lambda: sign(agency))

    assert sorted(type(one).__name__ for one in found) == ["CertificateStopped", "PinRefused"]
    assert heard == ["000000"]


def test_a_refused_pin_is_tried_again_only_when_it_is_another_one_or_two_people_said_so(
    token: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency, certificate = _agency_with_token()
    heard = count_logins(monkeypatch)
    monkeypatch.setenv("SIGNING_TOKEN_PASSWORD", "000000")

    def register() -> None:
        services.register_certificate(
            actor=SYSTEM, agency_id=agency.pk, adapter="pkcs11", code="token", label="Thiết bị", location="UBND/ky"
        )

    for _press in range(3):
        with pytest.raises(PinRefused) as raised:
            register()
    assert "không thử lại mã PIN này" in str(raised.value.sentence)
    assert "ngừng dùng" not in str(raised.value.sentence)
    assert heard == ["000000"]

    with pytest.raises(PinRefused):
        sign(agency)
    assert heard == ["000000"]

    services.propose_certificate(actor=SYSTEM, certificate_id=certificate.pk)
    services.activate_certificate(actor=SYSTEM, certificate_id=certificate.pk)
    with pytest.raises(PinRefused):
        sign(agency)
    assert heard == ["000000", "000000"]

    services.propose_certificate(actor=SYSTEM, certificate_id=certificate.pk)
    services.activate_certificate(actor=SYSTEM, certificate_id=certificate.pk)
    monkeypatch.setenv("SIGNING_TOKEN_PASSWORD", PIN)
    assert verdict(sign(agency)) == "valid"


@pytest.mark.parametrize(
    ("location", "error"),
    [("KHAC/ky", KeyUnavailable), ("UBND/khac", KeyMissing)],
    ids=["no token", "no key"],
)
def test_a_token_that_is_not_there_may_come_back(token: Path, location: str, error: type[Exception]) -> None:
    agency = AgencyFactory()
    own.in_use(agency, own.agency_identity("CƠ QUAN CÓ THIẾT BỊ"), code="TOKEN", adapter="pkcs11", location=location)

    with pytest.raises(error):
        sign(agency)


def test_without_a_driver_there_is_no_token(settings: Settings) -> None:
    agency, _certificate = _agency_with_token()

    with pytest.raises(SigningNotConfigured):
        sign(agency)
