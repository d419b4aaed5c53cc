"""Kinds of papers, as the national list of results names them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PaperKind(models.Model):
    """One kind: birth certificate, driving licence. Required documents and results name a kind by its code.

    `public_keys` lists the facts of a paper of this kind that anyone who holds its code may read; whatever is not
    named stays with owner and agency. `months_valid` is empty for papers that do not expire.
    """

    code = models.CharField(_("mã kết quả"), max_length=40, unique=True)
    name = models.CharField(_("tên giấy tờ"), max_length=255)
    public_keys = models.JSONField(_("thông tin công khai khi xác minh"), default=list, blank=True)
    months_valid = models.PositiveSmallIntegerField(
        _("thời hạn (tháng)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    is_reusable = models.BooleanField(
        _("dùng lại được"),
        default=True,
        help_text=_("Khi hồ sơ khác cần giấy tờ này, cổng đề nghị dùng bản trong kho thay cho việc nộp lại."),
    )

    class Meta:
        ordering = ["name", "id"]
        verbose_name = _("loại giấy tờ")
        verbose_name_plural = _("loại giấy tờ")
        constraints = [models.CheckConstraint(name="paper_kind_months_positive", condition=Q(months_valid__gt=0))]

    def __str__(self) -> str:
        return self.name
