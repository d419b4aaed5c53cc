"""One mail to one person, as it was worded when it was promised."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.notifications.enums import MailState
from portal.notifications.models.wordings import MailWording


class MailDelivery(models.Model):
    """Rendered at queue time, so that a template changed later does not alter what a person is told.

    `cause` names what the mail is for, for example `dossier:42:received:1`; with kind and address it is unique, so a
    repeat of the cause cannot mail twice (PITFALLS 15, 23, 24). `message_id` stays the same over all attempts.
    `is_confidential` mails (sign-in codes, reset links) lose their text as soon as it has served.

    Mails with one `thread` and address go out in the order of `position` and then of writing, those written within the
    folding window as one message: their `bundle_lead` is the row whose `message_id` and `references` are on the wire, and
    all rows of a bundle change state together. What belongs to a bundle is fixed before its first attempt.
    """

    kind = models.CharField(_("loại thư"), max_length=80)
    cause = models.CharField(_("nguyên do"), max_length=120)
    recipient_email = models.EmailField(_("địa chỉ nhận"), max_length=254)
    recipient_name = models.CharField(_("người nhận"), max_length=120, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("tài khoản"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    language = models.CharField(_("ngôn ngữ"), max_length=8)
    subject = models.CharField(_("tiêu đề"), max_length=200)
    text_body = models.TextField(_("nội dung"), blank=True)
    html_body = models.TextField(_("nội dung HTML"), blank=True)
    # The edited wording it was made from; null: the portal's own.
    wording = models.ForeignKey(
        MailWording,
        verbose_name=_("bản lời thư"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    is_confidential = models.BooleanField(_("có mã hoặc liên kết riêng"), default=False)
    message_id = models.CharField(_("mã thư (Message-ID)"), max_length=200, unique=True)
    # What it is about, for example "dossier:42"; blank: nothing that other mails are about.
    thread = models.CharField(_("chuỗi thư"), max_length=80, blank=True)
    thread_label = models.CharField(_("tên chuỗi thư"), max_length=80, blank=True)
    position = models.PositiveIntegerField(_("thứ tự trong chuỗi"), default=0)
    bundle_lead = models.ForeignKey(
        "self",
        verbose_name=_("gửi chung với"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bundle",
    )
    # Message-IDs of the first and the last message before it, as its headers name them.
    references = models.CharField(max_length=410, blank=True, editable=False)
    state = models.CharField(_("trạng thái"), max_length=8, choices=MailState, default=MailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)
    # A code of ours or the server's three digits, never its words: servers repeat addresses in them.
    last_error = models.CharField(_("lỗi gần nhất"), max_length=40, blank=True)
    queued_at = models.DateTimeField(_("ghi lúc"), auto_now_add=True)
    sent_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    # Null for what was refused before this was written down.
    refused_at = models.DateTimeField(_("bị từ chối lúc"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("bị trả lại lúc"), null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("thư điện tử")
        verbose_name_plural = _("thư điện tử")
        constraints = [
            models.UniqueConstraint(fields=["cause", "kind", "recipient_email"], name="mail_once_per_cause"),
            models.CheckConstraint(name="mail_state_known", condition=Q(state__in=MailState.values)),
            models.CheckConstraint(
                name="mail_sent_at_with_sent",
                condition=Q(state__in=["sent", "bounced"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "bounced"]) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="mail_refused_at_of_failed", condition=Q(state="failed") | Q(refused_at__isnull=True)
            ),
            models.CheckConstraint(
                name="mail_bounced_at_with_bounced",
                condition=Q(state="bounced", bounced_at__isnull=False)
                | (~Q(state="bounced") & Q(bounced_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["queued_at"], name="mail_not_sent", condition=~Q(state="sent")),
            models.Index(fields=["thread", "recipient_email"], name="mail_thread", condition=~Q(thread="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def has_text(self) -> bool:
        return bool(self.text_body)
