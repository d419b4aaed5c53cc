"""A small picture of a photo, turned the way it was taken, so that a person sees what was uploaded without loading it."""

import io
import logging

from django.http import HttpResponse
from PIL import Image, ImageFile, ImageOps

from portal.documents.errors import DocumentUnavailable
from portal.documents.models import StoredDocument
from portal.documents.scans import require_openable
from portal.documents.storage import document_storage

logger = logging.getLogger(__name__)

SIDE = 240
_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG"}


def has_thumbnail(document: StoredDocument) -> bool:
    """JPEG and PNG only: nothing here decodes HEIC."""
    return document.media_type in _PICTURES


def thumbnail_response(document: StoredDocument) -> HttpResponse:
    """A JPEG of at most 240 by 240 points, upright whatever the camera's EXIF orientation says; no EXIF goes with it.

    Raises DocumentInfected, DocumentUnavailable (also for a type that has none).
    """
    require_openable(document)
    if not has_thumbnail(document):
        raise DocumentUnavailable
    # See `inspection._check_picture`: WeasyPrint switches this on for the whole process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with (
            document_storage().open(document.storage_name, "rb") as stream,
            Image.open(stream, formats=(_PICTURES[document.media_type],)) as picture,
        ):
            # JPEG is decoded at an eighth where that is enough; 12 megapixels cost 30 ms instead of 200.
            picture.draft("RGB", (SIDE * 2, SIDE * 2))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((SIDE, SIDE))
            flat = Image.new("RGB", upright.size, "white")
            flat.paste(upright, mask=upright.getchannel("A") if "A" in upright.getbands() else None)
    except Exception as error:  # noqa: BLE001 - it was checked at the upload; whatever breaks now is the store's
        logger.error("no thumbnail of document %s: %s", document.pk, type(error).__name__)
        raise DocumentUnavailable from None
    out = io.BytesIO()
    flat.save(out, "JPEG", quality=75)
    response = HttpResponse(out.getvalue(), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    # A document never changes; only its owner's browser may keep the picture.
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
