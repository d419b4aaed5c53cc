"""What is wrong with messages, for the administrators' digest."""

from collections.abc import Iterable

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.trouble import LATE_AFTER, RECENTLY, Trouble, finds_trouble, late_by
from portal.notifications.enums import MailState
from portal.notifications.models import MailDelivery, ShortMessage
from portal.notifications.selectors import bounces_read_at


@finds_trouble("notifications", _("Thư và tin nhắn"))
def messages_in_trouble() -> Iterable[Trouble]:
    now = clock.now()
    # Told once: what was refused before yesterday's digest was in it. A mail may have waited long before it was refused.
    refused = MailDelivery.objects.exclude(state=MailState.SENT)
    yield Trouble(
        _("Thư bị máy chủ từ chối trong ngày qua"),
        refused.filter(state=MailState.FAILED, refused_at__gt=now - RECENTLY).count(),
        "notifications/maildelivery/?state__exact=failed",
    )
    yield Trouble(
        _("Thư bị trả lại trong ngày qua"),
        refused.filter(state=MailState.BOUNCED, bounced_at__gt=now - RECENTLY).count(),
        "notifications/maildelivery/?state__exact=bounced",
    )
    yield Trouble(
        _("Thư chờ gửi quá lâu"),
        refused.filter(state=MailState.QUEUED, queued_at__lt=now - LATE_AFTER).exclude(last_error="").count(),
        "notifications/maildelivery/?state__exact=queued",
    )
    unsent = ShortMessage.objects.exclude(state=MailState.SENT)
    yield Trouble(
        _("Tin nhắn bị từ chối trong ngày qua"),
        unsent.filter(state=MailState.FAILED, refused_at__gt=now - RECENTLY).count(),
        "notifications/shortmessage/?state__exact=failed",
    )
    yield Trouble(
        _("Tin nhắn chờ gửi quá lâu"),
        unsent.filter(state=MailState.QUEUED, queued_at__lt=now - LATE_AFTER).count(),
        "notifications/shortmessage/?state__exact=queued",
    )


@finds_trouble("bounces", _("Thư trả lại"))
def bounces_unread() -> Iterable[Trouble]:
    """Asked apart: a dead cache must not silence what is wrong with the mails themselves."""
    if settings.BOUNCE_MAILDIR or settings.BOUNCE_IMAP_HOST:
        read_at = bounces_read_at()
        is_late = read_at is None or bool(late_by(read_at))
        yield Trouble(_("Hộp thư nhận thư trả lại không đọc được (địa chỉ, mật khẩu)"), int(is_late))
