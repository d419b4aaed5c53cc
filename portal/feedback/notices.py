"""Mails about feedback, where the sender left an address. They name the number; words stay behind number and code."""

from django.conf import settings

from portal.feedback.enums import FeedbackAct
from portal.feedback.models import Feedback, FeedbackEntry
from portal.notifications import services as notification_services

KINDS: dict[str, str] = {
    FeedbackAct.SEND: "feedback/received",
    FeedbackAct.ASK_MORE: "feedback/more_asked",
    FeedbackAct.REFUSE: "feedback/refused",
    FeedbackAct.ANSWER: "feedback/answered",
}


def tell_sender(feedback: Feedback, entry: FeedbackEntry) -> None:
    """Queue the mail of a journal line, once; nothing without an address."""
    if not feedback.sender_email:
        return
    notification_services.queue_mail(
        kind=KINDS[entry.act],
        cause=f"feedback:{feedback.pk}:{entry.sequence}",
        recipient_email=feedback.sender_email,
        recipient_name=feedback.sender_name,
        user_id=feedback.sender_id,
        language=feedback.language,
        context={
            "number": feedback.number,
            # Only in the mail about what was just sent: it is the other half of the key.
            "follow_code": feedback.follow_code,
            "agency": feedback.agency.name,
            "answer_by": feedback.answer_by,
            "supply_by": feedback.supply_by,
            "follow_url": f"{settings.PUBLIC_URL}/phan-anh/theo-doi/",
        },
    )
