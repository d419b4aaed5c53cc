"""What happens after commit."""

from portal.core.outbox import handles
from portal.notifications.events import MailQueued
from portal.notifications.services import deliver_mail


@handles(MailQueued, key="notifications.deliver_mail")
def send_queued_mail(event: MailQueued) -> None:
    """Send it, unless it has been sent."""
    deliver_mail(mail_id=event.mail_id)
