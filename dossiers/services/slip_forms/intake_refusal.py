"""Form 03: why the dossier was not received."""

from dossiers.models import Dossier
from dossiers.services.slip_forms.head import day_of, dossier_facts, head_facts, line_of, title_at
from procedures.enums import Channel


def intake_refusal_facts(dossier: Dossier, *, sequence: int) -> dict[str, object]:
    """Facts of the refusal that the journal line tells of."""
    entry = line_of(dossier, sequence)
    agency = dossier.receiving_agency
    return {
        **head_facts(agency, day=day_of(entry.at), running_note=str(dossier.code)),
        **dossier_facts(dossier),
        "reason": entry.public_note,
        "officer_name": entry.actor_name,
        "officer_title": title_at(agency.pk, entry),
        "is_online": dossier.channel == Channel.ONLINE,
    }
