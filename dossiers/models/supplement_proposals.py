"""Proposals to ask for a supplement once more, which the law allows only as an exception (DOMAIN 5.1)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier


class SupplementProposal(models.Model):
    """What a case officer wants to ask for once more, and why; a signer of the resolving agency decides.

    Open while `decided_at` is null and the dossier is received or processed. It waits while a fee is waited for, and has
    lapsed, undecided, once the dossier has ended.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="supplement_proposals")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người đề nghị")
    )
    proposed_at = models.DateTimeField(_("đề nghị lúc"))
    # Why the guidance given was not followed by the supplement; for the approver, not for the citizen.
    why = models.TextField(_("vì sao cần thêm một lần"))
    note = models.TextField(_("lời nhắn chung"), blank=True)
    # Objects with the id of a slot or the key of a field, a row or null, the name and the reason.
    items = models.JSONField(_("các mục"), default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người quyết định"),
    )
    decided_at = models.DateTimeField(_("quyết định lúc"), null=True, blank=True)
    is_approved = models.BooleanField(_("được duyệt"), null=True, blank=True)
    decision_note = models.TextField(_("ý kiến của người quyết định"), blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("đề nghị yêu cầu bổ sung thêm")
        verbose_name_plural = _("đề nghị yêu cầu bổ sung thêm")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], name="supplement_proposal_one_open", condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(name="supplement_proposal_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="supplement_proposal_decided_wholly",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, is_approved__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, is_approved__isnull=False),
            ),
            models.CheckConstraint(
                name="supplement_proposal_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="decided_proposal_is_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.pk}"
