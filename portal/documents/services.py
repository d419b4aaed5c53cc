"""Front door of stored files: store, receive in pieces, scan, open, answer a browser, render and sign PDFs, sweep up."""

from portal.documents.archives import OpenArchive, open_archive, store_archive
from portal.documents.demo_certificates import make_demo_certificates
from portal.documents.discarding import discard_generated, discard_unused_scan
from portal.documents.enclosures import FilesField, ManyFiles, require_letter, store_enclosures
from portal.documents.glance import Glance, glance_at
from portal.documents.joining import pages_behind
from portal.documents.limits import FileGroup, UploadLimits, limits_with_signature, upload_limits
from portal.documents.paper_signing import (
    PaperToSign,
    SignedPdf,
    SigningDesk,
    Stamp,
    open_signing_desk,
    sign_pdf,
    signing_state,
)
from portal.documents.rendering import qr_png, qr_svg, render_pdf
from portal.documents.responses import document_response, download_response
from portal.documents.scanning import is_scanner_configured
from portal.documents.scans import (
    may_be_opened_by_officer,
    require_openable_by_officer,
    scan_again,
    scan_document,
    scan_due,
)
from portal.documents.signature_checks import SignatureFinding
from portal.documents.signing.printed_codes import print_code
from portal.documents.signing_certificates import (
    activate_certificate,
    propose_certificate,
    register_certificate,
    retire_certificate,
)
from portal.documents.storing import (
    open_document,
    require_storable,
    store_generated,
    store_generated_file,
    store_upload,
)
from portal.documents.strays import collect_stray_files
from portal.documents.thumbnails import thumbnail_response
from portal.documents.uploads import (
    CHUNK_BYTES,
    append_chunk,
    begin_upload,
    cancel_upload,
    finish_upload,
    remember_refusal,
    sweep_uploads,
    upload_of,
)
from portal.documents.verification import verify_file

__all__ = [
    "CHUNK_BYTES",
    "FileGroup",
    "FilesField",
    "Glance",
    "ManyFiles",
    "OpenArchive",
    "PaperToSign",
    "SignatureFinding",
    "SignedPdf",
    "SigningDesk",
    "Stamp",
    "UploadLimits",
    "activate_certificate",
    "append_chunk",
    "begin_upload",
    "cancel_upload",
    "collect_stray_files",
    "discard_generated",
    "discard_unused_scan",
    "document_response",
    "download_response",
    "finish_upload",
    "glance_at",
    "is_scanner_configured",
    "limits_with_signature",
    "make_demo_certificates",
    "may_be_opened_by_officer",
    "open_archive",
    "open_document",
    "open_signing_desk",
    "pages_behind",
    "print_code",
    "propose_certificate",
    "qr_png",
    "qr_svg",
    "register_certificate",
    "remember_refusal",
    "render_pdf",
    "require_letter",
    "require_openable_by_officer",
    "require_storable",
    "retire_certificate",
    "scan_again",
    "scan_document",
    "scan_due",
    "sign_pdf",
    "signing_state",
    "store_archive",
    "store_enclosures",
    "store_generated",
    "store_generated_file",
    "store_upload",
    "sweep_uploads",
    "thumbnail_response",
    "upload_limits",
    "upload_of",
    "verify_file",
]
