"""What happens after commit."""

from portal.core.outbox import handles
from portal.notifications import trouble  # noqa: F401 - what is wrong with messages joins the administrators' digest
from portal.notifications.events import MailQueued, ShortMessageQueued
from portal.notifications.services import deliver_mail, deliver_short_message


@handles(MailQueued, key="notifications.deliver_mail")
def send_queued_mail(event: MailQueued) -> None:
    """Send it, unless it has been sent."""
    deliver_mail(mail_id=event.mail_id)


@handles(ShortMessageQueued, key="notifications.deliver_short_message")
def send_queued_short_message(event: ShortMessageQueued) -> None:
    """Send it, unless it has been sent."""
    deliver_short_message(message_id=event.message_id)
