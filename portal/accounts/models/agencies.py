"""Agencies as a dated tree, their one-stop desks, and the dated postings of officers (DOMAIN 12 items 1, 3, 11)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import AgencyLevel, OfficerRole
from portal.core import clock

AGENCY_CODE = RegexValidator(
    r"^[A-Z0-9]+(\.[A-Z0-9]+)*$",
    _("Mã cơ quan gồm chữ in hoa và số, các nhóm cách nhau bằng dấu chấm, ví dụ H36.14."),
)


class Agency(models.Model):
    """An agency under its identification code (QĐ 20/2020/QĐ-TTg: highest level first, at most 35 characters)."""

    code = models.CharField(_("mã định danh"), max_length=35, unique=True, validators=[AGENCY_CODE])
    name = models.CharField(_("tên cơ quan"), max_length=200)
    level = models.CharField(_("cấp"), max_length=12, choices=AgencyLevel)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("cơ quan cấp trên"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    address = models.CharField(_("địa chỉ"), max_length=255, blank=True)
    phone = models.CharField(_("điện thoại"), max_length=32, blank=True)
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    is_illustrative = models.BooleanField(_("số liệu minh họa"), default=False)

    class Meta:
        ordering = ["code"]
        verbose_name = _("cơ quan")
        verbose_name_plural = _("cơ quan")
        constraints = [
            models.CheckConstraint(
                name="agency_valid_to_not_before_valid_from",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Desk(models.Model):
    """A one-stop desk (bộ phận một cửa) where an agency receives dossiers and hands out results."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="desks", verbose_name=_("cơ quan"))
    name = models.CharField(_("tên bộ phận"), max_length=200)
    address = models.CharField(_("địa chỉ"), max_length=255)
    phone = models.CharField(_("điện thoại"), max_length=32, blank=True)

    class Meta:
        ordering = ["agency_id", "name"]
        verbose_name = _("bộ phận một cửa")
        verbose_name_plural = _("bộ phận một cửa")

    def __str__(self) -> str:
        return self.name


class Division(models.Model):
    """A division (phòng, ban) of an agency: the unit that an internal step of a procedure names by its code."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="divisions", verbose_name=_("cơ quan"))
    code = models.CharField(_("mã"), max_length=35, validators=[AGENCY_CODE])
    name = models.CharField(_("tên phòng, ban"), max_length=200)

    class Meta:
        ordering = ["agency_id", "code"]
        verbose_name = _("phòng, ban")
        verbose_name_plural = _("phòng, ban")
        constraints = [models.UniqueConstraint(fields=["agency", "code"], name="division_code_once_per_agency")]

    def __str__(self) -> str:
        return self.name


class OfficerPostingQuerySet(models.QuerySet["OfficerPosting"]):
    def in_force(self) -> "OfficerPostingQuerySet":
        today = clock.today()
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=today), Q(valid_to__isnull=True) | Q(valid_to__gte=today)
        )


class OfficerPosting(models.Model):
    """An officer holds a role at an agency from a day to a day; permissions follow from postings in force."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="postings", verbose_name=_("cán bộ")
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="postings", verbose_name=_("cơ quan"))
    division = models.ForeignKey(
        Division,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("phòng, ban"),
        help_text=_("Để trống: làm việc cho cả cơ quan."),
    )
    role = models.CharField(_("vai trò"), max_length=16, choices=OfficerRole)
    title = models.CharField(_("chức danh"), max_length=120, blank=True)
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)

    objects = OfficerPostingQuerySet.as_manager()

    class Meta:
        ordering = ["agency_id", "role", "id"]
        verbose_name = _("phân công cán bộ")
        verbose_name_plural = _("phân công cán bộ")
        constraints = [
            models.CheckConstraint(
                name="posting_valid_to_not_before_valid_from",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            )
        ]

    def clean(self) -> None:
        """The division is one of the posting's agency."""
        if self.division_id is not None and self.division is not None and self.division.agency_id != self.agency_id:
            raise ValidationError({"division": _("Phòng, ban này không thuộc cơ quan đã chọn.")})

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"
