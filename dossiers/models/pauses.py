"""When and why the legal clock of a dossier stood still."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import PauseCause
from dossiers.models.dossier import Dossier


class ClockPause(models.Model):
    """One suspension; open while `ended_at` is null, at most one open a dossier."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="pauses")
    cause = models.CharField(_("lý do"), max_length=12, choices=PauseCause)
    started_at = models.DateTimeField(_("từ"))
    # Who stopped the clock, as shown then, and why in the words the citizen was given.
    by_name = models.CharField(_("người dừng"), max_length=120, blank=True)
    reason = models.TextField(_("nội dung"), blank=True)
    ended_at = models.DateTimeField(_("đến"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "started_at"]
        verbose_name = _("khoảng dừng đồng hồ")
        verbose_name_plural = _("khoảng dừng đồng hồ")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], name="clock_pause_one_open", condition=Q(ended_at__isnull=True)
            ),
            models.CheckConstraint(
                name="clock_pause_ends_after_start",
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.cause}"
