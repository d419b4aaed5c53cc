"""The raw evidence: what a provider told us, with the verdict on its signature."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from payments.enums import MessageKind, Verdict
from payments.models.attempts import PaymentAttempt
from payments.models.refunds import Refund


class ProviderMessage(models.Model):
    """One message as it came, written once. `raw` holds its parameters and never a key of ours.

    `fingerprint` is the SHA-256 of kind and parameters: the same message delivered again is the same row.
    """

    provider = models.CharField(_("cổng"), max_length=16)
    kind = models.CharField(_("loại"), max_length=16, choices=MessageKind)
    fingerprint = models.CharField(_("dấu vân tay"), max_length=64)
    reference = models.CharField(_("mã giao dịch gửi cổng"), max_length=100, blank=True, db_index=True)
    raw = models.JSONField(_("nội dung"))
    is_authentic = models.BooleanField(_("chữ ký đúng"))
    verdict = models.CharField(_("kết luận"), max_length=24, choices=Verdict)
    received_at = models.DateTimeField(_("nhận lúc"), auto_now_add=True)
    attempt = models.ForeignKey(
        PaymentAttempt,
        on_delete=models.PROTECT,
        related_name="messages",
        null=True,
        blank=True,
        verbose_name=_("lần thanh toán"),
    )
    refund = models.ForeignKey(
        Refund,
        on_delete=models.PROTECT,
        related_name="messages",
        null=True,
        blank=True,
        verbose_name=_("lần hoàn tiền"),
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("thông điệp của cổng")
        verbose_name_plural = _("thông điệp của cổng")
        constraints = [
            models.UniqueConstraint(fields=["provider", "fingerprint"], name="provider_message_unique_per_provider"),
            models.CheckConstraint(name="provider_message_kind_known", condition=models.Q(kind__in=MessageKind.values)),
            models.CheckConstraint(
                name="provider_message_verdict_known", condition=models.Q(verdict__in=Verdict.values)
            ),
            models.CheckConstraint(
                name="provider_message_only_authentic_ones_settle",
                condition=models.Q(is_authentic=True) | ~models.Q(verdict="settled"),
            ),
            models.CheckConstraint(
                name="provider_message_return_settles_nothing",
                condition=~models.Q(kind="return") | ~models.Q(verdict="settled"),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="provider_message_is_written_once", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} #{self.pk}"
