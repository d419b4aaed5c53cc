"""Several files in one post: each is judged on its own, and each refusal names its file."""

from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from portal.core.errors import InvalidInput


def store_uploads(uploads: Sequence[UploadedFile], store: Callable[[UploadedFile], object]) -> list[str]:
    """Store every upload that can be; returns one sentence for each that was refused ([] when all is well)."""
    if not uploads:
        return [_("Hãy chọn tệp trước khi bấm tải lên.")]
    sentences = []
    for upload in uploads:
        try:
            store(upload)
        except InvalidInput as refusal:
            reason = next(iter(refusal.fields.values()), refusal.sentence)
            sentences.append(f"{upload.name}: {reason}")
    return sentences
