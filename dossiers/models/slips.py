"""Issued slips: printable again as they were."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dossiers.enums import SlipOccasion
from dossiers.models.dossier import Dossier


class ReceiptSlip(models.Model):
    """Form 01 as issued (TT 01/2018/TT-VPCP; form version kept), one for each occasion."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="receipt_slips")
    occasion = models.CharField(_("lúc"), max_length=12, choices=SlipOccasion)
    form_version = models.CharField(_("phiên bản mẫu"), max_length=40)
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("lập lúc"))

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("giấy tiếp nhận")
        verbose_name_plural = _("giấy tiếp nhận")
        constraints = [models.UniqueConstraint(fields=["dossier", "occasion"], name="receipt_slip_once_per_occasion")]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.occasion}"
