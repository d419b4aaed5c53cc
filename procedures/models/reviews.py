"""What people decided about values that an import read: one line a decision, with what was read beside it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.enums import Channel, ReviewDecision, ReviewedValue
from procedures.models.catalogue import Procedure
from procedures.models.immutability import journal_guard
from procedures.models.revisions import ProcedureRevision


class ValueReview(models.Model):
    """One decision about one term or fee of an imported revision. Append-only: a change of mind is another line.

    `read` and `decided` hold `{"value": "15", "unit": "working_day", "text": "..."}` for a term and
    `{"amount": 135000, "text": "..."}` for a fee; `decided` is `{}` when the value was struck out.
    """

    procedure = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="value_reviews", verbose_name=_("thủ tục")
    )
    read_in = models.ForeignKey(
        ProcedureRevision, on_delete=models.PROTECT, related_name="value_reviews", verbose_name=_("đọc ở phiên bản")
    )
    kind = models.CharField(_("loại"), max_length=4, choices=ReviewedValue)
    # Position of the row in its revision: a copy of the revision has the row at the same one.
    row_order = models.PositiveSmallIntegerField(_("dòng"))
    channel = models.CharField(_("cách nộp"), max_length=9, choices=Channel, blank=True)
    read = models.JSONField(_("đã đọc"))
    flags = models.JSONField(_("điểm cần rà soát"), default=list, blank=True)
    decision = models.CharField(_("quyết định"), max_length=9, choices=ReviewDecision)
    decided = models.JSONField(_("giá trị quyết định"), default=dict, blank=True)
    # Number of the draft that took the decision; the draft itself may be thrown away again.
    draft_number = models.PositiveIntegerField(_("vào bản nháp số"))
    note = models.CharField(_("ghi chú"), max_length=300, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("tài khoản"),
    )
    actor_name = models.CharField(_("người quyết định"), max_length=120, blank=True)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        ordering = ["-id"]
        verbose_name = _("quyết định rà soát")
        verbose_name_plural = _("quyết định rà soát")
        indexes = [models.Index(fields=["read_in", "kind", "row_order"], name="value_review_of_row")]
        constraints = [
            models.CheckConstraint(name="value_review_kind_is_known", condition=Q(kind__in=ReviewedValue.values)),
            models.CheckConstraint(
                name="value_review_decision_is_known", condition=Q(decision__in=ReviewDecision.values)
            ),
        ]
        triggers = [journal_guard()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.procedure_id}/{self.row_order}: {self.get_decision_display()}"
