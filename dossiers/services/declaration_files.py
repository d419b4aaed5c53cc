"""Files inside the declaration: uploaded to the draft for one question, named by its answer, unknown to any other draft."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from dossiers.errors import DossierNotFound
from dossiers.models import DeclarationFile, Dossier, SupplementRequest
from dossiers.selectors import declaration_files_of, named_documents
from dossiers.services.declaration import definition_of
from dossiers.services.drafts import lock_draft
from dossiers.services.supplement_progress import SupplementProgress
from dossiers.services.supplements import open_request
from portal.core.actors import Actor
from portal.core.errors import InvalidInput, NotPermitted
from portal.documents import services as document_services
from procedures.services import forms

# Of one question, answered or left over; more than that is not a person choosing a photo.
_MOST_KEPT = 30


@dataclass(slots=True)
class TakenFiles:
    """What a post brought. `data`: the post with the ids of stored files in place of the files; `refused`: sentences by
    field key; `has_removed`: a button took a file out, so the person stays on the page."""

    data: QueryDict
    refused: dict[str, list[str]] = field(default_factory=dict)
    has_removed: bool = False


def take_files(
    *,
    actor: Actor,
    dossier_id: int,
    section_key: str,
    data: QueryDict,
    files: MultiValueDict[str, UploadedFile],
    is_supplement: bool = False,
) -> TakenFiles:
    """Store what was chosen on a page of the declaration, before the page is saved.

    In a supplement only the questions that may be answered take files, and a file that was filed stays in the dossier
    when the new answer no longer names it. Each file is judged on its own: one that is refused takes nothing else with it.
    Raises DossierNotFound, DraftClosed.
    Locks: the dossier's row, while there is something to store or to take out.
    """
    taken = TakenFiles(data.copy())
    if not any(files.values()) and not any(name.endswith("-remove") for name in data):
        return taken
    with transaction.atomic():
        place = _open_place(actor, dossier_id, section_key, is_supplement)
        for spec in place.fields:
            _take_out(taken, place, spec)
            chosen = [upload for upload in files.getlist(f"{spec.key}-upload") if upload.name]
            _take_in(taken, place, spec, actor, chosen)
    return taken


@transaction.atomic
def attach_declaration_file(*, actor: Actor, dossier_id: int, field_key: str, upload: UploadedFile) -> DeclarationFile:
    """Store a file for a question of the draft; the answer may then name its document. For programs: a page saves its
    files together with its answers (`take_files`).

    Raises DossierNotFound for a question that takes no files, InvalidInput with the reason of a refusal, DraftClosed.
    """
    dossier = lock_draft(actor=actor, dossier_id=dossier_id)
    for section in definition_of(dossier).sections:
        place = _Place(dossier, None, _file_fields(section))
        for spec in place.fields:
            if spec.key == field_key:
                return _store(place, spec, actor, upload)
    raise DossierNotFound


def labelled_files(dossier: Dossier) -> list[tuple[str, DeclarationFile]]:
    """The files that the answers name, each with its question, in the order of the answers."""
    found = declaration_files_of(dossier)
    labels = {spec.key: spec.label.shown() for spec in definition_of(dossier).fields()} if found else {}
    return [(labels.get(file.field_key, file.field_key), file) for file in found]


def infected_files(dossier: Dossier) -> Iterator[tuple[str, forms.Problem]]:
    """Malware under a question that is asked, with its section's key: an officer could never open it."""
    infected = {file.field_key: file for file in declaration_files_of(dossier) if file.document.is_infected}
    if not infected:
        return
    definition = definition_of(dossier)
    asked = {spec.key for spec in forms.visible_fields(definition, dossier.answers)}
    for section in definition.sections:
        for key in (spec.key for spec in section.fields if spec.key in infected and spec.key in asked):
            sentence = _("Tệp “%(file)s” có mã độc. Hãy bỏ tệp này và tải lên tệp khác.")
            name = infected[key].document.original_name
            yield section.key, forms.Problem(key, key, "file_infected", sentence % {"file": name})


def drop_unnamed_files(dossier: Dossier) -> None:
    """At filing: only files that the answers name go with the dossier. The caller holds its lock."""
    named = [file.pk for file in declaration_files_of(dossier)]
    dossier.declaration_files.exclude(pk__in=named).delete()


def drop_unnamed_supplement_files(request: SupplementRequest) -> None:
    """Before a supplement is sent: of its own files only those that its answers name go with it."""
    request.declaration_files.exclude(document_id__in=named_documents(request.answers)).delete()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where files may be put: the questions of a section of a draft, or of what an open supplement lets be mended."""

    dossier: Dossier
    supplement: SupplementRequest | None
    fields: list[forms.FieldSpec]


def _open_place(actor: Actor, dossier_id: int, section_key: str, is_supplement: bool) -> _Place:
    try:
        if is_supplement:
            dossier, request = open_request(actor=actor, dossier_id=dossier_id)
            section = SupplementProgress(dossier, request).editable_section(section_key)
            return _Place(dossier, request, _file_fields(section))
        dossier = lock_draft(actor=actor, dossier_id=dossier_id)
        return _Place(dossier, None, _file_fields(definition_of(dossier).section(section_key)))
    except KeyError:
        raise DossierNotFound from None


def _file_fields(section: forms.Section) -> list[forms.FieldSpec]:
    return [spec for spec in section.fields if isinstance(forms.kind_of(spec), forms.FileKind)]


def _take_out(taken: TakenFiles, place: _Place, spec: forms.FieldSpec) -> None:
    document = taken.data.pop(f"{spec.key}-remove", [""])[-1]
    if not document:
        return
    kept = [one for one in taken.data.getlist(spec.key) if one != document]
    taken.data.setlist(spec.key, kept)
    taken.has_removed = True
    # Only the link goes; the stored bytes are collected later (write-once storage).
    for link in place.dossier.declaration_files.filter(field_key=spec.key, supplement=place.supplement):
        if str(link.document_id) == document:
            link.delete()


def _take_in(
    taken: TakenFiles, place: _Place, spec: forms.FieldSpec, actor: Actor, uploads: list[UploadedFile]
) -> None:
    for upload in uploads:
        try:
            link = _store(place, spec, actor, upload)
        except InvalidInput as refusal:
            reason = next(iter(refusal.fields.values()), refusal.sentence)
            taken.refused.setdefault(spec.key, []).append(f"{upload.name}: {reason}")
            continue
        # Where one file is asked for, a new one takes the place of the old.
        kept = [] if _kind(spec).at_most(spec) == 1 else taken.data.getlist(spec.key)
        taken.data.setlist(spec.key, [*kept, str(link.document_id)])


def _store(place: _Place, spec: forms.FieldSpec, actor: Actor, upload: UploadedFile) -> DeclarationFile:
    """Store and link one file; the caller holds the dossier's lock and checked the actor."""
    if actor.user_id is None:
        raise NotPermitted
    _make_room(place, spec)
    try:
        # Told before megabytes are read and hashed.
        _kind(spec).check_size(spec, upload.size or 0)
        with transaction.atomic():
            document = document_services.store_upload(actor=actor, upload=upload, purpose="declaration_file")
            _kind(spec).check_file(spec, document.media_type, document.size)
            return DeclarationFile.objects.create(
                dossier=place.dossier,
                supplement=place.supplement,
                field_key=spec.key,
                document=document,
                added_by_id=actor.user_id,
            )
    except forms.AnswerError as error:
        raise InvalidInput(fields={"upload": error.sentence}) from None


def _make_room(place: _Place, spec: forms.FieldSpec) -> None:
    """Left-over uploads of the question go before there are too many of them; what is answered stays."""
    links = place.dossier.declaration_files.filter(field_key=spec.key, supplement=place.supplement)
    if links.count() < _MOST_KEPT:
        return
    links.exclude(document_id__in=named_documents((place.supplement or place.dossier).answers)).delete()
    if links.count() >= _MOST_KEPT:
        raise InvalidInput(fields={"upload": _("Mục này đã có quá nhiều tệp. Hãy bỏ bớt tệp.")})


def _kind(spec: forms.FieldSpec) -> forms.FileKind:
    kind = forms.kind_of(spec)
    assert isinstance(kind, forms.FileKind)
    return kind
