"""Front door of stored files: store, open, answer a browser, render PDFs, collect what a rolled back upload left."""

import logging
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import Actor
from portal.core.templatetags.portal import file_size
from portal.documents.enums import ScanState
from portal.documents.errors import DocumentBroken, DocumentEmpty, DocumentTooLarge, DocumentUnavailable
from portal.documents.file_names import clean_name, with_extension
from portal.documents.inspection import ALLOWED_EXTENSIONS, Inspected, inspect
from portal.documents.models import PURPOSE, StoredDocument
from portal.documents.rendering import qr_svg, render_pdf
from portal.documents.responses import document_response, download_response
from portal.documents.storage import HashingFile, document_storage, fingerprint, random_name
from portal.documents.strays import collect_stray_files

__all__ = [
    "UploadLimits",
    "collect_stray_files",
    "document_response",
    "download_response",
    "open_document",
    "qr_svg",
    "render_pdf",
    "store_generated",
    "store_upload",
    "upload_limits",
]

logger = logging.getLogger(__name__)


def store_upload(*, actor: Actor, upload: UploadedFile | File, purpose: str) -> StoredDocument:
    """Check a file a person sent and store it, write-once.

    The type comes from the content; the name must not contradict it. Reads in blocks: memory does not grow with the
    file.
    Raises a subclass of DocumentRefused (empty, too large, type, name, encrypted, broken); then nothing is stored. A
    file whose row is rolled back later by the caller's transaction is removed by `collect_stray_files`.
    """
    limit = settings.UPLOAD_MAX_BYTES
    if (upload.size or 0) > limit or (taken := fingerprint(upload, limit=limit)).size > limit:
        raise DocumentTooLarge(
            _(
                "Tệp này lớn hơn %(limit)s, là mức cho phép. Hãy chụp hoặc quét lại với độ phân giải thấp hơn, "
                "hoặc tách thành nhiều tệp."
            )
            % {"limit": file_size(limit)}
        )
    if taken.size == 0:
        raise DocumentEmpty
    name = clean_name(upload.name)
    found = inspect(upload, name=name, size=taken.size)
    return _store(
        actor=actor,
        content=upload,
        expected_sha256=taken.sha256,
        name=name if found.has_matching_name else with_extension(name, found.extension),
        found=found,
        purpose=purpose,
        scan_state=ScanState.NOT_SCANNED,
    )


def store_generated(
    *, actor: Actor, content: bytes, file_name: str, media_type: str, purpose: str, page_count: int | None = None
) -> StoredDocument:
    """Store bytes the portal made itself (a receipt slip, a generated result). Raises DocumentEmpty for no bytes."""
    if not content:
        raise DocumentEmpty
    stream = ContentFile(content)
    return _store(
        actor=actor,
        content=stream,
        expected_sha256=fingerprint(stream, limit=len(content)).sha256,
        name=clean_name(file_name),
        found=Inspected(media_type=media_type, extension="", page_count=page_count, has_matching_name=True),
        purpose=purpose,
        scan_state=ScanState.NOT_REQUIRED,
    )


def open_document(document: StoredDocument) -> IO[bytes]:
    """The bytes as a binary stream that the caller closes; DocumentUnavailable when the store does not give them."""
    try:
        return document_storage().open(document.storage_name, "rb")
    except OSError:
        logger.error("document %s is not in the store", document.pk)
        raise DocumentUnavailable from None


def _store(
    *,
    actor: Actor,
    content: Any,
    expected_sha256: str,
    name: str,
    found: Inspected,
    purpose: str,
    scan_state: ScanState,
) -> StoredDocument:
    PURPOSE(purpose)
    storage = document_storage()
    source = HashingFile(content, name)
    storage_name = storage.save(random_name(clock.today()), source)
    try:
        written = source.written
        if written.sha256 != expected_sha256 or storage.size(storage_name) != written.size:
            # What was checked is not what was written (a full disk, a temporary file that vanished).
            raise DocumentBroken
        with transaction.atomic():
            return StoredDocument.objects.create(
                original_name=name,
                storage_name=storage_name,
                size=written.size,
                sha256=written.sha256,
                media_type=found.media_type,
                purpose=purpose,
                page_count=found.page_count,
                scan_state=scan_state,
                uploaded_by_id=actor.user_id,
            )
    except BaseException:
        storage.delete(storage_name)
        raise


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What a page says before a file is chosen: the largest size in bytes, the endings taken (".pdf", ...)."""

    max_bytes: int
    endings: tuple[str, ...]

    @property
    def accept(self) -> str:
        """The `accept` attribute of a file input."""
        return ",".join(self.endings)


def upload_limits() -> UploadLimits:
    """The limits `store_upload` applies."""
    endings = tuple(ending for group in ALLOWED_EXTENSIONS.values() for ending in group)
    return UploadLimits(max_bytes=settings.UPLOAD_MAX_BYTES, endings=endings)
