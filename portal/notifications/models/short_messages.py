"""One short message (SMS, Zalo) to one person."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.notifications.enums import MailState


class ShortMessage(models.Model):
    """As a mail: worded when it was promised, once per cause and channel. `reference` goes with every attempt, so that a
    provider that saw it already does not send twice."""

    channel = models.CharField(_("cách gửi"), max_length=16)
    kind = models.CharField(_("loại thông báo"), max_length=80)
    cause = models.CharField(_("nguyên do"), max_length=120)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    phone = models.CharField(_("số điện thoại"), max_length=16)
    language = models.CharField(_("ngôn ngữ"), max_length=8)
    thread = models.CharField(_("chuỗi thư"), max_length=80, blank=True)
    label = models.CharField(_("về"), max_length=80, blank=True)
    text = models.CharField(_("nội dung"), max_length=320)
    reference = models.UUIDField(_("mã gửi"), default=uuid4, unique=True, editable=False)
    provider_reference = models.CharField(_("mã của nhà cung cấp"), max_length=100, blank=True)
    state = models.CharField(_("trạng thái"), max_length=8, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    last_error = models.CharField(_("lỗi gần nhất"), max_length=40, blank=True)
    queued_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    # Null for what was refused before this was written down.
    refused_at = models.DateTimeField(_("bị từ chối lúc"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("tin nhắn")
        verbose_name_plural = _("tin nhắn")
        constraints = [
            models.UniqueConstraint(fields=["channel", "kind", "cause", "phone"], name="short_message_once_per_cause"),
            models.CheckConstraint(name="short_message_state_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="short_message_sent_at_with_sent",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="short_message_refused_at_of_failed", condition=Q(state="failed") | Q(refused_at__isnull=True)
            ),
        ]
        indexes = [
            models.Index(fields=["queued_at"], name="short_message_not_sent", condition=~Q(state="sent")),
            models.Index(fields=["thread"], name="short_message_thread", condition=~Q(thread="")),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.kind} #{self.pk}"
