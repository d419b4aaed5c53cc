"""The applicant's side of a supplement: files and notes go to the open request, officers see them when it is sent.

What a person brings to a desk: `supplement_at_desk`.
"""

from collections.abc import Mapping

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from dossiers import policies, transitions
from dossiers.enums import DossierState
from dossiers.errors import DossierNotFound, DraftClosed
from dossiers.models import Dossier, DossierFile, SupplementRequest
from dossiers.services.slots import add_file, upload_slot
from portal.core import clock
from portal.core.actors import Actor

NOTE_LENGTH = 2000


def open_request(*, actor: Actor, dossier_id: int) -> tuple[Dossier, SupplementRequest]:
    """The dossier under its row lock and its unanswered request. Raises DossierNotFound, DraftClosed."""
    dossier = transitions.lock(dossier_id)
    if not policies.may(actor, policies.Action.ANSWER_SUPPLEMENT, dossier):
        raise DossierNotFound
    request = dossier.supplements.filter(answered_at__isnull=True).first()
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED or request is None:
        raise DraftClosed
    request.dossier = dossier
    return dossier, request


def attach_supplement_file(
    *, actor: Actor, dossier_id: int, component_id: int, upload: UploadedFile, copy_kind: str = ""
) -> DossierFile:
    """Put a new file into a slot while the supplement is open; what was filed before stays beside it."""
    with transaction.atomic():
        dossier, request = open_request(actor=actor, dossier_id=dossier_id)
        return add_file(
            actor=actor,
            component=upload_slot(dossier, component_id),
            upload=upload,
            supplement_id=request.pk,
            copy_kind=copy_kind,
        )


@transaction.atomic
def remove_supplement_file(*, actor: Actor, dossier_id: int, file_id: int) -> None:
    """Take a file of the unsent supplement out again; filed ones stay."""
    dossier, request = open_request(actor=actor, dossier_id=dossier_id)
    deleted, _rows = DossierFile.objects.filter(component__dossier=dossier, supplement=request, pk=file_id).delete()
    if not deleted:
        raise DossierNotFound


@transaction.atomic
def keep_supplement_notes(
    *, actor: Actor, dossier_id: int, notes: Mapping[int, str], message: str | None = None
) -> dict[int, str]:
    """Keep what was typed beside the items (by item id) and for the officer, until it is sent; None: nothing was typed.

    What is longer than NOTE_LENGTH is cut nowhere: it is not kept, and comes back as it was typed, by item id, 0 for the
    message. Ids of other requests are ignored. Raises DossierNotFound, DraftClosed. Locks: the dossier's row.
    """
    _dossier, request = open_request(actor=actor, dossier_id=dossier_id)
    too_long: dict[int, str] = {}
    for item in request.items.filter(pk__in=notes):
        text = note_text(notes[item.pk])
        if len(text) > NOTE_LENGTH:
            too_long[item.pk] = text
        elif text != item.answer_note:
            item.answer_note = text
            item.save(update_fields=["answer_note"])
    written = ["saved_at"]
    if message is not None and len(text := note_text(message)) > NOTE_LENGTH:
        too_long[0] = text
    elif message is not None:
        request.answer_note = text
        written.append("answer_note")
    request.saved_at = clock.now()
    request.save(update_fields=written)
    return too_long


def note_text(typed: str) -> str:
    """What is kept of a note as typed."""
    return typed.replace("\x00", "").replace("\r\n", "\n").strip()
