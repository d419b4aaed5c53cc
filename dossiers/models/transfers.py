"""A reorganisation: open dossiers go from an agency to its successor in bulk (DOMAIN 12 item 6)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TransferState(models.TextChoices):
    """PREPARED can still be changed or dropped; RUNNING goes on by itself, also after a crash."""

    PREPARED = "prepared", _("Chưa chuyển")
    RUNNING = "running", _("Đang chuyển")
    DONE = "done", _("Đã chuyển xong")


class AgencyTransfer(models.Model):
    """One move of all open dossiers (or those of some policy areas) from one agency to another."""

    from_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("từ cơ quan")
    )
    to_agency = models.ForeignKey(
        "accounts.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("sang cơ quan")
    )
    # None chosen: every one. Several transfers share out an agency whose work goes to several successors.
    policy_areas = models.ManyToManyField(
        "procedures.PolicyArea",
        blank=True,
        related_name="+",
        verbose_name=_("chỉ các lĩnh vực"),
        help_text=_("Để trống: mọi lĩnh vực. Khi việc được chia cho nhiều cơ quan, lập mỗi cơ quan một lần chuyển."),
    )
    decision_number = models.CharField(_("theo quyết định số"), max_length=80)
    effective_on = models.DateField(_("từ ngày"))
    moves_postings = models.BooleanField(
        _("cán bộ giữ vai trò ở cơ quan mới"),
        default=True,
        help_text=_("Người đang giữ hồ sơ tiếp tục giữ nếu có cùng vai trò ở cơ quan mới."),
    )
    closes_predecessor = models.BooleanField(
        _("cơ quan cũ kết thúc"),
        default=False,
        help_text=_("Cơ quan cũ và phân công ở đó hết hạn hôm trước ngày chuyển."),
    )
    state = models.CharField(_("trạng thái"), max_length=8, choices=TransferState, default=TransferState.PREPARED)
    moved_count = models.PositiveIntegerField(_("đã chuyển"), default=0)
    # {dossier code: error code} of those that could not go; they are tried again when the transfer is started again.
    failures = models.JSONField(_("chưa chuyển được"), default=dict, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người lập"), null=True
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("người chuyển"), null=True
    )
    created_at = models.DateTimeField(_("lập lúc"), auto_now_add=True)
    started_at = models.DateTimeField(_("bắt đầu lúc"), null=True)
    finished_at = models.DateTimeField(_("xong lúc"), null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("lần chuyển hồ sơ")
        verbose_name_plural = _("chuyển hồ sơ sang cơ quan kế thừa")
        constraints = [
            models.CheckConstraint(
                name="agency_transfer_is_to_another",
                condition=~Q(from_agency=F("to_agency")),
                violation_error_message=_("Cơ quan nhận phải khác cơ quan chuyển."),
            ),
            models.CheckConstraint(
                name="agency_transfer_started_has_who_and_when",
                condition=Q(state=TransferState.PREPARED) | Q(started_by__isnull=False, started_at__isnull=False),
            ),
            models.CheckConstraint(
                name="agency_transfer_done_has_instant",
                condition=~Q(state=TransferState.DONE) | Q(finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_agency} → {self.to_agency}"
