"""Words of messages."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MailState(TextChoices):
    """QUEUED is tried until a mail server takes it; SENT is final; FAILED was refused for good and waits for a person.

    There is no "sending": the row lock says it while it lasts, and a stored word could be left behind by a crash.
    """

    QUEUED = "queued", _("Chờ gửi")
    SENT = "sent", _("Đã gửi")
    FAILED = "failed", _("Bị từ chối")
