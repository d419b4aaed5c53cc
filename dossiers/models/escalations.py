"""Who was told that a date of a dossier came near or passed, and what they said to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import EscalationLevel
from dossiers.models.dossier import Dossier
from dossiers.models.handoffs import Handoff


class Escalation(models.Model):
    """One level told once of one cause about one date. `cause` is the key of a class in `selectors.lateness`.

    With `handoff` it is about that answer of another agency: several of a dossier can be late side by side.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="escalations")
    cause = models.CharField(_("việc"), max_length=40)
    level = models.PositiveSmallIntegerField(_("báo cho"), choices=EscalationLevel)
    about_at = models.DateTimeField(_("mốc"))
    handoff = models.ForeignKey(
        Handoff,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="escalations",
        verbose_name=_("phần việc liên thông"),
    )
    # Whose delay it is, at that moment.
    agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("cơ quan đang giữ")
    )
    raised_at = models.DateTimeField(_("báo lúc"))
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người đã biết"),
    )
    acknowledged_at = models.DateTimeField(_("đã biết lúc"), null=True, blank=True)
    # Until then the next level is not told.
    handle_before = models.DateTimeField(_("sẽ xử lý trước"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("lần báo chậm")
        verbose_name_plural = _("các lần báo chậm")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "cause", "level", "about_at", "handoff"],
                name="escalation_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="escalation_level_known", condition=Q(level__in=EscalationLevel.values)),
            models.CheckConstraint(
                name="escalation_acknowledged_whole",
                condition=Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True, handle_before__isnull=True)
                | Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False, handle_before__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.cause}/{self.level}"


class EscalationNotice(models.Model):
    """A person who is told of an escalation; `settled_at` is null until the mail is queued or no longer true."""

    escalation = models.ForeignKey(Escalation, on_delete=models.CASCADE, related_name="notices")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        verbose_name = _("người được báo")
        verbose_name_plural = _("người được báo")
        constraints = [models.UniqueConstraint(fields=["escalation", "recipient"], name="escalation_notice_once")]
        indexes = [
            models.Index(
                fields=["recipient", "id"], name="escalation_notice_waiting", condition=Q(settled_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.escalation_id}/{self.recipient_id}"
