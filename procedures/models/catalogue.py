"""What the catalogue lists: policy areas and procedures."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from procedures.validators import PROCEDURE_CODE_PATTERN, validate_procedure_code


class PolicyArea(models.Model):
    """A field of state management (lĩnh vực), for example "Hộ tịch"."""

    name = models.CharField(_("tên lĩnh vực"), max_length=200, unique=True)
    slug = models.SlugField(_("tên trong địa chỉ"), max_length=200, unique=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("lĩnh vực")
        verbose_name_plural = _("lĩnh vực")

    def __str__(self) -> str:
        return self.name


class Procedure(models.Model):
    """An administrative procedure under its national code. Its text lives in revisions."""

    code = models.CharField(_("mã thủ tục"), max_length=8, unique=True, validators=[validate_procedure_code])
    name = models.CharField(_("tên thủ tục"), max_length=1000)
    policy_area = models.ForeignKey(
        PolicyArea, on_delete=models.PROTECT, related_name="procedures", verbose_name=_("lĩnh vực")
    )
    kind = models.CharField(_("loại thủ tục"), max_length=120, blank=True)
    # Folded code, name and area; written by `services`, indexed by trigram (migration 0002).
    search_text = models.TextField(editable=False, default="")
    # 4 minus the highest level on offer: those that can be done online are listed first. A hint for ordering, refreshed
    # by `services.refresh_listing_rank`; what is on offer is told by `ServiceOffering` alone.
    listing_rank = models.PositiveSmallIntegerField(editable=False, default=3)
    # The revision in force, or null while there has never been one. Always a published revision of this procedure.
    current_revision = models.ForeignKey(
        "procedures.ProcedureRevision",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("phiên bản đang công bố"),
    )
    created_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)
    updated_at = models.DateTimeField(_("sửa lúc"), auto_now=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("thủ tục hành chính")
        verbose_name_plural = _("thủ tục hành chính")
        constraints = [
            models.CheckConstraint(
                name="procedure_code_has_its_shape",
                condition=Q(code__regex=PROCEDURE_CODE_PATTERN),
                violation_error_message=_("Mã thủ tục có dạng 1.004194: một chữ số, dấu chấm, sáu chữ số."),
            ),
            models.CheckConstraint(
                name="procedure_has_a_name",
                condition=~Q(name=""),
                violation_error_message=_("Thủ tục phải có tên."),
            ),
        ]
        indexes = [models.Index(fields=["listing_rank", "code"], name="procedure_listing")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
