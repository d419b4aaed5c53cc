"""What a citizen is told about a dossier: one function turns a dossier and a kind into a mail and a notice in the inbox.

Kinds are folders under `templates/email/dossier/`, registered in `message_kinds`. A message names the dossier and the next
step; details and files stay behind the sign-in (PITFALLS 32).
"""

from datetime import datetime
from typing import Any

from django.conf import settings

from dossiers import message_kinds  # noqa: F401 - registers them
from dossiers.models import Dossier, JournalEntry
from portal.notifications import selectors as notification_selectors
from portal.notifications import services as notification_services
from portal.notifications.services import Matter, Recipient

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
PAYMENT_SURPLUS = "dossier/payment_surplus"
PAYMENT_TAKEN_BACK = "dossier/payment_taken_back"
PAYMENT_WRONG_AMOUNT = "dossier/payment_wrong_amount"
WITHDRAWN = "dossier/withdrawn"
STOPPED = "dossier/stopped"
RESOLVED = "dossier/resolved"
TRANSFERRED = "dossier/transferred"
RESCHEDULED = "dossier/rescheduled"
REMINDER = "dossier/reminder"
DUE_RECOUNTED = "dossier/due_recounted"
MESSAGE = "dossier/message"
RESULT_POSTED = "dossier/result_posted"
RESULT_DELIVERED = "dossier/result_delivered"
RESULT_CAME_BACK = "dossier/result_came_back"
COLLECTION_CODE = "dossier/collection_code"
PAPER_ENDED = "dossier/paper_ended"


def tell_applicant(
    dossier: Dossier, *, kind: str, cause: str, entry: JournalEntry | None = None, facts: dict[str, Any] | None = None
) -> bool:
    """Once per cause: by mail where there is an address, in the inbox of the account, by the channels the person chose.

    True when a mail goes out.
    """
    mail = notification_services.notify(
        kind=kind,
        cause=cause,
        recipient=Recipient(
            name=dossier.applicant_name,
            email=dossier.applicant_email,
            user_id=dossier.applicant_id,
            language=dossier.applicant_language,
            phone=dossier.applicant_phone,
        ),
        context=_context(
            dossier,
            note=entry.public_note if entry is not None else "",
            due_at=_instant(entry, "due_at") or dossier.due_at,
            next_date_at=_instant(entry, "next_date_at") or dossier.next_date_at,
            facts=facts,
        ),
        matter=Matter(
            thread=dossier.subject,
            label=dossier.code or "",
            # What tells of no line of the journal comes after every line so far.
            position=entry.sequence if entry is not None else dossier.version,
            agency_id=dossier.responsible_agency_id,
        ),
    )
    return mail is not None


def tell_code(dossier: Dossier, *, code: str, cause: str, until: datetime) -> None:
    """Queue the mail with a one-time code; its text is wiped once it has been sent."""
    context = _context(
        dossier, note="", due_at=None, next_date_at=None, facts={"collection_code": code, "until": until}
    )
    context["recipient_name"] = dossier.applicant_name
    notification_services.queue_worded_mail(
        kind=COLLECTION_CODE,
        cause=cause,
        recipient_email=dossier.applicant_email,
        recipient_name=dossier.applicant_name,
        user_id=dossier.applicant_id,
        language=dossier.applicant_language,
        wording=_wordings_of(dossier).word(COLLECTION_CODE, context),
        is_confidential=True,
        # Officers see under the dossier whether it arrived.
        matter=Matter(thread=dossier.subject, label=dossier.code or "", position=dossier.version),
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
    return _wordings_of(dossier).word(kind, context).text


def _wordings_of(dossier: Dossier) -> "notification_selectors.Wordings":
    """Read once for one dossier in hand: a page that previews several mails asks the database once."""
    kept: notification_selectors.Wordings | None = dossier.__dict__.get("_wordings")
    if kept is None:
        kept = notification_selectors.wordings_for(dossier.applicant_language, dossier.responsible_agency_id)
        dossier.__dict__["_wordings"] = kept
    return kept


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
