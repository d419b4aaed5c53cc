"""Agencies of the tests that can sign: a folder of keys as an administrator keeps it, and papers to sign."""

import io
import os
import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from asn1crypto import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pytest_django import Settings

from portal.accounts.models import Agency
from portal.core import clock
from portal.documents import services
from portal.documents.enums import CertificateAct, CertificateState
from portal.documents.errors import KeyMissing, KeyNotProtected, KeyRefused
from portal.documents.models import SigningCertificate, SigningCertificateEntry
from portal.documents.rendering import render_pdf
from portal.documents.services import SignedPdf
from portal.documents.signing_certificates import certificate_facts
from tests.documents import sample_files, signing
from tests.documents.signing import Identity

# Looked for in everything that is shown, logged or stored.
PASSPHRASE = "canary-7Kq2-mat-khau-cua-khoa"
CODE = "UBND_THU"
URL = "https://dichvucong.example.vn/xac-minh/7K4MABCDEFGHJKM2/"


@lru_cache
def agency_identity(name: str = "ỦY BAN NHÂN DÂN PHƯỜNG THỬ") -> Identity:
    return signing.issue(name, by=signing.authority())


@lru_cache
def _p12(identity: Identity) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"khoa",
        identity.key,
        identity.certificate,
        [signing.authority().certificate],
        BestAvailableEncryption(PASSPHRASE.encode()),
    )


@lru_cache
def rsa_identity() -> Identity:
    return signing.issue(
        "CƠ QUAN DÙNG RSA",
        by=signing.authority(),
        key=rsa.generate_private_key(public_exponent=65537, key_size=2048),
    )


def keys_folder(settings: Settings, folder: Path) -> Path:
    """An empty folder of keys, protected as it must be."""
    folder.mkdir(mode=0o700)
    settings.SIGNING_KEYS_DIR = str(folder)
    return folder


def lay_down(folder: Path, identity: Identity, *, code: str = CODE, passphrase: str = PASSPHRASE) -> None:
    """Key and passphrase under that code."""
    write(folder / f"{code}.p12", _p12(identity))
    write(folder / f"{code}.pass", f"{passphrase}\n".encode())


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    path.chmod(mode)


def in_use(agency: Agency, identity: Identity, *, code: str = CODE, **fields: Any) -> SigningCertificate:
    """The row as two people left it."""
    made = SigningCertificate.objects.create(
        **{
            "agency": agency,
            "adapter": "pkcs12",
            "code": code,
            "label": f"Chứng thư {code}",
            "state": CertificateState.ACTIVE,
            "registered_at": clock.now(),
            **certificate_facts(x509.Certificate.load(identity.der)),
            **fields,
        }
    )
    SigningCertificateEntry.objects.create(
        certificate=made, act=CertificateAct.ACTIVATED, at=clock.now(), actor_kind="system"
    )
    return made


@lru_cache
def letter() -> bytes:
    """A short official paper, tagged, with most of its page empty."""
    return render_pdf(
        "pdf/demo_paper.html",
        {
            "title": "Giấy xác nhận",
            "document_title": "Giấy xác nhận",
            "holder": "Nguyễn Thị Ánh Ngọc",
            "agency_name": "Ủy ban nhân dân phường Thử",
            "parent_agency_name": "",
            "place": "",
            "document_date": None,
            "running_note": "H36.14-260422-0001",
        },
    )


def page_with(content: bytes, **page: Any) -> bytes:
    """One A4 page that draws the content; the font is /F1, standard Helvetica."""
    writer = PdfFileWriter()
    font = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Font"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
            generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
        }
    )
    resources = generic.DictionaryObject(
        {generic.pdf_name("/Font"): generic.DictionaryObject({generic.pdf_name("/F1"): writer.add_object(font)})}
    )
    stream = writer.add_object(generic.StreamObject(stream_data=content))
    made = PageObject(stream, (0, 0, 595, 842), resources)
    for name, value in page.items():
        made[generic.pdf_name(f"/{name}")] = value
    writer.insert_page(made)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def lines(count: int, *, top: int = 800, step: int = 18) -> bytes:
    """So many lines of text from the top."""
    drawn = b" ".join(b"1 0 0 1 60 %d Tm (Dong so %d cua van ban) Tj" % (top - step * n, n) for n in range(count))
    return b"BT /F1 12 Tf " + drawn + b" ET"


def pages_of(content: bytes) -> list[Any]:
    reader = PdfFileReader(io.BytesIO(content))
    return [one.get_object() for one in reader.root["/Pages"]["/Kids"]]


def run_tool(name: str, *arguments: str, content: bytes, folder: Path) -> str:
    """What a program of poppler, which shares no code with us, says of the file."""
    path = folder / "van-ban.pdf"
    path.write_bytes(content)
    done = subprocess.run(
        [part.replace("{}", str(path)) for part in (name, *arguments)], capture_output=True, check=False
    )
    return done.stdout.decode("utf-8", "replace")


def pdfsig(content: bytes, folder: Path) -> str:
    return run_tool("pdfsig", "-nocert", "{}", content=content, folder=folder)


def _loosen_folder(folder: Path) -> None:
    folder.chmod(0o750)


def _loosen_key(folder: Path) -> None:
    (folder / f"{CODE}.p12").chmod(0o640)


def _loosen_passphrase(folder: Path) -> None:
    (folder / f"{CODE}.pass").chmod(0o604)


def _link_key(folder: Path) -> None:
    (folder / f"{CODE}.p12").rename(folder / "that.p12")
    (folder / f"{CODE}.p12").symlink_to(folder / "that.p12")


def _make_pipe(folder: Path) -> None:
    (folder / f"{CODE}.p12").unlink()
    os.mkfifo(folder / f"{CODE}.p12", 0o600)


# What can be wrong with a folder of keys, and how it is told.
FAULTS: dict[str, tuple[Callable[[Path], Any], type[Exception]]] = {
    "a folder others can enter": (_loosen_folder, KeyNotProtected),
    "a key others can read": (_loosen_key, KeyNotProtected),
    "a passphrase others can read": (_loosen_passphrase, KeyNotProtected),
    "a link in the place of a key": (_link_key, KeyNotProtected),
    "a pipe in the place of a key": (_make_pipe, KeyRefused),
    "no key": (lambda folder: (folder / f"{CODE}.p12").unlink(), KeyMissing),
    "no passphrase": (lambda folder: (folder / f"{CODE}.pass").unlink(), KeyRefused),
    "a wrong passphrase": (lambda folder: write(folder / f"{CODE}.pass", b"sai"), KeyRefused),
    "a passphrase that is no text": (lambda folder: write(folder / f"{CODE}.pass", b"\xff\xfe"), KeyRefused),
    "a key that is none": (lambda folder: write(folder / f"{CODE}.p12", b"khong phai khoa"), KeyRefused),
    "a key without end": (lambda folder: write(folder / f"{CODE}.p12", bytes(300_000)), KeyRefused),
}


def sign(agency: Agency) -> SignedPdf:
    """A small PDF, signed by the agency without a stamp."""
    return services.sign_pdf(
        sample_files.pdf(), agency_id=agency.pk, signer_name="Dung", signer_title="", reason="", stamp=None
    )


def verdict(signed: SignedPdf) -> str:
    (found,) = services.verify_file(io.BytesIO(signed.content))
    return str(found.verdict)
