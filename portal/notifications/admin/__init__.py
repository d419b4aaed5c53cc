"""Messages in Django admin: what was sent, and how messages are worded."""

from portal.notifications.admin.mails import MailDeliveryAdmin, ShortMessageAdmin
from portal.notifications.admin.wordings import MailWordingAdmin

__all__ = ["MailDeliveryAdmin", "MailWordingAdmin", "ShortMessageAdmin"]
