"""Issued slips: printable again as they were, also after templates and facts have changed."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import SLIPS_OF_A_DOSSIER, SlipKind
from dossiers.models.dossier import Dossier


class IssuedSlip(models.Model):
    """A paper of a dossier as it was issued: the stored PDF is the slip, the row says why and under which form.

    `cause` is what it was issued for, in a word of the kind: "submitted" and "received" (receipt), "journal:7" (the
    journal line that requested, refused or stopped), "version:9" (control sheet up to that line), or the caller's own
    word (apology). One slip a cause. Only voiding changes a row: a control sheet whose last line is undone is voided and
    stays; a paper that a citizen may hold is never voided, because with it the undoing comes too late (decision 0027).
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="slips")
    kind = models.CharField(
        _("loại"), max_length=24, choices=[choice for choice in SlipKind.choices if choice[0] in SLIPS_OF_A_DOSSIER]
    )
    cause = models.CharField(_("căn cứ lập"), max_length=60)
    form_code = models.CharField(_("mẫu số"), max_length=8)
    form_version = models.CharField(_("ban hành theo"), max_length=40)
    # Number of the paper, from the dossier's code; blank for a form whose number is the dossier's code itself.
    number = models.CharField(_("số"), max_length=80, blank=True)
    document = models.OneToOneField("documents.StoredDocument", on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("lập lúc"))
    # Null: issued by the system, after what an officer did.
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người lập"),
    )
    voided_at = models.DateTimeField(_("hủy lúc"), null=True, blank=True)
    void_reason = models.CharField(_("lý do hủy"), max_length=255, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("phiếu đã lập")
        verbose_name_plural = _("phiếu đã lập")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "kind", "cause"],
                name="issued_slip_once_per_cause",
                condition=Q(voided_at__isnull=True),
            ),
            models.UniqueConstraint(fields=["number"], name="issued_slip_number_once", condition=~Q(number="")),
            models.CheckConstraint(
                name="issued_slip_kind_known", condition=Q(kind__in=sorted(kind.value for kind in SLIPS_OF_A_DOSSIER))
            ),
            models.CheckConstraint(
                name="issued_slip_voided_with_reason",
                condition=Q(voided_at__isnull=True, void_reason="") | (Q(voided_at__isnull=False) & ~Q(void_reason="")),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="issued_slip_stays_as_issued",
                fields=[
                    *("id", "dossier", "kind", "cause", "form_code", "form_version", "number", "document"),
                    *("issued_at", "issued_by"),
                ],
            ),
            pgtrigger.Protect(name="issued_slips_are_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.kind} {self.cause}"

    @property
    def form_name(self) -> str:
        """As printed in its corner: Mẫu số 02, TT 03/2025/TT-VPCP."""
        return f"Mẫu số {self.form_code}, {self.form_version}"

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None
