"""Supplement requests: what must be added or mended, asked once (DOMAIN 5.1)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class SupplementRequest(models.Model):
    """One request with its items; `answered_at` is null while the citizen has not answered."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplements")
    reason = models.TextField(_("lý do"))
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("yêu cầu lúc"))
    answered_at = models.DateTimeField(_("bổ sung lúc"), null=True, blank=True)
    answer_note = models.TextField(_("lời nhắn của người nộp"), blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("yêu cầu bổ sung")
        verbose_name_plural = _("yêu cầu bổ sung")
        constraints = [
            # The law allows one. A later exception with an approver will need its own column here.
            models.UniqueConstraint(fields=["dossier"], name="supplement_request_once_per_dossier")
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}"


class SupplementItem(models.Model):
    """One thing to add or mend: a slot of the dossier, or something in the declaration (no slot)."""

    request = models.ForeignKey(SupplementRequest, on_delete=models.PROTECT, related_name="items")
    component = models.ForeignKey(
        "dossiers.DossierComponent", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    what = models.TextField(_("cần bổ sung gì"))

    class Meta:
        ordering = ["request_id", "id"]
        verbose_name = _("mục bổ sung")
        verbose_name_plural = _("mục bổ sung")

    def __str__(self) -> str:
        return f"{self.request_id}/{self.pk}"
