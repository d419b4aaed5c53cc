"""How a stored file reaches a browser."""

import io

import pytest
from django.core.files.storage import Storage
from pytest_django import Settings

from portal.documents import services, storage, storing
from portal.documents.file_names import content_disposition
from portal.documents.models import StoredDocument
from tests.factories.documents import StoredDocumentFactory

pytestmark = pytest.mark.django_db


def body(document: StoredDocument) -> bytes:
    response = services.document_response(document, as_attachment=True)
    content = b"".join(response)  # type: ignore[arg-type]
    response.close()
    return content


def test_a_download_carries_the_bytes_and_headers_that_keep_browsers_honest() -> None:
    document = StoredDocumentFactory(original_name="Giấy khai sinh.pdf", content=b"%PDF-1.7 abc")

    response = services.document_response(document, as_attachment=True)

    assert b"".join(response) == b"%PDF-1.7 abc"  # type: ignore[arg-type]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Length"] == "12"
    assert response["Content-Disposition"] == (
        "attachment; filename=\"giay-khai-sinh.pdf\"; filename*=utf-8''Gi%E1%BA%A5y%20khai%20sinh.pdf"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Security-Policy"].endswith("; sandbox allow-downloads allow-modals")
    response.close()


@pytest.mark.parametrize(
    ("media_type", "disposition"),
    [
        ("application/pdf", "inline"),
        ("image/jpeg", "inline"),
        ("image/png", "inline"),
        ("image/heic", "attachment"),
        ("application/vnd.oasis.opendocument.text", "attachment"),
        ("text/html", "attachment"),
        ("image/svg+xml", "attachment"),
    ],
)
def test_only_types_without_script_are_shown_in_place(media_type: str, disposition: str) -> None:
    document = StoredDocumentFactory(media_type=media_type, original_name="tep")

    response = services.document_response(document, as_attachment=False)

    assert response["Content-Disposition"].split(";")[0] == disposition
    assert response["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert response["Content-Security-Policy"].endswith("; sandbox allow-downloads allow-modals")
    response.close()


def test_nginx_is_told_where_the_file_is_when_it_may_hand_it_out(settings: Settings) -> None:
    settings.PROTECTED_FILES_LOCATION = "/protected/"
    document = StoredDocumentFactory()

    response = services.document_response(document, as_attachment=True)

    assert response["X-Accel-Redirect"] == f"/protected/{document.storage_name}"
    assert response.content == b""  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"


class _Bucket(Storage):
    """An object store as Django sees one: no path on this machine, reads the source by `read()` and seeks back once."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def _open(self, name: str, mode: str = "rb") -> io.BytesIO:  # type: ignore[override]
        return io.BytesIO(self.objects[name])

    def _save(self, name: str, content: object) -> str:
        content.read(10)  # type: ignore[attr-defined]
        content.seek(0)  # type: ignore[attr-defined]
        parts = []
        while part := content.read(7):  # type: ignore[attr-defined]
            parts.append(part)
        self.objects[name] = b"".join(parts)
        return name

    def exists(self, name: str) -> bool:
        return name in self.objects

    def size(self, name: str) -> int:
        return len(self.objects[name])


def test_an_object_store_is_hashed_once_and_streamed_through(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROTECTED_FILES_LOCATION = "/protected/"
    bucket = _Bucket()
    for module in (storage, storing):
        monkeypatch.setattr(module, "document_storage", lambda: bucket)
    monkeypatch.setattr("portal.documents.responses.document_storage", lambda: bucket)
    document = StoredDocumentFactory(content=b"noi dung dai hon muoi byte")

    assert bucket.objects[document.storage_name] == b"noi dung dai hon muoi byte"
    assert body(document) == b"noi dung dai hon muoi byte"


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("don.pdf", 'attachment; filename="don.pdf"'),
        ("Đơn.PDF", "attachment; filename=\"don.pdf\"; filename*=utf-8''%C4%90%C6%A1n.PDF"),
        ('a"b\\c.pdf', 'attachment; filename="a-b-c.pdf"'),
        ("日本.pdf", "attachment; filename=\"tep.pdf\"; filename*=utf-8''%E6%97%A5%E6%9C%AC.pdf"),
    ],
)
def test_a_name_is_sent_as_plain_letters_and_in_full(name: str, header: str) -> None:
    assert content_disposition(name, as_attachment=True) == header
