"""Words of the kernel that are stored or shown: units of a term, kinds of calendar days, kinds of days in a count."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TermUnit(models.TextChoices):
    """In what a processing term is counted (DOMAIN 5.1). HOUR is an hour of the wall clock, day and night."""

    WORKING_DAY = "working_day", _("ngày làm việc")
    CALENDAR_DAY = "calendar_day", _("ngày")
    WORKING_HOUR = "working_hour", _("giờ làm việc")
    HOUR = "hour", _("giờ")
    MONTH = "month", _("tháng")


class CalendarDayKind(models.TextChoices):
    """Why a day differs from its weekday."""

    HOLIDAY = "holiday", _("Nghỉ lễ")
    DAY_IN_LIEU = "day_in_lieu", _("Nghỉ bù")
    SWAPPED = "swapped", _("Nghỉ hoán đổi")
    MAKE_UP = "make_up", _("Làm bù")


class TraceKind(models.TextChoices):
    """What one calendar day was to the legal clock; the day's word in the strip a person sees."""

    START = "start", _("Tiếp nhận")
    COUNTED = "counted", _("Được tính")
    WEEKEND = "weekend", _("Cuối tuần")
    HOLIDAY = "holiday", _("Nghỉ lễ")
    DAY_IN_LIEU = "day_in_lieu", _("Nghỉ bù")
    SWAPPED = "swapped", _("Nghỉ hoán đổi")
    PAUSED = "paused", _("Tạm dừng")
    DUE = "due", _("Hẹn trả")
