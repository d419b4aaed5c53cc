"""What a citizen is told by mail about a dossier: one function turns a dossier and a kind into a queued mail.

Kinds are folders under `templates/email/dossier/`. The mail names the dossier and the next step; details and files stay
behind the sign-in (PITFALLS 32).
"""

from datetime import datetime
from typing import Any

from django.conf import settings

from dossiers.models import Dossier, JournalEntry
from portal.notifications import services as notification_services

SUBMITTED = "dossier/submitted"
RECEIVED = "dossier/received"
INTAKE_REFUSED = "dossier/intake_refused"
SUPPLEMENT_REQUESTED = "dossier/supplement_requested"
SUPPLEMENT_ANSWERED = "dossier/supplement_answered"
PAYMENT_REQUESTED = "dossier/payment_requested"
PREPAYMENT_REQUESTED = "dossier/prepayment_requested"
RELIEF_ACCEPTED = "dossier/relief_accepted"
RELIEF_REFUSED = "dossier/relief_refused"
PAYMENT_SETTLED = "dossier/payment_settled"
REFUND_DONE = "dossier/refund_done"
REFUND_ACCOUNT = "dossier/refund_account"
PAYMENT_TAKEN_BACK = "dossier/payment_taken_back"
WITHDRAWN = "dossier/withdrawn"
STOPPED = "dossier/stopped"
RESOLVED = "dossier/resolved"
TRANSFERRED = "dossier/transferred"
RESCHEDULED = "dossier/rescheduled"
REMINDER = "dossier/reminder"
DUE_RECOUNTED = "dossier/due_recounted"
PAPER_ENDED = "dossier/paper_ended"


def tell_applicant(
    dossier: Dossier, *, kind: str, cause: str, entry: JournalEntry | None = None, facts: dict[str, Any] | None = None
) -> None:
    """Queue the mail once per cause; a dossier without an address (filed at the desk) gets none."""
    if not dossier.applicant_email:
        return
    notification_services.queue_mail(
        kind=kind,
        cause=cause,
        recipient_email=dossier.applicant_email,
        recipient_name=dossier.applicant_name,
        user_id=dossier.applicant_id,
        language=dossier.applicant_language,
        context=_context(
            dossier,
            note=entry.public_note if entry is not None else "",
            due_at=_instant(entry, "due_at") or dossier.due_at,
            next_date_at=_instant(entry, "next_date_at") or dossier.next_date_at,
            facts=facts,
        ),
    )


def preview(
    dossier: Dossier,
    *,
    kind: str,
    note: str = "",
    due_at: datetime | None = None,
    next_date_at: datetime | None = None,
    facts: dict[str, Any] | None = None,
) -> str:
    """The mail as it would be sent, as plain text: officers read it before they press the button."""
    context = _context(dossier, note=note, due_at=due_at, next_date_at=next_date_at, facts=facts)
    context["recipient_name"] = dossier.applicant_name
    return notification_services.word_kind(kind, dossier.applicant_language, context).text


def _context(
    dossier: Dossier,
    *,
    note: str,
    due_at: datetime | None,
    next_date_at: datetime | None,
    facts: dict[str, Any] | None,
) -> dict[str, Any]:
    return {
        "dossier_code": dossier.code,
        "procedure_name": dossier.revision.procedure.name,
        "receiving_agency": dossier.receiving_agency.name,
        "responsible_agency": dossier.responsible_agency.name,
        "due_at": due_at,
        "next_date_at": next_date_at,
        "outcome": dossier.outcome,
        "result_delivery": dossier.result_delivery,
        "note": note,
        "dossier_url": f"{settings.PUBLIC_URL}/ho-so/{dossier.code}/",
        **(facts or {}),
    }


def _instant(entry: JournalEntry | None, name: str) -> datetime | None:
    """A date as it was promised in the journal line the mail tells of."""
    value = entry.details.get(name) if entry is not None else None
    return datetime.fromisoformat(value) if value else None
