"""No file becomes a paper for good before it was looked through for malware, where that is done at all."""

from uuid import UUID

from django.utils.translation import gettext as _

from portal.core.errors import InvalidInput
from portal.documents import selectors as document_selectors
from portal.documents import services as document_services
from portal.documents.enums import ScanState


def look_through(document_id: UUID) -> None:
    """Scan it now when its turn has come and nobody else does: outside transactions, for it takes as long as it takes."""
    if document_selectors.document(document_id).scan_state == ScanState.PENDING:
        document_services.scan_document(document_id)


def require_looked_through(document_id: UUID, *, field: str) -> None:
    """In the transaction that makes a paper of it. Raises InvalidInput by the field: infected, or not known to be clean."""
    document = document_selectors.document(document_id)
    if document.is_infected:
        raise InvalidInput(fields={field: _("Tệp này có mã độc. Hãy quét lại giấy tờ.")})
    if document_services.may_be_opened_by_officer(document):
        return
    raise InvalidInput(
        fields={
            field: _("Máy quét mã độc không quét được tệp này. Hãy quét lại giấy tờ.")
            if document.scan_state == ScanState.FAILED
            else _("Tệp này đang chờ quét mã độc. Hãy thử lại sau ít phút.")
        }
    )
