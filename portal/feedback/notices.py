"""What the sender of feedback is told. Messages name the number; words stay behind the sign-in, or number and code."""

from django.conf import settings

from portal.feedback import message_kinds
from portal.feedback.enums import FeedbackAct
from portal.feedback.models import Feedback, FeedbackEntry
from portal.notifications import services as notification_services
from portal.notifications.services import Matter, Recipient

KINDS: dict[str, str] = {
    FeedbackAct.SEND: message_kinds.RECEIVED,
    FeedbackAct.PASS_ON: message_kinds.PASSED_ON,
    FeedbackAct.ASK_MORE: message_kinds.MORE_ASKED,
    FeedbackAct.REFUSE: message_kinds.REFUSED,
    FeedbackAct.ANSWER: message_kinds.ANSWERED,
}


def thread_of(feedback: Feedback) -> str:
    """Under which all that was told about it is found again."""
    return f"feedback:{feedback.pk}"


def tell_sender(feedback: Feedback, entry: FeedbackEntry) -> None:
    """Tell of a journal line, once: by what was left with it, and in the inbox of who sent it with an account."""
    if not (feedback.sender_email or feedback.sender_phone or feedback.sender_id):
        return
    if entry.act == FeedbackAct.PASS_ON and not feedback.is_open:
        # What was answered or returned meanwhile is told as such.
        return
    notification_services.notify(
        kind=KINDS[entry.act],
        cause=f"feedback:{feedback.pk}:{entry.sequence}",
        recipient=Recipient(
            # Whoever has no account may have typed anybody's address, and anything for a name.
            name=feedback.sender_name if feedback.sender_id else "",
            email=feedback.sender_email,
            user_id=feedback.sender_id,
            language=feedback.language,
            phone=feedback.sender_phone,
        ),
        context={
            "number": feedback.number,
            # Only in the mail about what was just sent: it is the other half of the key.
            "follow_code": feedback.follow_code if entry.act == FeedbackAct.SEND else "",
            "agency": feedback.agency.name,
            "answer_by": feedback.answer_by,
            "supply_by": feedback.supply_by,
            # With an account it is among one's own after signing in; without, number and code are asked for.
            "follow_url": f"{settings.PUBLIC_URL}/phan-anh/{'cua-toi' if feedback.sender_id else 'theo-doi'}/",
        },
        matter=Matter(
            thread=thread_of(feedback),
            label=feedback.number,
            position=entry.sequence,
            agency_id=feedback.agency_id,
        ),
    )
