"""A look at a file somebody brings along, of which nothing is kept: its fingerprint, and the signatures inside."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from portal.documents.errors import DocumentEmpty, DocumentRefused
from portal.documents.file_names import clean_name
from portal.documents.inspection import PDF_TYPES, inspect
from portal.documents.limits import UploadLimits, require_size, upload_limits
from portal.documents.models import SignatureCheck
from portal.documents.storage import fingerprint
from portal.documents.verification import verify_file


class Glance:
    """`sha256` is lower-case hex over the exact bytes; `signatures()` reads the file again, so it is asked for when needed."""

    def __init__(self, upload: UploadedFile, *, size: int, sha256: str) -> None:
        self._upload, self.size, self.sha256 = upload, size, sha256

    def signatures(self, *, known_since: datetime | None = None) -> list[SignatureCheck] | None:
        """A finding for each signature as unsaved rows; [] for a PDF without any, None for what is no sound PDF.

        `known_since`: from when on it is proven that these very bytes existed, as for `verify_file`.
        """
        try:
            found = inspect(self._upload, name=clean_name(self._upload.name), size=self.size)
        except DocumentRefused:
            return None
        if found.media_type not in PDF_TYPES:
            return None
        return [
            SignatureCheck(
                position=position,
                verdict=one.verdict,
                reason=one.reason,
                signer_name=one.signer_name,
                issuer_name=one.issuer_name,
                signed_at=one.signed_at,
                is_timestamped=one.is_timestamped,
                fingerprint=one.fingerprint,
                agency_name=one.agency_name,
            )
            for position, one in enumerate(verify_file(self._upload, known_since=known_since), start=1)
        ]


def glance_at(upload: UploadedFile, *, limits: UploadLimits | None = None) -> Glance:
    """Hash it in blocks, within the limits of uploads; stores nothing. Raises DocumentTooLarge, DocumentEmpty."""
    limits = limits or upload_limits()
    require_size(upload.size or 0, limits)
    taken = fingerprint(upload, limit=limits.max_bytes)
    require_size(taken.size, limits)
    if taken.size == 0:
        raise DocumentEmpty
    return Glance(upload, size=taken.size, sha256=taken.sha256)
