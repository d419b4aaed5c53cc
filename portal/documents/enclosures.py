"""Files that come with words people write: the field, its limits said before they apply, all stored or none."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.core.templatetags.portal import file_size
from portal.documents.errors import DocumentRefused
from portal.documents.limits import upload_limits
from portal.documents.models import StoredDocument
from portal.documents.storing import store_upload


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files in one control; `cleaned_data` holds a list."""

    widget = ManyFiles

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "allow_empty_file": True, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(FilesField, self).clean(one, initial) for one in files if one]

    def say_limits(self, most: int, *more: str) -> None:
        """What may be chosen, `most` files of it; `more` sentences follow. Asked per request: limits are settings."""
        limits = upload_limits()
        self.widget.attrs["accept"] = limits.accept
        said = _("Nhận tệp %(kinds)s; mỗi tệp nặng nhất %(size)s, nhiều nhất %(most)d tệp.") % {
            "kinds": limits.words,
            "size": file_size(limits.max_bytes),
            "most": most,
        }
        self.help_text = " ".join([said, *more])


def require_letter(
    text: str, uploads: Sequence[UploadedFile] = (), *, field: str = "text", most: int, most_files: int = 0
) -> str:
    """The words, without NUL and outer blanks. Raises InvalidInput with every fault by its field ("uploads" for the files)."""
    text = text.replace("\x00", "").strip()
    faults: dict[str, str] = {}
    if not text:
        faults[field] = _("Hãy ghi nội dung.")
    elif len(text) > most:
        faults[field] = _("Nội dung dài nhất %(max)d chữ.") % {"max": most}
    if len(uploads) > most_files:
        faults["uploads"] = _("Gửi nhiều nhất %(max)d tệp.") % {"max": most_files}
    if faults:
        raise InvalidInput(fields=faults)
    return text


def store_enclosures(actor: Actor, uploads: Sequence[UploadedFile], *, purpose: str) -> list[StoredDocument]:
    """All of them or, by the caller's transaction, none: a refused file refuses the whole, and its sentence names it.

    Raises InvalidInput for the field "uploads".
    """
    stored = []
    for upload in uploads:
        try:
            stored.append(store_upload(actor=actor, upload=upload, purpose=purpose))
        except DocumentRefused as refusal:
            raise InvalidInput(fields={"uploads": f"{upload.name}: {refusal.sentence}"}) from None
    return stored
