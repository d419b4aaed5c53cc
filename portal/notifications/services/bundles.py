"""Which mails of a thread go out as one message, and in which order."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery
from portal.notifications.services.telling import folding_window

MOST_IN_A_BUNDLE = 20


def bundles_up_to(mail: MailDelivery) -> list[int]:
    """Leads of the messages that are to go to the mail's address about its thread, in order, up to the one it is in.

    What waits and is in no bundle yet is put into one now, and stays there: a later attempt sends the same message under
    the same Message-ID. Locks: the waiting rows of the thread in their order, so a worker that sends one of them (and holds
    its row) is waited for, and nothing overtakes.
    """
    with transaction.atomic():
        waiting = list(
            MailDelivery.objects.select_for_update(of=("self",))
            .filter(thread=mail.thread, recipient_email=mail.recipient_email, state=MailState.QUEUED)
            .exclude(is_confidential=True)
            .order_by("position", "id")
            .defer("text_body", "html_body")
        )
        leads = [row.pk for row in waiting if row.bundle_lead_id == row.pk]
        loose = [row for row in waiting if row.bundle_lead_id is None]
        size = MOST_IN_A_BUNDLE if folding_window() > timedelta(0) else 1
        for start in range(0, len(loose), size):
            leads.append(_bundle(loose[start : start + size], leads))
        lead_of = {row.pk: row.bundle_lead_id for row in waiting}
    own = lead_of.get(mail.pk)
    return leads[: leads.index(own) + 1] if own in leads else leads


def _bundle(rows: list[MailDelivery], before: list[int]) -> int:
    lead, others = rows[0], rows[1:]
    MailDelivery.objects.filter(pk=lead.pk).update(bundle_lead=lead, references=_references(lead, before))
    if others:
        MailDelivery.objects.filter(pk__in=[row.pk for row in others]).update(bundle_lead=lead)
    for row in rows:
        row.bundle_lead_id = lead.pk
    return lead.pk


def _references(lead: MailDelivery, before: list[int]) -> str:
    """The first message of the thread to this address and the last one before (RFC 5322 3.6.4); "" for the first."""
    leads = MailDelivery.objects.filter(
        thread=lead.thread, recipient_email=lead.recipient_email, bundle_lead_id=F("pk")
    )
    known = list(leads.order_by(F("sent_at").asc(nulls_first=True), "id").values_list("pk", "message_id"))
    if not known:
        return ""
    first = min(known)[1]
    # What waits in front of it is sent before it; else the one that was sent last.
    last = dict(known)[before[-1]] if before else known[-1][1]
    return " ".join(dict.fromkeys((first, last)))
