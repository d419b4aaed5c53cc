"""What a citizen does with the files of a slot, in a draft and in a supplement alike: send in pieces, describe, order.

`is_supplement` says which of the two; in both the dossier's row is locked before anything of it is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, DossierComponent, DossierFile, SupplementRequest
from dossiers.services.drafts import lock_draft
from dossiers.services.slots import (
    PURPOSE,
    known_copy_kind,
    limits_of,
    link_document,
    require_room,
    upload_slot,
)
from dossiers.services.supplements import open_request
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.core.text import normalise
from portal.documents import services as document_services
from portal.documents.enums import UploadState
from portal.documents.errors import DocumentRefused, UploadNotFound

if TYPE_CHECKING:
    from portal.documents.models import UploadSession

CAPTION_LENGTH = 200
CHUNK_BYTES = document_services.CHUNK_BYTES


@dataclass(frozen=True, slots=True)
class FileDetails:
    """What a person says of one file, as typed."""

    copy_kind: str
    caption: str


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """Where a file on its way stands: `received` of `size` bytes; the next piece begins at `received`."""

    upload_id: UUID
    name: str
    size: int
    received: int


def begin_file(
    *, actor: Actor, dossier_id: int, component_id: int, is_supplement: bool, file_name: str, size: int
) -> UploadProgress:
    """Announce a file for a slot. Raises what the finish would raise for its size, its ending or a full slot."""
    with transaction.atomic():
        component, supplement_id = _open_slot(actor, dossier_id, component_id, is_supplement)
        require_room(component, supplement_id)
    session = document_services.begin_upload(
        actor=actor,
        bound_to=_place(dossier_id, component_id, supplement_id),
        file_name=file_name,
        size=size,
        limits=limits_of(component).files,
    )
    return _progress(session)


def file_progress(
    *, actor: Actor, dossier_id: int, component_id: int, is_supplement: bool, upload_id: UUID
) -> UploadProgress:
    """How much has arrived. Raises UploadNotFound."""
    place = _place_now(dossier_id, component_id, is_supplement)
    session = document_services.upload_of(actor=actor, upload_id=upload_id, bound_to=place)
    return _progress(session)


def append_to_file(
    *, actor: Actor, dossier_id: int, component_id: int, is_supplement: bool, upload_id: UUID, offset: int, data: bytes
) -> UploadProgress:
    """The next piece. Raises UploadOffsetConflict, UploadChunkRefused, UploadNotFound."""
    session = document_services.append_chunk(
        actor=actor,
        upload_id=upload_id,
        bound_to=_place_now(dossier_id, component_id, is_supplement),
        offset=offset,
        data=data,
    )
    return _progress(session)


def finish_file(
    *,
    actor: Actor,
    dossier_id: int,
    component_id: int,
    is_supplement: bool,
    upload_id: UUID,
    copy_kind: str = "",
) -> DossierFile:
    """Make the pieces a file of the slot. Twice, or twice at once, it is the same file.

    Raises documents' refusals (for good: the pieces are dropped), UploadIncomplete, UploadNotFound, InvalidInput when the
    slot is full (the pieces stay: take a file out and finish again), DossierNotFound, DraftClosed.
    """
    place = ""
    try:
        with transaction.atomic():
            component, supplement_id = _open_slot(actor, dossier_id, component_id, is_supplement)
            place = _place(dossier_id, component_id, supplement_id)
            session = document_services.upload_of(actor=actor, upload_id=upload_id, bound_to=place)
            if session.state == UploadState.DONE:
                return _file_of(session.document_id)
            if session.state == UploadState.OPEN:
                require_room(component, supplement_id)
            document = document_services.finish_upload(
                actor=actor,
                upload_id=upload_id,
                bound_to=place,
                purpose=PURPOSE,
                limits=limits_of(component).files,
            )
            return link_document(
                actor=actor,
                component=component,
                document_id=document.pk,
                supplement_id=supplement_id,
                copy_kind=copy_kind,
            )
    except DocumentRefused as refusal:
        document_services.remember_refusal(actor=actor, upload_id=upload_id, bound_to=place, refusal=refusal)
        raise


def cancel_file(*, actor: Actor, dossier_id: int, component_id: int, is_supplement: bool, upload_id: UUID) -> None:
    """Not wanted after all; what was received already as a file stays until it is taken out."""
    document_services.cancel_upload(
        actor=actor, upload_id=upload_id, bound_to=_place_now(dossier_id, component_id, is_supplement)
    )


@transaction.atomic
def describe_files(
    *, actor: Actor, dossier_id: int, is_supplement: bool, details: Mapping[int, FileDetails]
) -> dict[int, str]:
    """Keep what was said of the files; returns sentences by file id for what could not be kept ({}: all well).

    Ids of other dossiers and of files handed in already are ignored: the page that was sent is older than the dossier.
    """
    files = _open_files(actor, dossier_id, is_supplement)
    errors: dict[int, str] = {}
    for file in files:
        said = details.get(file.pk)
        if said is None:
            continue
        caption = normalise(said.caption.replace("\x00", ""))
        if len(caption) > CAPTION_LENGTH:
            errors[file.pk] = _("Ghi chú của tệp “%(file)s” dài quá %(max)d ký tự.") % {
                "file": file.document.original_name,
                "max": CAPTION_LENGTH,
            }
            continue
        kind = known_copy_kind(said.copy_kind)
        if (file.caption, file.copy_kind) != (caption, kind):
            file.caption, file.copy_kind = caption, kind
            file.save(update_fields=["caption", "copy_kind"])
    return errors


@transaction.atomic
def move_file(*, actor: Actor, dossier_id: int, is_supplement: bool, file_id: int, by: int) -> None:
    """One place up (`by` = -1) or down (+1) among the files of its slot; at the end it stays. Raises DossierNotFound."""
    files = _open_files(actor, dossier_id, is_supplement)
    moved = next((file for file in files if file.pk == file_id), None)
    if moved is None:
        raise DossierNotFound
    if by not in (-1, 1):
        raise InvalidInput
    beside = [file for file in files if file.component_id == moved.component_id]
    place = beside.index(moved)
    beside.insert(min(max(place + by, 0), len(beside) - 1), beside.pop(place))
    for position, file in enumerate(beside, start=1):
        if file.position != position:
            file.position = position
            file.save(update_fields=["position"])


def _progress(session: "UploadSession") -> UploadProgress:
    return UploadProgress(upload_id=session.pk, name=session.file_name, size=session.size, received=session.received)


def _open_files(actor: Actor, dossier_id: int, is_supplement: bool) -> list[DossierFile]:
    """The files that may still be changed, in their order, under the dossier's lock."""
    dossier, supplement_id = _open_dossier(actor, dossier_id, is_supplement)
    return list(
        DossierFile.objects.select_related("document")
        .filter(component__dossier=dossier, supplement_id=supplement_id)
        .order_by("component_id", "position", "id")
    )


def _open_dossier(actor: Actor, dossier_id: int, is_supplement: bool) -> tuple[Dossier, int | None]:
    if is_supplement:
        dossier, request = open_request(actor=actor, dossier_id=dossier_id)
        return dossier, request.pk
    return lock_draft(actor=actor, dossier_id=dossier_id), None


def _open_slot(
    actor: Actor, dossier_id: int, component_id: int, is_supplement: bool
) -> tuple[DossierComponent, int | None]:
    dossier, supplement_id = _open_dossier(actor, dossier_id, is_supplement)
    return upload_slot(dossier, component_id), supplement_id


def _place(dossier_id: int, component_id: int, supplement_id: int | None) -> str:
    """Where an upload may end. Each request is a place of its own: what was begun for one does not end in the next."""
    part = "draft" if supplement_id is None else f"supplement:{supplement_id}"
    return f"dossier:{dossier_id}/component:{component_id}/{part}"


def _place_now(dossier_id: int, component_id: int, is_supplement: bool) -> str:
    """The place of the draft, or of the latest request, without a lock: a wrong guess finds no upload."""
    latest = (
        SupplementRequest.objects.filter(dossier_id=dossier_id)
        .order_by("-ordinal")
        .values_list("pk", flat=True)
        .first()
        if is_supplement
        else None
    )
    return _place(dossier_id, component_id, latest)


def _file_of(document_id: UUID | None) -> DossierFile:
    found = DossierFile.objects.select_related("document").filter(document_id=document_id).first()
    if found is None:
        # Received, and taken out of the draft since.
        raise UploadNotFound
    return found
