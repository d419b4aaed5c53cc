"""Files that are kept for some days only: what the portal made for one reader and can make again.

The row stays with name, size and fingerprint, so that a journal that points at it still says what was there.
"""

from uuid import UUID

from portal.documents.enums import ScanState
from portal.documents.errors import DocumentRefused
from portal.documents.models import StoredDocument
from portal.documents.scans import call_off_scan
from portal.documents.storage import document_storage

_ENDINGS = ("_export", "_archive")


def discard_generated(document_id: UUID) -> None:
    """Delete the bytes of an export or of an archive that is used up (by the end of its purpose: "_export", "_archive");
    nothing when they are gone already.

    Raises DocumentRefused for any other file: what people handed in and what agencies issued is never deleted here.
    """
    document = StoredDocument.objects.get(pk=document_id)
    if document.scan_state != ScanState.NOT_REQUIRED or not document.purpose.endswith(_ENDINGS):
        raise DocumentRefused
    document_storage().delete(document.storage_name)


def discard_unused_scan(document_id: UUID, *, purpose: str) -> None:
    """Delete the bytes of a scan that staff sent for `purpose` and that came to nothing; that nothing uses it, the caller
    made sure. Nothing when they are gone already. Raises DocumentRefused for a file sent for anything else."""
    document = StoredDocument.objects.get(pk=document_id)
    if document.purpose != purpose:
        raise DocumentRefused
    call_off_scan(document_id)
    document_storage().delete(document.storage_name)
