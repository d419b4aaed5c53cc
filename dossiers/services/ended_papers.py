"""A paper that dossiers use again was revoked or replaced: each open one is flagged, and its journal says what happened."""

from django.db import transaction

from dossiers import policies, transitions
from dossiers.enums import OPEN_STATES, Deed
from dossiers.models import DossierFile
from dossiers.services.reuse_records import ended_sentence
from portal.core.actors import SYSTEM
from portal.vault import selectors as vault_selectors
from portal.vault.enums import PaperState


def note_ended_paper(*, paper_id: int) -> int:
    """Returns how many dossiers were flagged now; each once, however often this runs. A transaction a dossier."""
    dossiers = (
        DossierFile.objects.filter(paper_id=paper_id, component__dossier__state__in=OPEN_STATES)
        .order_by("component__dossier_id")
        .values_list("component__dossier_id", flat=True)
        .distinct()
    )
    return sum(_note(dossier_id, paper_id) for dossier_id in list(dossiers))


@transaction.atomic
def _note(dossier_id: int, paper_id: int) -> bool:
    dossier = transitions.lock(dossier_id)
    paper = vault_selectors.paper_with_key(paper_id)
    if dossier.state not in OPEN_STATES or paper is None or paper.state == PaperState.IN_FORCE:
        return False
    if dossier.journal.filter(act=Deed.PAPER_ENDED, details__paper=paper_id).exists():
        return False
    step = transitions.begin_deed(
        Deed.PAPER_ENDED,
        actor=SYSTEM,
        dossier_id=dossier_id,
        action=policies.Action.NOTE_PAPER,
        allowed_in=OPEN_STATES,
    )
    step.dossier.has_ended_paper = True
    step.record(public_note=ended_sentence(paper), details={"paper": paper_id, "standing": paper.state})
    return True
