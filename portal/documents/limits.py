"""What may be uploaded, said before the upload and applied after it in the same words."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.utils.translation import gettext as _

from portal.core.templatetags.portal import file_size
from portal.documents.errors import DocumentTooLarge, DocumentTypeNotAllowed
from portal.documents.file_names import extension
from portal.documents.inspection import ALLOWED_EXTENSIONS, OFFICE_TYPES, PDF_TYPES, PICTURE_TYPES


class FileGroup(StrEnum):
    """The sorts of files people speak of."""

    PDF = "pdf"
    PICTURE = "picture"
    OFFICE = "office"


_TYPES: dict[FileGroup, tuple[str, ...]] = {
    FileGroup.PDF: PDF_TYPES,
    FileGroup.PICTURE: PICTURE_TYPES,
    FileGroup.OFFICE: OFFICE_TYPES,
}


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """What a page says before a file is chosen, and `store_upload` applies: the largest size in bytes, the sorts taken."""

    max_bytes: int
    groups: tuple[FileGroup, ...] = tuple(FileGroup)

    @property
    def media_types(self) -> frozenset[str]:
        return frozenset(one for group in self.groups for one in _TYPES[group])

    @property
    def endings(self) -> tuple[str, ...]:
        return tuple(ending for group in self.groups for one in _TYPES[group] for ending in ALLOWED_EXTENSIONS[one])

    @property
    def accept(self) -> str:
        """The `accept` attribute of a file input."""
        return ",".join(self.endings)

    @property
    def takes_pictures(self) -> bool:
        return FileGroup.PICTURE in self.groups

    @property
    def words(self) -> str:
        """The sorts taken, as words in a sentence."""
        names = {
            FileGroup.PDF: _("PDF"),
            FileGroup.PICTURE: _("ảnh (JPG, PNG, HEIC)"),
            FileGroup.OFFICE: _("văn bản (DOCX, XLSX, ODT)"),
        }
        return ", ".join(names[group] for group in self.groups)


def upload_limits(*, max_bytes: int | None = None, groups: Iterable[str] = ()) -> UploadLimits:
    """The limits of the portal, narrowed where a place asks for less; nothing can widen them."""
    chosen = tuple(group for group in FileGroup if group.value in set(groups))
    limit = settings.UPLOAD_MAX_BYTES
    return UploadLimits(max_bytes=min(limit, max_bytes) if max_bytes else limit, groups=chosen or tuple(FileGroup))


SIGNATURE_ROOM_BYTES = 1_000_000
"""What a signature with stamp, fonts, certificates and time-stamp adds to a file, generously."""


def limits_with_signature() -> UploadLimits:
    """For a file that was within the limits before the portal itself signed it."""
    return UploadLimits(max_bytes=settings.UPLOAD_MAX_BYTES + SIGNATURE_ROOM_BYTES)


def require_size(size: int, limits: UploadLimits | None = None) -> None:
    """Raises DocumentTooLarge with the limit in its sentence."""
    limit = (limits or upload_limits()).max_bytes
    if size > limit:
        raise DocumentTooLarge(
            _(
                "Tệp này lớn hơn %(limit)s, là mức cho phép. Hãy chụp hoặc quét lại với độ phân giải thấp hơn, "
                "hoặc tách thành nhiều tệp."
            )
            % {"limit": file_size(limit)}
        )


def require_type(media_type: str, limits: UploadLimits) -> None:
    """Raises DocumentTypeNotAllowed for a type that this place does not take though the portal does."""
    if media_type not in limits.media_types:
        raise DocumentTypeNotAllowed(_refusal(limits))


def _refusal(limits: UploadLimits) -> str:
    return _("Ở đây chỉ nhận %(words)s. Hãy chọn tệp loại khác.") % {"words": limits.words}


def require_ending(name: str, limits: UploadLimits | None = None) -> None:
    """Before a byte is sent: an ending that nothing taken here has is refused; the content is judged when it is there."""
    ending = extension(name)
    limits = limits or upload_limits()
    if not ending or ending in limits.endings:
        return
    if ending in upload_limits().endings:
        raise DocumentTypeNotAllowed(_refusal(limits))
    raise DocumentTypeNotAllowed
