"""Who agreed that which paper is used again, for which dossier."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ConsentAct


class ReuseConsent(models.Model):
    """One line a tick, and one when it is taken back; written once. It outlives a draft that is thrown away.

    `person` is whose dossier it is, `recorded_by` who ticked: the same, or the officer at the desk in front of whom the
    person agreed. `earlier_file_id` is the key of a file of an earlier dossier; with a paper of the vault it is empty.
    """

    dossier_public_id = models.UUIDField(_("hồ sơ"))
    document_key = models.CharField(_("thành phần hồ sơ"), max_length=60)
    act = models.CharField(_("việc"), max_length=12, choices=ConsentAct)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người đồng ý")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người ghi")
    )
    paper = models.ForeignKey(
        "vault.IssuedPaper",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("giấy tờ trong kho"),
    )
    earlier_file_id = models.BigIntegerField(_("tệp của hồ sơ trước"), null=True, blank=True)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        ordering = ["-id"]
        verbose_name = _("đồng ý dùng lại giấy tờ")
        verbose_name_plural = _("đồng ý dùng lại giấy tờ")
        constraints = [
            models.CheckConstraint(name="reuse_consent_act_known", condition=Q(act__in=ConsentAct.values)),
            models.CheckConstraint(
                name="reuse_consent_names_one_source",
                condition=Q(paper__isnull=False, earlier_file_id__isnull=True)
                | Q(paper__isnull=True, earlier_file_id__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["dossier_public_id", "id"], name="reuse_consent_of_dossier")]
        triggers = [pgtrigger.Protect(name="reuse_consents_are_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.dossier_public_id} {self.document_key} {self.act}"
