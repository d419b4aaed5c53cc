"""Form 06 (05 before TT 03/2025): who handed the dossier to whom, when, and whether in time."""

from datetime import date

from dossiers.models import Dossier
from dossiers.selectors.handovers import handovers_of
from dossiers.services.slip_forms.head import dossier_facts, head_facts, line_of, promised


def control_sheet_facts(dossier: Dossier, *, day: date, sequence: int) -> dict[str, object]:
    """Everything up to and with the journal line `sequence`."""
    return {
        **head_facts(dossier.resolving_agency, day=day, running_note=str(dossier.code)),
        **dossier_facts(dossier),
        "resolving_agency_name": dossier.resolving_agency.name,
        "due_at": promised(line_of(dossier, sequence), "due_at") or dossier.due_at,
        "first_due_at": dossier.first_due_at,
        "handovers": handovers_of(dossier, until=sequence),
    }
