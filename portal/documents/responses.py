"""A stored file as an HTTP answer that a browser cannot be tricked with."""

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.encoding import iri_to_uri

from portal.documents.errors import DocumentUnavailable
from portal.documents.file_names import content_disposition
from portal.documents.models import StoredDocument
from portal.documents.scans import require_openable
from portal.documents.storage import document_storage

# `sandbox` gives the answer an origin of its own and no script; Chromium's PDF viewer works in it. The two allowances
# are for that viewer's own buttons: save and print.
_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "sandbox allow-downloads allow-modals"
)


def document_response(document: StoredDocument, *, as_attachment: bool) -> HttpResponseBase:
    """The file for a browser; the caller has checked who may have it.

    Only types that cannot carry script are shown in place, all else is a download. nginx hands the file out where
    settings.PROTECTED_FILES_LOCATION names its internal location and files are local; else it is streamed from the
    store.
    Raises DocumentInfected for what a scanner found (nobody gets it, whatever else they may see), DocumentUnavailable
    when the store does not give the bytes.
    """
    require_openable(document)
    as_attachment = as_attachment or not document.is_viewable_inline
    storage = document_storage()
    response: HttpResponseBase
    if settings.PROTECTED_FILES_LOCATION and isinstance(storage, FileSystemStorage):
        response = HttpResponse(content_type=document.media_type)
        location = settings.PROTECTED_FILES_LOCATION.rstrip("/")
        response["X-Accel-Redirect"] = iri_to_uri(f"{location}/{document.storage_name}")
    else:
        try:
            stream = storage.open(document.storage_name, "rb")
        except OSError:
            raise DocumentUnavailable from None
        response = FileResponse(stream, content_type=document.media_type)
        response["Content-Length"] = str(document.size)
    _guard(response, document.original_name, as_attachment=as_attachment)
    response["Cache-Control"] = "private, no-store"
    return response


def download_response(content: bytes, *, file_name: str, media_type: str, as_attachment: bool = True) -> HttpResponse:
    """Bytes the portal made for this request, as a download: an export, a blank form; not as an attachment a preview
    that is looked at in its place. The caller sets caching."""
    response = HttpResponse(content, content_type=media_type)
    _guard(response, file_name, as_attachment=as_attachment)
    return response


def _guard(response: HttpResponseBase, name: str, *, as_attachment: bool) -> None:
    response["Content-Disposition"] = content_disposition(name, as_attachment=as_attachment)
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
