"""The apology with a new date (NĐ 61/2018 art. 19, form 04): proposed, then approved or declined by the signer."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dossiers.models.dossier import Dossier

MAX_REASON = 1000


class Reschedule(models.Model):
    """One proposal. At most one a dossier is ever approved, and at most one is open at a time."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="reschedules")
    old_due_at = models.DateTimeField(_("hẹn trả cũ"))
    new_due_at = models.DateTimeField(_("hẹn trả mới"))
    # How the proposed date was counted: so many working days after that instant. Null when a person chose the date.
    counted_from = models.DateTimeField(_("tính từ"), null=True, blank=True)
    counted_days = models.PositiveSmallIntegerField(_("số ngày làm việc"), null=True, blank=True)
    reason = models.TextField(_("lý do chậm"), blank=True, max_length=MAX_REASON)
    # Null: the system proposed it because the date came near.
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người đề nghị"),
    )
    proposed_at = models.DateTimeField(_("đề nghị lúc"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người duyệt"),
    )
    approved_at = models.DateTimeField(_("duyệt lúc"), null=True, blank=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("người không duyệt"),
    )
    declined_at = models.DateTimeField(_("không duyệt lúc"), null=True, blank=True)

    class Meta:
        ordering = ["dossier_id", "id"]
        verbose_name = _("xin lỗi và hẹn lại")
        verbose_name_plural = _("xin lỗi và hẹn lại")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"], name="reschedule_approved_once", condition=Q(approved_at__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                name="reschedule_one_open",
                condition=Q(approved_at__isnull=True, declined_at__isnull=True),
            ),
            models.CheckConstraint(name="reschedule_is_later", condition=Q(new_due_at__gt=F("old_due_at"))),
            models.CheckConstraint(
                name="reschedule_approved_with_reason_and_name",
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="reschedule_declined_with_name",
                condition=Q(declined_at__isnull=True, declined_by__isnull=True)
                | Q(declined_at__isnull=False, declined_by__isnull=False, approved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.approved_at is None and self.declined_at is None
