from portal.notifications.models.choices import ChannelChoice
from portal.notifications.models.inbox import InboxNotice
from portal.notifications.models.mails import MailDelivery
from portal.notifications.models.short_messages import ShortMessage
from portal.notifications.models.wordings import MailWording

__all__ = ["ChannelChoice", "InboxNotice", "MailDelivery", "MailWording", "ShortMessage"]
