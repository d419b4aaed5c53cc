"""Outbox rows: what happened, and one delivery per registered handler (ARCHITECTURE 5)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """A committed fact. Written in the transaction of the change it tells of; never updated."""

    name = models.CharField(_("sự kiện"), max_length=80)
    # What it is about, for example "dossier:42"; lets an administrator follow one subject.
    subject = models.CharField(_("đối tượng"), max_length=80, db_index=True)
    # Ids and numbers only, never personal data.
    payload = models.JSONField(_("nội dung"))
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("sự kiện hộp thư đi")
        verbose_name_plural = _("sự kiện hộp thư đi")

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"


class DeliveryState(models.TextChoices):
    """PENDING is tried again until DONE; PARKED waits for an administrator; RECALLED never runs, its cause was undone."""

    PENDING = "pending", _("Chờ chạy")
    DONE = "done", _("Đã xong")
    PARKED = "parked", _("Tạm gác")
    RECALLED = "recalled", _("Đã thu hồi")


class OutboxDelivery(models.Model):
    """One handler's work on one event."""

    event = models.ForeignKey(OutboxEvent, on_delete=models.PROTECT, related_name="deliveries")
    handler = models.CharField(_("nơi xử lý"), max_length=80)
    state = models.CharField(_("trạng thái"), max_length=8, choices=DeliveryState, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(_("số lần chạy"), default=0)
    next_attempt_at = models.DateTimeField(_("lần chạy tới"))
    # The error's code or class, never its text: texts can carry what a person typed.
    last_error = models.CharField(_("lỗi gần nhất"), max_length=120, blank=True)
    done_at = models.DateTimeField(_("xong lúc"), null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("lượt xử lý hộp thư đi")
        verbose_name_plural = _("lượt xử lý hộp thư đi")
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="outbox_delivery_once_per_handler")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], name="outbox_delivery_due", condition=models.Q(state=DeliveryState.PENDING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.handler} #{self.event_id}"
