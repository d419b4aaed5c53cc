"""Who did what with a paper, and who looked at it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.core.actors import ActorKind
from portal.vault.enums import PaperAct
from portal.vault.models.papers import IssuedPaper


class PaperLogEntry(models.Model):
    """One line, written once. `actor_name` is as it was; `details` holds ids and codes, never what a paper says."""

    paper = models.ForeignKey(IssuedPaper, on_delete=models.PROTECT, related_name="log", verbose_name=_("giấy tờ"))
    act = models.CharField(_("việc"), max_length=16, choices=PaperAct)
    at = models.DateTimeField(_("lúc"))
    actor_kind = models.CharField(max_length=16)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("người thực hiện"),
    )
    actor_name = models.CharField(_("tên người thực hiện"), max_length=120, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("dòng nhật ký giấy tờ")
        verbose_name_plural = _("nhật ký giấy tờ")
        constraints = [
            models.CheckConstraint(name="paper_log_act_known", condition=Q(act__in=PaperAct.values)),
            models.CheckConstraint(
                name="paper_log_actor_known", condition=Q(actor_kind__in=[one.value for one in ActorKind])
            ),
        ]
        indexes = [models.Index(fields=["paper", "-id"], name="paper_log_of_paper")]
        triggers = [pgtrigger.Protect(name="paper_log_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.act}"
