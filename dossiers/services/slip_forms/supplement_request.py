"""Form 02: what must be added or mended, item by item, by when, and whom to ask."""

from dossiers.models import Dossier, JournalEntry, SupplementRequest
from dossiers.services.slip_forms.head import (
    acting_agency,
    day_of,
    dossier_facts,
    head_facts,
    line_of,
    promised,
    title_at,
)


def supplement_request_facts(dossier: Dossier, *, sequence: int) -> dict[str, object]:
    """Facts of the request that the journal line tells of."""
    entry = line_of(dossier, sequence)
    request = _request_of(dossier, entry)
    agency = acting_agency(dossier, entry)
    items = [
        {"what": item.what, "reason": item.reason}
        for item in (request.items.order_by("id") if request is not None else ())
    ]
    return {
        **head_facts(agency, day=day_of(entry.at), running_note=str(dossier.code)),
        **dossier_facts(dossier),
        "items": items,
        "has_reasons": any(item["reason"] for item in items),
        "reason": request.note if request is not None else entry.public_note,
        "answer_by": promised(entry, "next_date_at"),
        "officer_name": entry.actor_name,
        "officer_title": title_at(agency.pk, entry),
    }


def _request_of(dossier: Dossier, entry: JournalEntry) -> SupplementRequest | None:
    """Request and line bear the same instant."""
    return dossier.supplements.filter(requested_at__lte=entry.at).order_by("-requested_at", "-id").first()
