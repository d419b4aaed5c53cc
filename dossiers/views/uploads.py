"""Files of all slots of a page in one post: each is judged on its own, and each refusal names its file.

One form holds all slots, so that whichever button is pressed, nothing that was chosen is left behind (PITFALLS 6).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from dossiers import services
from dossiers.errors import DossierNotFound, PaperNotOffered
from dossiers.models import Dossier, DossierComponent, DossierFile
from dossiers.services import FileDetails
from dossiers.views.requests import actor_of
from portal.core.errors import InvalidInput
from portal.documents import services as document_services
from procedures.enums import DocumentKind

# Component id, file, what it is ("" = not said).
Store = Callable[[int, UploadedFile, str], object]


@dataclass(frozen=True, slots=True)
class Troubles:
    """What of a posted page could not be kept: sentences by component id and by file id, and what was typed.

    `by_reuse`: by component id the offer that was not used again, and why.
    """

    by_slot: dict[int, list[str]] = field(default_factory=dict)
    by_file: dict[int, str] = field(default_factory=dict)
    typed: dict[int, FileDetails] = field(default_factory=dict)
    by_reuse: dict[int, tuple[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_slot or self.by_file or self.by_reuse)


def takes_files(component: DossierComponent) -> bool:
    """Is anything uploaded for this slot? Declarations, things shown at the desk and looked-up facts are not."""
    return component.required_document.kind == DocumentKind.UPLOAD


def store_chosen(
    request: HttpRequest, components: Iterable[DossierComponent], store: Store, *, pressed: int | None = None
) -> dict[int, list[str]]:
    """Store every chosen file that can be; returns the sentences for the refused ones by component id ({}: all well).

    A slot's inputs are named `upload-<component id>`, and `kind-of-<component id>` says what is sent. `pressed` is the
    slot whose own button was pressed: its input may also be named `upload`, and choosing nothing there is an error.
    Raises DossierNotFound for a slot of elsewhere.
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
                store(pk, upload, request.POST.get(f"kind-of-{pk}", ""))
            except InvalidInput as refusal:
                reason = next(iter(refusal.fields.values()), refusal.sentence)
                errors.setdefault(pk, []).append(f"{upload.name}: {reason}")
    return errors


def keep_posted(request: HttpRequest, dossier: Dossier, *, is_supplement: bool, pressed: int | None = None) -> Troubles:
    """Everything on the posted page, whatever button was pressed: the files chosen, and what was said of those there."""
    actor, details = actor_of(request), details_in(request.POST)
    attach = services.attach_supplement_file if is_supplement else services.attach_file

    def store(component_id: int, upload: UploadedFile, copy_kind: str) -> None:
        attach(actor=actor, dossier_id=dossier.pk, component_id=component_id, upload=upload, copy_kind=copy_kind)

    slots = dossier.components.select_related("required_document").order_by("position")
    by_slot = store_chosen(request, slots, store, pressed=pressed)
    by_file = {}
    if details:
        by_file = services.describe_files(
            actor=actor, dossier_id=dossier.pk, is_supplement=is_supplement, details=details
        )
    return Troubles(by_slot=by_slot, by_file=by_file, typed=details)


def try_to_use_again(request: HttpRequest, dossier: Dossier, component_id: int) -> str:
    """The pressed button names the offer, and a tick of its own stands beside it. Why it was not done, "" when it was."""
    key = request.POST.get("dung-lai", "")
    try:
        services.use_again(
            actor=actor_of(request),
            dossier_id=dossier.pk,
            component_id=component_id,
            offer_key=key,
            has_consented=request.POST.get(f"dong-y-{component_id}-{key}") == "on",
        )
    except (InvalidInput, PaperNotOffered) as refusal:
        return str(next(iter(refusal.fields.values()), refusal.sentence))
    return ""


def details_in(posted: QueryDict) -> dict[int, FileDetails]:
    """What a posted page says of the files on it: `kind-<file id>` and `caption-<file id>`."""
    found: dict[int, FileDetails] = {}
    for name in posted:
        word, _dash, number = name.partition("-")
        if word == "caption" and number.isascii() and number.isdecimal() and len(number) < 19:
            found[int(number)] = FileDetails(copy_kind=posted.get(f"kind-{number}", ""), caption=posted.get(name, ""))
    return found


def file_response(request: HttpRequest, file: DossierFile) -> HttpResponseBase:
    """The file for its owner; `?nho=1` asks for a small upright picture of a photo. The caller checked who may see it."""
    if request.GET.get("nho") == "1":
        return document_services.thumbnail_response(file.document)
    return document_services.document_response(file.document, as_attachment=False)
