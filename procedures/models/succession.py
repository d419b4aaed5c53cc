"""Codes change when a law moves a procedure: other codes a procedure is found under, and what replaces it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from procedures.models.catalogue import Procedure
from procedures.validators import ALIAS_PATTERN, validate_alias


class ProcedureAlias(models.Model):
    """Another code of a procedure: its old one, or the form an agency uses (1.001193.000.00.00.H56; DOMAIN 4.2).

    Stored in upper case, as it is looked up. A procedure's own code always goes before an alias.
    """

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("thủ tục")
    )
    code = models.CharField(_("mã khác"), max_length=40, unique=True, validators=[validate_alias])
    note = models.CharField(
        _("ghi chú"), max_length=200, blank=True, help_text=_("Ví dụ: mã cũ, trước khi chuyển sang Bộ Công an.")
    )

    class Meta:
        ordering = ["procedure_id", "code"]
        verbose_name = _("mã khác của thủ tục")
        verbose_name_plural = _("mã khác của thủ tục")
        constraints = [
            models.CheckConstraint(
                name="procedure_alias_has_its_shape",
                condition=Q(code__regex=ALIAS_PATTERN),
                violation_error_message=_("Mã chỉ gồm chữ không dấu, số, dấu chấm và dấu gạch, dài nhất 40."),
            )
        ]

    def __str__(self) -> str:
        return self.code


class ProcedureReplacement(models.Model):
    """`procedure` is replaced by `successor` from a day on. One may be split into several, several merged into one."""

    procedure = models.ForeignKey(
        Procedure, on_delete=models.CASCADE, related_name="replacements", verbose_name=_("thủ tục bị thay thế")
    )
    successor = models.ForeignKey(
        Procedure, on_delete=models.PROTECT, related_name="replaced_procedures", verbose_name=_("được thay bằng")
    )
    replaced_from = models.DateField(_("từ ngày"))
    reason = models.CharField(_("lý do"), max_length=300, blank=True)

    class Meta:
        ordering = ["procedure_id", "successor_id"]
        verbose_name = _("thủ tục thay thế")
        verbose_name_plural = _("thủ tục thay thế")
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "successor"],
                name="procedure_replacement_once",
                violation_error_message=_("Thủ tục thay thế này đã được ghi."),
            ),
            models.CheckConstraint(
                name="procedure_not_replaced_by_itself",
                condition=~Q(procedure=F("successor")),
                violation_error_message=_("Một thủ tục không thay thế chính nó."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} -> {self.successor_id}"
