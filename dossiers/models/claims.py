"""Who is at work on a dossier this minute, and who looks at it: told to colleagues, never a lock."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class WorkClaim(models.Model):
    """A lease: until `expires_at` colleagues are warned before they act. Nothing sweeps: expiry is a comparison."""

    dossier = models.OneToOneField(Dossier, on_delete=models.CASCADE, related_name="claim", primary_key=True)
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    claimed_at = models.DateTimeField(_("nhận việc lúc"))
    expires_at = models.DateTimeField(_("giữ đến"))

    class Meta:
        verbose_name = _("nhận việc")
        verbose_name_plural = _("nhận việc")
        constraints = [
            models.CheckConstraint(name="work_claim_expires_later", condition=Q(expires_at__gt=F("claimed_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}"

    def is_live(self, at: datetime) -> bool:
        return self.expires_at > at


class PresenceMark(models.Model):
    """An officer had the dossier open at `seen_at`; one row for both, renewed while the page stays open."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("đang xem")
        verbose_name_plural = _("đang xem")
        constraints = [models.UniqueConstraint(fields=["dossier", "officer"], name="presence_mark_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.officer_id}"
