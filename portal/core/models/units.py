"""Provinces, districts and communes as they were and are: every version of a unit has its days (DOMAIN 12 item 2)."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.utils.translation import gettext_lazy as _

from portal.core.enums import KINDS_OF_LEVEL, UnitKind, UnitLevel


class AdministrativeUnitQuerySet(models.QuerySet["AdministrativeUnit"]):
    def valid_on(self, day: date) -> "AdministrativeUnitQuerySet":
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )


class AdministrativeUnit(models.Model):
    """One version of a unit. A code may name another unit later (a ward of 2026 carries the code of one of 2025), never
    two units on one day. `valid_to` is the last day; `successors` are what it became on the day after, n to m."""

    code = models.CharField(_("mã"), max_length=5)
    name = models.CharField(_("tên"), max_length=120, help_text=_("Cả chữ Tỉnh, Phường, Xã…"))
    kind = models.CharField(_("loại"), max_length=16, choices=UnitKind)
    level = models.GeneratedField(
        verbose_name=_("cấp"),
        expression=Case(
            *(When(kind__in=kinds, then=Value(level.value)) for level, kinds in KINDS_OF_LEVEL.items()),
            default=Value(""),
        ),
        output_field=models.CharField(max_length=8, choices=UnitLevel),
        db_persist=True,
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("thuộc"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    valid_from = models.DateField(_("có từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến hết ngày"), null=True, blank=True)
    successors = models.ManyToManyField(
        "self", verbose_name=_("nay là"), symmetrical=False, related_name="predecessors", blank=True
    )

    objects = AdministrativeUnitQuerySet.as_manager()

    class Meta:
        ordering = ["code", "valid_from"]
        verbose_name = _("đơn vị hành chính")
        verbose_name_plural = _("đơn vị hành chính")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "valid_from"], name="administrative_unit_version_once", nulls_distinct=False
            ),
            ExclusionConstraint(
                name="administrative_unit_one_version_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from", "valid_to", Value("[]"), function="DATERANGE", output_field=DateRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("Mã này đã là của một đơn vị khác trong cùng thời gian."),
            ),
            models.CheckConstraint(
                name="administrative_unit_days_in_order",
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
            models.CheckConstraint(
                name="administrative_unit_code_fits_level",
                condition=Q(level=UnitLevel.PROVINCE, code__regex=r"^[0-9]{2}$", parent__isnull=True)
                | Q(level=UnitLevel.DISTRICT, code__regex=r"^[0-9]{3}$", parent__isnull=False)
                | Q(level=UnitLevel.COMMUNE, code__regex=r"^[0-9]{5}$", parent__isnull=False),
                violation_error_message=_(
                    "Mã có 2 chữ số với tỉnh, 3 với huyện, 5 với xã; huyện và xã thuộc một đơn vị."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name
