"""Files that are kept for some days only: what the portal made for one reader and can make again.

The row stays with name, size and fingerprint, so that a journal that points at it still says what was there.
"""

from uuid import UUID

from portal.documents.enums import ScanState
from portal.documents.errors import DocumentRefused
from portal.documents.models import StoredDocument
from portal.documents.storage import document_storage

_ENDING = "_export"


def discard_generated(document_id: UUID) -> None:
    """Delete the bytes of an export (a purpose that ends in "_export"); nothing when they are gone already.

    Raises DocumentRefused for any other file: what people handed in and what agencies issued is never deleted here.
    """
    document = StoredDocument.objects.get(pk=document_id)
    if document.scan_state != ScanState.NOT_REQUIRED or not document.purpose.endswith(_ENDING):
        raise DocumentRefused
    document_storage().delete(document.storage_name)
