"""Categories of persons who are let off fees and duties (Luật Phí và lệ phí 97/2015/QH13, điều 10): data, edited in admin."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

_KEY = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class ReliefCategory(models.Model):
    """One category. Fee rules name it by its key, which never changes; what a rule grants it is said in the rule.

    One that is no longer granted is switched off: claims and charges of old speak of it.
    """

    key = models.CharField(
        _("mã"), max_length=40, unique=True, validators=[RegexValidator(_KEY, _("Chữ thường không dấu, nối bằng “-”."))]
    )
    name = models.CharField(_("đối tượng"), max_length=160, unique=True)
    proof = models.CharField(
        _("giấy tờ chứng minh"), max_length=300, help_text=_("Người nộp đọc câu này khi chọn đối tượng.")
    )
    legal_basis = models.CharField(_("căn cứ"), max_length=300, blank=True)
    is_active = models.BooleanField(_("còn áp dụng"), default=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = _("đối tượng miễn, giảm")
        verbose_name_plural = _("đối tượng miễn, giảm")
        constraints = [
            models.CheckConstraint(
                name="relief_category_key_has_its_shape",
                condition=Q(key__regex=_KEY),
                violation_error_message=_("Chữ thường không dấu, nối bằng “-”."),
            ),
            models.CheckConstraint(name="relief_category_names_its_proof", condition=~Q(name="") & ~Q(proof="")),
        ]

    def __str__(self) -> str:
        return self.name
