"""The public calendar as editable data: days off, swapped days and make-up working days (DOMAIN 5.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.enums import CalendarDayKind


class CalendarDay(models.Model):
    """One date that is not what its weekday says. At most one row a date."""

    on = models.DateField(_("ngày"), unique=True)
    kind = models.CharField(_("loại"), max_length=16, choices=CalendarDayKind.choices)
    name = models.CharField(_("tên ngày"), max_length=120)
    # Monday is 0. A make-up Saturday is worked with the hours of the weekday it replaces.
    works_like_weekday = models.PositiveSmallIntegerField(
        _("làm theo giờ của thứ"),
        null=True,
        blank=True,
        choices=[(0, _("Thứ hai")), (1, _("Thứ ba")), (2, _("Thứ tư")), (3, _("Thứ năm")), (4, _("Thứ sáu"))],
        help_text=_("Chỉ dùng cho ngày làm bù."),
    )
    is_provisional = models.BooleanField(_("tạm tính"), default=False)

    class Meta:
        ordering = ["on"]
        verbose_name = _("ngày đặc biệt")
        verbose_name_plural = _("lịch nghỉ và làm bù")
        constraints = [
            models.CheckConstraint(
                name="calendar_day_make_up_names_its_weekday",
                condition=models.Q(kind="make_up", works_like_weekday__isnull=False)
                | (~models.Q(kind="make_up") & models.Q(works_like_weekday__isnull=True)),
                violation_error_message=_("Ngày làm bù phải ghi làm theo giờ của thứ mấy; ngày nghỉ thì không."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y} {self.name}"
