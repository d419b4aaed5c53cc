"""Form 05 (since TT 03/2025): the agency stops, why, and what the citizen may do."""

from dossiers.models import Dossier
from dossiers.services.slip_forms.head import day_of, dossier_facts, head_facts, line_of, signature_of
from portal.accounts.enums import OfficerRole


def stop_notice_facts(dossier: Dossier, *, sequence: int) -> dict[str, object]:
    """Facts of the stop that the journal line tells of."""
    entry = line_of(dossier, sequence)
    agency = dossier.resolving_agency
    return {
        **head_facts(agency, day=day_of(entry.at), running_note=str(dossier.code)),
        **dossier_facts(dossier),
        "reason": entry.public_note,
        "stopped_at": entry.at,
        **signature_of(agency.pk, entry, *OfficerRole),
    }
