"""After commit: mails to who sent feedback."""

from django.db import transaction

from portal.core.outbox import handles
from portal.feedback import (
    notices,
    trouble,  # noqa: F401 - joins the administrators' digest
)
from portal.feedback.events import FeedbackMoved
from portal.feedback.models import FeedbackEntry
from portal.feedback.services import morning  # noqa: F401 - fills officers' morning mails


@handles(FeedbackMoved, key="feedback.mail")
def mail_sender(event: FeedbackMoved) -> None:
    """What was done, as the journal line says."""
    entry = FeedbackEntry.objects.select_related("feedback__agency").get(
        feedback_id=event.feedback_id, sequence=event.sequence
    )
    with transaction.atomic():
        notices.tell_sender(entry.feedback, entry)
