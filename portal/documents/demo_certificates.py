"""A certificate authority of the demo and the tests: a root, an issuer below it, and a certificate for each agency.

Everything lies in the folders of the settings and nothing of it is worth anything outside of this machine. The root's key
is thrown away as soon as it has signed the issuer.
"""

import os
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.text import slug
from portal.documents.enums import CertificateState, KeyStoreKind
from portal.documents.errors import SigningNotConfigured
from portal.documents.models import SigningCertificate
from portal.documents.signing_certificates import activate_certificate, propose_certificate, register_certificate

ROOT_NAME, ISSUER_NAME = "Một Cửa - CA gốc trình diễn", "Một Cửa - CA cấp chứng thư trình diễn"
_CODE_BEGINS = "DEMO_"
_ISSUER_CODE = f"{_CODE_BEGINS}ISSUER"
_ROOT_FILE = "demo-root.pem"
_ROOT_DAYS, _ISSUER_DAYS, _AGENCY_DAYS = 3650, 1825, 730
# A demo that was left alone for long gets new ones in time.
_RENEW_BEFORE = timedelta(days=60)


def make_demo_certificates(*, actor: Actor, agency_ids: Iterable[int], key_kind: str = "ec") -> int:
    """Give each agency a certificate in use; how many were made. Running it again makes only what is missing or old.

    `key_kind`: "ec" (P-256) or "rsa" (2048 bit). Raises SigningNotConfigured without settings.SIGNING_KEYS_DIR and
    SIGNATURE_TRUST_DIR.
    """
    if not settings.SIGNING_KEYS_DIR or not settings.SIGNATURE_TRUST_DIR:
        raise SigningNotConfigured
    keys = Path(settings.SIGNING_KEYS_DIR)
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys.chmod(0o700)
    trust = Path(settings.SIGNATURE_TRUST_DIR)
    trust.mkdir(parents=True, exist_ok=True)
    issuer = _issuer(keys, trust)
    made = 0
    for agency in Agency.objects.filter(pk__in=list(agency_ids)).order_by("code"):
        in_use = SigningCertificate.objects.filter(agency=agency, state=CertificateState.ACTIVE).first()
        if in_use is not None and not _is_ours(in_use):
            continue
        if in_use is not None and in_use.valid_until > clock.now() + _RENEW_BEFORE and _is_there(keys, in_use.code):
            continue
        _give(actor, agency, keys, issuer, key_kind)
        made += 1
    return made


def _is_ours(certificate: SigningCertificate) -> bool:
    """A certificate that somebody registered themselves, in a token for example, is never replaced by one of the demo."""
    return certificate.adapter == KeyStoreKind.PKCS12 and certificate.code.startswith(_CODE_BEGINS)


def _is_there(keys: Path, code: str) -> bool:
    return (keys / f"{code}.p12").exists()


@sensitive_variables()
def _give(actor: Actor, agency: Agency, keys: Path, issuer: "tuple[Any, x509.Certificate]", key_kind: str) -> None:
    key = _new_key(key_kind)
    certificate = _issued(agency.name, key.public_key(), by=issuer, days=_AGENCY_DAYS, organisation=agency.code)
    code = f"{_CODE_BEGINS}{slug(agency.code).replace('-', '_').upper()}"[:40]
    _keep(keys, code, key, certificate, [issuer[1]])
    registered = register_certificate(
        actor=actor,
        agency_id=agency.pk,
        adapter=KeyStoreKind.PKCS12,
        code=code,
        label=f"Chứng thư trình diễn {agency.code}",
    )
    propose_certificate(actor=actor, certificate_id=registered.pk)
    activate_certificate(actor=actor, certificate_id=registered.pk)


@sensitive_variables()
def _issuer(keys: Path, trust: Path) -> "tuple[Any, x509.Certificate]":
    """The issuer kept from last time, else a new root with a new issuer."""
    kept = _kept(keys, _ISSUER_CODE)
    lasts_until = clock.now() + timedelta(days=_AGENCY_DAYS)
    if kept is not None and kept[1].not_valid_after_utc > lasts_until and (trust / _ROOT_FILE).exists():
        return kept
    root_key, issuer_key = _new_key("ec"), _new_key("ec")
    root = _issued(ROOT_NAME, root_key.public_key(), by=(root_key, None), days=_ROOT_DAYS, depth=1)
    issuer = _issued(ISSUER_NAME, issuer_key.public_key(), by=(root_key, root), days=_ISSUER_DAYS, depth=0)
    _keep(keys, _ISSUER_CODE, issuer_key, issuer, [])
    (trust / _ROOT_FILE).write_bytes(root.public_bytes(Encoding.PEM))
    return issuer_key, issuer


def _new_key(kind: str) -> Any:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _issued(
    name: str,
    public_key: Any,
    *,
    by: "tuple[Any, x509.Certificate | None]",
    days: int,
    depth: int | None = None,
    organisation: str = "",
) -> x509.Certificate:
    """A certificate; `depth` None: of a signer, else of an authority with so many more below it."""
    subject = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        subject.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, organisation))
    subject.append(x509.NameAttribute(NameOID.COMMON_NAME, name[:64]))
    signing_key, above = by
    is_authority = depth is not None
    begins: datetime = clock.now() - timedelta(minutes=5)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(above.subject if above is not None else x509.Name(subject))
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=depth), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=not is_authority,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    return builder.sign(signing_key, hashes.SHA256())


@sensitive_variables()
def _keep(keys: Path, code: str, key: Any, certificate: x509.Certificate, chain: list[x509.Certificate]) -> None:
    """Key and passphrase as an administrator would lay them down; replaced as a whole."""
    passphrase = secrets.token_urlsafe(24)
    content = pkcs12.serialize_key_and_certificates(
        code.encode(), key, certificate, chain, BestAvailableEncryption(passphrase.encode())
    )
    for name, data in ((f"{code}.pass", passphrase.encode()), (f"{code}.p12", content)):
        half = keys / f".{name}.{os.getpid()}"
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        half.replace(keys / name)


@sensitive_variables()
def _kept(keys: Path, code: str) -> "tuple[Any, x509.Certificate] | None":
    try:
        passphrase = (keys / f"{code}.pass").read_bytes()
        key, certificate, _others = pkcs12.load_key_and_certificates((keys / f"{code}.p12").read_bytes(), passphrase)
    except (OSError, ValueError):
        return None
    return (key, certificate) if key is not None and certificate is not None else None
