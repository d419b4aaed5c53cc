"""Storing: what a person sent is checked first, what the portal made is not; both are written once."""

import logging
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal.core import clock
from portal.core.actors import Actor
from portal.documents.enums import ScanState
from portal.documents.errors import DocumentBroken, DocumentEmpty, DocumentUnavailable
from portal.documents.file_names import clean_name, with_extension
from portal.documents.inspection import PDF_TYPES, Inspected, inspect
from portal.documents.limits import UploadLimits, require_size, require_type, upload_limits
from portal.documents.models import PURPOSE, SignatureCheck, StoredDocument
from portal.documents.scans import ask_for_scan, first_state_of_an_upload
from portal.documents.signature_checks import SignatureFinding
from portal.documents.storage import HashingFile, document_storage, fingerprint, random_name
from portal.documents.verification import verify_file

logger = logging.getLogger(__name__)


def store_upload(
    *, actor: Actor, upload: UploadedFile | File, purpose: str, limits: UploadLimits | None = None
) -> StoredDocument:
    """Check a file a person sent and store it, write-once.

    The type comes from the content; the name must not contradict it. Reads in blocks: memory does not grow with the
    file. `limits` narrows what the portal takes. What its digital signatures are worth is stored with it
    (`document.signature_checks`), and a virus scan is asked for where a scanner is configured.
    Raises a subclass of DocumentRefused (empty, too large, type, name, encrypted, broken, active, disguised); then
    nothing is stored. A file whose row is rolled back later by the caller's transaction is removed by
    `collect_stray_files`.
    """
    name, found, sha256 = _taken(upload, limits or upload_limits())
    return store_checked(
        actor=actor,
        content=upload,
        expected_sha256=sha256,
        name=name if found.has_matching_name else with_extension(name, found.extension),
        found=found,
        purpose=purpose,
        scan_state=first_state_of_an_upload(),
        signatures=verify_file(upload) if found.media_type in PDF_TYPES else [],
    )


def require_storable(upload: UploadedFile | File, limits: UploadLimits | None = None) -> None:
    """What `store_upload` would raise for this file, for callers who must do something slow with it first."""
    _taken(upload, limits or upload_limits())


def _taken(upload: UploadedFile | File, limits: UploadLimits) -> tuple[str, Inspected, str]:
    """(clean name, what it is, SHA-256). Raises a subclass of DocumentRefused."""
    require_size(upload.size or 0, limits)
    taken = fingerprint(upload, limit=limits.max_bytes)
    require_size(taken.size, limits)
    if taken.size == 0:
        raise DocumentEmpty
    name = clean_name(upload.name)
    found = inspect(upload, name=name, size=taken.size)
    require_type(found.media_type, limits)
    return name, found, taken.sha256


def store_generated(
    *, actor: Actor, content: bytes, file_name: str, media_type: str, purpose: str, page_count: int | None = None
) -> StoredDocument:
    """Store bytes the portal made itself (a receipt slip, a generated result). Raises DocumentEmpty for no bytes.

    What the signatures of a signed PDF are worth is stored with it, as for an upload.
    """
    if not content:
        raise DocumentEmpty
    stream = ContentFile(content)
    return store_checked(
        actor=actor,
        content=stream,
        expected_sha256=fingerprint(stream, limit=len(content)).sha256,
        name=clean_name(file_name),
        found=Inspected(media_type=media_type, extension="", page_count=page_count, has_matching_name=True),
        purpose=purpose,
        scan_state=ScanState.NOT_REQUIRED,
        signatures=verify_file(stream) if media_type in PDF_TYPES else [],
    )


def store_generated_file(
    *, actor: Actor, content: IO[bytes], size: int, file_name: str, media_type: str, purpose: str
) -> StoredDocument:
    """Store a file the portal made itself and that may be too big for memory; `size` in bytes. Raises DocumentEmpty."""
    if size <= 0:
        raise DocumentEmpty
    return store_checked(
        actor=actor,
        content=File(content),
        expected_sha256=fingerprint(content, limit=size).sha256,
        name=clean_name(file_name),
        found=Inspected(media_type=media_type, extension="", page_count=None, has_matching_name=True),
        purpose=purpose,
        scan_state=ScanState.NOT_REQUIRED,
        signatures=[],
    )


def open_document(document: StoredDocument) -> IO[bytes]:
    """The bytes as a binary stream that the caller closes; DocumentUnavailable when the store does not give them."""
    try:
        return document_storage().open(document.storage_name, "rb")
    except OSError:
        logger.error("document %s is not in the store", document.pk)
        raise DocumentUnavailable from None


def store_checked(
    *,
    actor: Actor,
    content: Any,
    expected_sha256: str,
    name: str,
    found: Inspected,
    purpose: str,
    scan_state: ScanState,
    signatures: list[SignatureFinding],
) -> StoredDocument:
    """Write the bytes and their row; the caller has looked at them and says what they are."""
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
            document = StoredDocument.objects.create(
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
            _keep_findings(document, signatures)
            if scan_state == ScanState.PENDING:
                ask_for_scan(document)
        return document  # noqa: TRY300 - an else would stand after the clean-up and read backwards
    except BaseException:
        storage.delete(storage_name)
        raise


def _keep_findings(document: StoredDocument, findings: list[SignatureFinding]) -> None:
    SignatureCheck.objects.bulk_create(
        SignatureCheck(
            document=document,
            position=position,
            verdict=found.verdict,
            reason=found.reason,
            signer_name=found.signer_name,
            issuer_name=found.issuer_name,
            signed_at=found.signed_at,
            is_timestamped=found.is_timestamped,
            fingerprint=found.fingerprint,
            agency_name=found.agency_name,
        )
        for position, found in enumerate(findings, start=1)
    )
