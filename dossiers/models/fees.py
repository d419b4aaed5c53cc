"""What a fee hangs on beside its rule: a number an officer counted, and a claim to pay less (decision 0041)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ClaimState
from dossiers.models.dossier import Dossier
from portal.documents.enums import ScanState

_UNDECIDED = ClaimState.CLAIMED.value


class FeeQuantity(models.Model):
    """How many units of one fee this dossier has, counted by an officer; the last count stands, the journal keeps all."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="fee_quantities")
    fee_rule = models.ForeignKey(
        "procedures.FeeRule", on_delete=models.PROTECT, related_name="+", verbose_name=_("khoản thu")
    )
    quantity = models.PositiveIntegerField(_("số lượng"))
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("cán bộ ghi")
    )
    noted_at = models.DateTimeField(_("ghi lúc"))

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("số lượng để tính phí")
        verbose_name_plural = _("số lượng để tính phí")
        constraints = [models.UniqueConstraint(fields=["dossier", "fee_rule"], name="fee_quantity_one_a_rule")]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.quantity}"


class ReliefClaim(models.Model):
    """A person says that they belong to a category that pays less, with proof; an officer accepts or refuses.

    CLAIMED until it is decided; with the draft it can be changed and withdrawn. `category_*` as they were when claimed:
    what the category is let off is said in the fee rules of the dossier's revision. Without a file the proof is shown at
    the desk.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="relief_claims")
    category_key = models.CharField(_("mã đối tượng"), max_length=40)
    category_name = models.CharField(_("đối tượng"), max_length=160)
    state = models.CharField(_("trạng thái"), max_length=8, choices=ClaimState, default=ClaimState.CLAIMED)
    proof = models.ForeignKey(
        "documents.StoredDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("giấy tờ chứng minh"),
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người đề nghị")
    )
    claimed_at = models.DateTimeField(_("đề nghị lúc"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("cán bộ quyết định"),
    )
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    # The citizen reads it.
    reason = models.CharField(_("lý do"), max_length=500, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("đề nghị miễn, giảm")
        verbose_name_plural = _("đề nghị miễn, giảm")
        constraints = [
            models.CheckConstraint(name="relief_claim_state_known", condition=Q(state__in=ClaimState.values)),
            models.CheckConstraint(
                name="relief_claim_names_its_category", condition=~Q(category_key="") & ~Q(category_name="")
            ),
            models.CheckConstraint(
                name="relief_claim_decided_wholly",
                condition=Q(state=_UNDECIDED, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state=_UNDECIDED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="relief_claim_decided_with_a_reason",
                condition=Q(state=_UNDECIDED, reason="") | (~Q(state=_UNDECIDED) & ~Q(reason="")),
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                name="relief_claim_one_that_counts",
                condition=Q(state__in=sorted([ClaimState.CLAIMED.value, ClaimState.ACCEPTED.value])),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_relief_claim_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=_UNDECIDED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}: {self.category_key}"

    @property
    def is_undecided(self) -> bool:
        return self.state == ClaimState.CLAIMED

    @property
    def has_infected_proof(self) -> bool:
        """Malware was found in the file: no officer can open it, so the dossier is not filed with it."""
        return self.proof is not None and self.proof.scan_state == ScanState.INFECTED
