"""Files of all slots of a page in one post: each is judged on its own, and each refusal names its file.

One form holds all slots, so that whichever button is pressed, nothing that was chosen is left behind (PITFALLS 6).
"""

from collections.abc import Callable, Iterable

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext as _

from dossiers.errors import DossierNotFound
from dossiers.models import DossierComponent
from portal.core.errors import InvalidInput
from procedures.enums import DocumentKind

Store = Callable[[int, UploadedFile], object]


def takes_files(component: DossierComponent) -> bool:
    """Is anything uploaded for this slot? Declarations, things shown at the desk and looked-up facts are not."""
    return component.required_document.kind == DocumentKind.UPLOAD


def store_chosen(
    request: HttpRequest, components: Iterable[DossierComponent], store: Store, *, pressed: int | None = None
) -> dict[int, list[str]]:
    """Store every chosen file that can be; returns the sentences for the refused ones by component id ({}: all well).

    A slot's input is named `upload-<component id>`. `pressed` is the slot whose own button was pressed: its input may
    also be named `upload`, and choosing nothing there is an error. Raises DossierNotFound for a slot of elsewhere.
    """
    slots = [component.pk for component in components if takes_files(component)]
    if pressed is not None and pressed not in slots:
        raise DossierNotFound
    errors: dict[int, list[str]] = {}
    for pk in slots:
        chosen = request.FILES.getlist(f"upload-{pk}")
        if pk == pressed:
            chosen += request.FILES.getlist("upload")
            if not chosen:
                errors[pk] = [_("Hãy chọn tệp trước khi bấm tải lên.")]
        for upload in chosen:
            try:
                store(pk, upload)
            except InvalidInput as refusal:
                reason = next(iter(refusal.fields.values()), refusal.sentence)
                errors.setdefault(pk, []).append(f"{upload.name}: {reason}")
    return errors
