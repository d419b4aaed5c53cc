"""What an agency is working on for a person: papers of the vault can be shared with those who do."""

from dossiers.enums import OPEN_STATES, DossierState
from dossiers.models import Dossier
from portal.core.actors import Actor

_MOST = 20
WORKED_ON_STATES = OPEN_STATES - {DossierState.RESOLVED}
"""Handed in and not decided: nobody needs another paper afterwards."""


def matters_worked_on(actor: Actor) -> list[tuple[str, str]]:
    """(subject, words) of the actor's own dossiers that an agency has to decide, last moved first, at most 20."""
    if actor.user_id is None:
        return []
    found = Dossier.objects.filter(applicant_id=actor.user_id, state__in=WORKED_ON_STATES)
    rows = found.select_related("responsible_agency", "revision__procedure").order_by("-moved_at", "-id")[:_MOST]
    return [(one.subject, f"{one.code}, {one.revision.procedure.name}, {one.responsible_agency.name}") for one in rows]
