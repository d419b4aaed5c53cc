"""The citizen's side of a supplement: files go to the open request, officers see them when it is sent."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from dossiers import policies, transitions
from dossiers.enums import DossierState
from dossiers.errors import DossierNotFound, DraftClosed
from dossiers.models import Dossier, DossierFile, SupplementRequest
from dossiers.services.slots import add_file, upload_slot
from portal.core.actors import Actor


def open_request(*, actor: Actor, dossier_id: int) -> tuple[Dossier, SupplementRequest]:
    """The dossier under its row lock and its unanswered request. Raises DossierNotFound, DraftClosed."""
    dossier = transitions.lock(dossier_id)
    if not policies.may(actor, policies.Action.ANSWER_SUPPLEMENT, dossier):
        raise DossierNotFound
    request = dossier.supplements.filter(answered_at__isnull=True).first()
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED or request is None:
        raise DraftClosed
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
