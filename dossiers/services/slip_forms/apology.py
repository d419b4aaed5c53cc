"""Form 04: the agency is late, says why, is sorry and names the new day."""

from datetime import date, datetime

from dossiers.models import Dossier
from dossiers.services.slip_forms.head import dossier_facts, head_facts


def apology_facts(
    dossier: Dossier,
    *,
    day: date,
    old_due_at: datetime,
    new_due_at: datetime,
    reason: str,
    signer_name: str,
    signer_title: str = "",
    signer_rank: str = "",
) -> dict[str, object]:
    """`day` is the paper's date; `old_due_at` the promise that is not kept, `new_due_at` the one given instead."""
    return {
        **head_facts(dossier.resolving_agency, day=day, running_note=str(dossier.code)),
        **dossier_facts(dossier),
        "old_due_at": old_due_at,
        "new_due_at": new_due_at,
        "reason": reason,
        "signer_name": signer_name,
        "signer_title": signer_title,
        "signer_rank": signer_rank,
    }
