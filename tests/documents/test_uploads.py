"""Which files are taken, which are refused and why; what is remembered of them."""

import hashlib
import os
import stat
import unicodedata
from pathlib import Path

import pytest
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import transaction
from django.db.utils import IntegrityError, InternalError
from pytest_django import Settings

from portal.core.actors import ANONYMOUS
from portal.documents import errors, services
from portal.documents.enums import ScanState
from portal.documents.models import StoredDocument
from tests.documents import sample_files as sample

pytestmark = pytest.mark.django_db

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"


def store(content: bytes, name: str) -> StoredDocument:
    return services.store_upload(actor=ANONYMOUS, upload=SimpleUploadedFile(name, content), purpose="component")


def stored_files(settings: Settings) -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


TAKEN = {
    "pdf": (sample.pdf(3), "don.pdf", "application/pdf", 3),
    "capital ending": (sample.pdf(), "DON.PDF", "application/pdf", 1),
    "jpeg": (sample.picture("JPEG"), "anh.jpeg", "image/jpeg", 1),
    "png": (sample.picture("PNG"), "anh.png", "image/png", 1),
    "heic": (sample.heic(), "IMG_0001.HEIC", "image/heic", 1),
    "docx": (sample.docx(), "don.docx", DOCX, None),
    "xlsx": (sample.xlsx(), "bang.xlsx", XLSX, None),
    "odt": (sample.odt(), "don.odt", ODT, None),
}


@pytest.mark.parametrize(("content", "name", "media_type", "pages"), TAKEN.values(), ids=TAKEN)
def test_a_good_file_is_stored_with_its_type_size_hash_and_pages(
    content: bytes, name: str, media_type: str, pages: int | None, settings: Settings
) -> None:
    document = store(content, name)

    document.refresh_from_db()
    assert document.original_name == name
    assert document.media_type == media_type
    assert document.page_count == pages
    assert document.size == len(content)
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.scan_state == ScanState.NOT_SCANNED
    with services.open_document(document) as stream:
        assert stream.read() == content
    assert len(stored_files(settings)) == 1


REFUSED = {
    "empty": (b"", "don.pdf", errors.DocumentEmpty),
    "svg": (sample.SVG, "anh.svg", errors.DocumentTypeNotAllowed),
    "html": (sample.HTML, "trang.html", errors.DocumentTypeNotAllowed),
    "exe": (sample.EXE, "chuong-trinh.exe", errors.DocumentTypeNotAllowed),
    "zip": (sample.plain_zip(), "ho-so.zip", errors.DocumentTypeNotAllowed),
    "no ending, unknown content": (b"chi la chu", "ghi-chu", errors.DocumentTypeNotAllowed),
    "docx with macros": (sample.docx_with_macros(), "don.docm", errors.DocumentTypeNotAllowed),
    "svg named png": (sample.SVG, "anh.png", errors.DocumentNameMismatch),
    "exe named pdf": (sample.EXE, "don.pdf", errors.DocumentNameMismatch),
    "zip named docx": (sample.plain_zip(), "don.docx", errors.DocumentNameMismatch),
    "macros named docx": (sample.docx_with_macros(), "don.docx", errors.DocumentNameMismatch),
    "png named pdf": (sample.picture("PNG"), "don.pdf", errors.DocumentNameMismatch),
    "pdf named html": (sample.pdf(), "don.html", errors.DocumentNameMismatch),
    "encrypted pdf": (sample.encrypted_pdf(), "don.pdf", errors.DocumentEncrypted),
    "docx with password": (sample.docx_with_password(), "don.docx", errors.DocumentEncrypted),
    "encrypted odt": (sample.odt("<manifest:encryption-data/>"), "don.odt", errors.DocumentEncrypted),
    "pdf cut off": (sample.pdf()[:-60], "don.pdf", errors.DocumentBroken),
    "pdf without trailer": (sample.pdf_without_trailer(), "don.pdf", errors.DocumentBroken),
    "pdf without pages": (sample.pdf_without_pages(), "don.pdf", errors.DocumentBroken),
    "jpeg cut off": (sample.picture("JPEG")[:3000], "anh.jpg", errors.DocumentBroken),
    "png cut off": (sample.picture("PNG")[:3000], "anh.png", errors.DocumentBroken),
    "heic cut off": (sample.heic()[:-10], "anh.heic", errors.DocumentBroken),
    "docx cut off": (sample.docx()[:-30], "don.docx", errors.DocumentBroken),
    "docx with wrong checksum": (sample.docx_with_wrong_checksum(), "don.docx", errors.DocumentBroken),
    **{
        f"pdf that runs something {how}": (content, "don.pdf", errors.DocumentActive)
        for how, content in sample.PDFS_THAT_RUN.items()
    },
    "docx with macros in disguise": (sample.docx_with_macros_in_disguise(), "don.docx", errors.DocumentActive),
    "docx with a remote template": (sample.docx_with_remote_template(), "don.docx", errors.DocumentActive),
    "xlsx with old macros": (sample.xlsx_with_old_macros(), "bang.xlsx", errors.DocumentActive),
    "odt with macros": (sample.odt_with_macros(), "don.odt", errors.DocumentActive),
    "program with a pdf behind it": (sample.EXE + sample.pdf(), "don.pdf", errors.DocumentNameMismatch),
    "pdf with an archive behind it": (sample.with_an_archive_behind(sample.pdf()), "don.pdf", errors.DocumentDisguised),
    "jpeg with an archive behind it": (
        sample.with_an_archive_behind(sample.picture()),
        "anh.jpg",
        errors.DocumentDisguised,
    ),
    "zip bomb": (sample.zip_bomb(), "don.docx", errors.DocumentBroken),
    "decompression bomb": (sample.png_announcing(60_000, 60_000), "anh.png", errors.PictureTooBig),
    "51 megapixels": (sample.png_announcing(8_500, 6_000), "anh.png", errors.PictureTooBig),
}


@pytest.mark.parametrize(("content", "name", "error"), REFUSED.values(), ids=REFUSED)
def test_a_bad_file_is_refused_with_its_own_reason_and_nothing_is_stored(
    content: bytes, name: str, error: type[errors.DocumentRefused], settings: Settings
) -> None:
    with pytest.raises(errors.DocumentRefused) as caught:
        store(content, name)

    assert type(caught.value) is error
    assert str(caught.value) == error.code
    assert "Hãy" in str(caught.value.sentence)
    assert StoredDocument.objects.count() == 0
    assert stored_files(settings) == []


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_refused(settings: Settings) -> None:
    content = sample.pdf()
    settings.UPLOAD_MAX_BYTES = len(content)

    assert store(content, "don.pdf").size == len(content)
    settings.UPLOAD_MAX_BYTES = len(content) - 1
    with pytest.raises(errors.DocumentTooLarge) as caught:
        store(content, "don.pdf")

    assert caught.value.status == 413
    assert f"{len(content) - 1}\N{NO-BREAK SPACE}B" in str(caught.value.sentence)
    assert StoredDocument.objects.count() == 1


def test_the_limit_holds_for_a_stream_that_lies_about_its_size(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = 100
    upload = SimpleUploadedFile("don.pdf", sample.pdf())
    upload.size = 10

    with pytest.raises(errors.DocumentTooLarge):
        services.store_upload(actor=ANONYMOUS, upload=upload, purpose="component")


NAMES = {
    "decomposed letters": (unicodedata.normalize("NFD", "Giấy khai sinh.pdf"), "Giấy khai sinh.pdf"),
    "a Unix path": ("../../etc/passwd.pdf", "passwd.pdf"),
    "a Windows path": ("C:\\Users\\An\\Đơn xin.pdf", "Đơn xin.pdf"),
    "control characters": ("don\r\n\x00\x1b.pdf", "don.pdf"),
    "letters turned round": ("don\u202efdp.pdf", "donfdp.pdf"),
    "blanks": ("  Đơn   xin  .pdf", "Đơn xin .pdf"),
    "no ending": ("Giấy khai sinh", "Giấy khai sinh.pdf"),
    "a number after a dot": ("Đơn số 12.2024", "Đơn số 12.2024.pdf"),
    "nothing left": ("\u202e", "tep.pdf"),
    "too long": ("ă" * 300 + ".pdf", "ă" * 196 + ".pdf"),
}


@pytest.mark.parametrize(("given", "kept"), NAMES.values(), ids=NAMES)
def test_a_file_name_is_cleaned_before_it_is_kept(given: str, kept: str) -> None:
    upload = File(SimpleUploadedFile("x", sample.pdf()).file, name=given)

    document = services.store_upload(actor=ANONYMOUS, upload=upload, purpose="component")

    assert document.original_name == kept


def test_a_large_upload_on_disk_is_hashed_as_it_is_written_and_left_where_it_was(settings: Settings) -> None:
    content = sample.pdf()
    padded = content.replace(b"%\xe2\xe3\xcf\xd3\n", b"%\xe2\xe3\xcf\xd3\n", 1) + b"\n" * 1000
    upload = TemporaryUploadedFile("don.pdf", "application/pdf", len(padded), None)
    upload.write(padded)
    upload.flush()

    document = services.store_upload(actor=ANONYMOUS, upload=upload, purpose="component")

    assert document.sha256 == hashlib.sha256(padded).hexdigest()
    assert Path(upload.temporary_file_path()).exists()
    upload.close()


def test_the_stored_name_tells_nothing_and_the_file_is_not_open_to_all(settings: Settings) -> None:
    document = store(sample.pdf(), "Giấy khai sinh.pdf")

    (path,) = stored_files(settings)
    assert path.relative_to(settings.MEDIA_ROOT).as_posix() == document.storage_name
    assert "khai" not in document.storage_name
    assert path.suffix == ""
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o640
    assert stat.S_IMODE(os.stat(path.parent).st_mode) == 0o750


def test_the_same_file_twice_is_two_documents_with_one_hash() -> None:
    first, second = store(sample.pdf(), "a.pdf"), store(sample.pdf(), "b.pdf")

    assert first.sha256 == second.sha256
    assert first.storage_name != second.storage_name


@pytest.mark.parametrize("field", ["original_name", "sha256", "storage_name", "media_type", "purpose"])
def test_the_database_refuses_to_change_what_was_received(field: str) -> None:
    document = store(sample.pdf(), "don.pdf")

    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        StoredDocument.objects.filter(pk=document.pk).update(**{field: "f" * 40})

    assert StoredDocument.objects.get(pk=document.pk).original_name == "don.pdf"


def test_the_database_refuses_to_delete_a_document() -> None:
    document = store(sample.pdf(), "don.pdf")

    with pytest.raises(InternalError, match="Cannot delete"), transaction.atomic():
        StoredDocument.objects.filter(pk=document.pk).delete()

    assert StoredDocument.objects.filter(pk=document.pk).exists()


def test_what_a_scanner_says_may_be_written_later() -> None:
    document = store(sample.pdf(), "don.pdf")

    StoredDocument.objects.filter(pk=document.pk).update(scan_state=ScanState.CLEAN)

    assert StoredDocument.objects.get(pk=document.pk).scan_state == ScanState.CLEAN


def test_no_file_is_left_when_its_row_cannot_be_written(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**fields: object) -> None:
        raise IntegrityError("stored_document_not_empty")

    monkeypatch.setattr(StoredDocument.objects, "create", fail)
    with pytest.raises(IntegrityError):
        store(sample.pdf(), "don.pdf")

    assert stored_files(settings) == []


def test_a_generated_file_needs_no_scan() -> None:
    document = services.store_generated(
        actor=ANONYMOUS, content=b"abc", file_name="phieu.pdf", media_type="application/pdf", purpose="receipt_slip"
    )

    assert document.scan_state == ScanState.NOT_REQUIRED
    assert document.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_file_lost_from_the_store_is_a_typed_error_that_may_heal(settings: Settings) -> None:
    document = store(sample.pdf(), "don.pdf")
    stored_files(settings)[0].unlink()

    with pytest.raises(errors.DocumentUnavailable):
        services.open_document(document)
    with pytest.raises(errors.DocumentUnavailable):
        services.document_response(document, as_attachment=True)
