"""The slip with which a result is handed over at the desk: what, to whom, which paper was seen, and room to sign."""

from dossiers.models import Dossier
from dossiers.services.hand_overs import hand_over_of_line
from dossiers.services.slip_forms.head import day_of, dossier_facts, head_facts, line_of, title_at


def hand_over_facts(dossier: Dossier, *, sequence: int) -> dict[str, object]:
    """Facts of the hand-over that the journal line tells of. Raises DossierNotFound for one without a receiver."""
    entry = line_of(dossier, sequence)
    given = hand_over_of_line(dossier, entry)
    agency = dossier.receiving_agency
    return {
        **head_facts(agency, day=day_of(entry.at), running_note=str(dossier.code)),
        **dossier_facts(dossier),
        "results": [
            {
                "title": paper.title if paper is not None else result.title,
                "number": paper.number if paper is not None else "",
                "day": day_of(result.issued_at if paper is None else paper.registered_at),
            }
            for result in dossier.results.select_related("paper").order_by("id")
            for paper in [result.paper_at(given.handed_over_at)]
        ],
        "receiver_name": given.receiver_name,
        "receiver_label": given.get_receiver_display(),
        # The applicant gets this slip too, whoever collected the result; the whole number stays with the desk.
        "identity": f"{given.get_identity_paper_display()}: {given.masked_number}",
        "authority": given.authority,
        "handed_over_at": given.handed_over_at,
        "is_signed": given.proof == "signature",
        "officer_name": entry.actor_name,
        "officer_title": title_at(agency.pk, entry),
    }
