"""A certificate authority of the tests' own, and PDFs signed with what it issues."""

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import keys, x509
from cryptography import x509 as make
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.documents import sample_files

ISSUER = "CA thử nghiệm"
SIGNER = "NGUYỄN VĂN A"


@dataclass(frozen=True)
class Identity:
    """A certificate with its key."""

    certificate: make.Certificate
    key: Any

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)


def issue(
    name: str,
    *,
    by: Identity | None = None,
    is_ca: bool = False,
    starts_in_days: int = -10,
    ends_in_days: int = 365,
    may_sign: bool = True,
    key: Any = None,
    extended_usage: make.ObjectIdentifier | None = None,
) -> Identity:
    """A certificate of that name; self-signed without `by`."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = make.Name([make.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        make.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(make.random_serial_number())
        .not_valid_before(now + timedelta(days=starts_in_days))
        .not_valid_after(now + timedelta(days=ends_in_days))
        .add_extension(make.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(
            make.KeyUsage(
                digital_signature=may_sign and not is_ca,
                content_commitment=may_sign and not is_ca,
                key_encipherment=not may_sign,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_ca,
                crl_sign=is_ca,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
    )
    if extended_usage is not None:
        builder = builder.add_extension(make.ExtendedKeyUsage([extended_usage]), critical=True)
    return Identity(builder.sign(by.key if by else key, hashes.SHA256()), key)


@lru_cache
def authority() -> Identity:
    return issue(ISSUER, is_ca=True)


@lru_cache
def signer_certificate() -> Identity:
    return issue(SIGNER, by=authority())


def trust(folder: Path, *roots: Identity) -> Path:
    """A folder of roots as an administrator fills it."""
    folder.mkdir(exist_ok=True)
    for number, root in enumerate(roots):
        (folder / f"root-{number}.pem").write_bytes(root.pem)
    return folder


def signed(
    content: bytes | None = None,
    *,
    identity: Identity | None = None,
    field: str = "ChuKy1",
) -> bytes:
    """The PDF with one more signature, added as an incremental update."""
    identity = identity or signer_certificate()
    key = keys.PrivateKeyInfo.load(
        identity.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    store = SimpleCertificateStore()
    store.register_multiple([x509.Certificate.load(authority().der)])
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(identity.der), signing_key=key, cert_registry=store
    )
    meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(content or sample_files.pdf()))
    signers.sign_pdf(writer, meta, signer=signer, output=out)
    return out.getvalue()


def with_a_changed_byte(content: bytes) -> bytes:
    """One letter of what was signed is another one; the file still opens."""
    assert content.count(b"/MediaBox [0 0 595 842]") == 1
    return content.replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 595 843]")


def with_a_later_page(content: bytes) -> bytes:
    """Signed, and afterwards an incremental update changes a page."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"][2] = type(page["/MediaBox"][2])(300)
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
