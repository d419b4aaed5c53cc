"""Front door of stored files: store, receive in pieces, scan, open, answer a browser, render PDFs, sweep up."""

from portal.documents.archives import OpenArchive, open_archive, store_archive
from portal.documents.discarding import discard_generated
from portal.documents.limits import FileGroup, UploadLimits, upload_limits
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
from portal.documents.storing import open_document, store_generated, store_generated_file, store_upload
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

__all__ = [
    "CHUNK_BYTES",
    "FileGroup",
    "OpenArchive",
    "UploadLimits",
    "append_chunk",
    "begin_upload",
    "cancel_upload",
    "collect_stray_files",
    "discard_generated",
    "document_response",
    "download_response",
    "finish_upload",
    "is_scanner_configured",
    "may_be_opened_by_officer",
    "open_archive",
    "open_document",
    "qr_png",
    "qr_svg",
    "remember_refusal",
    "render_pdf",
    "require_openable_by_officer",
    "scan_again",
    "scan_document",
    "scan_due",
    "store_archive",
    "store_generated",
    "store_generated_file",
    "store_upload",
    "sweep_uploads",
    "thumbnail_response",
    "upload_limits",
    "upload_of",
]
