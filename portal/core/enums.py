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


class Timeliness(models.TextChoices):
    """How a finish stands to the promised date (S3; the words of the process control sheet)."""

    EARLY = "early", _("Trước hạn")
    ON_TIME = "on_time", _("Đúng hạn")
    LATE = "late", _("Quá hạn")


class UnitLevel(models.TextChoices):
    """Where an administrative unit stands; the district level ended on 30/06/2025 (DOMAIN 12)."""

    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện (đến 30/6/2025)")
    COMMUNE = "commune", _("Cấp xã")


class UnitKind(models.TextChoices):
    """What an administrative unit is called; the words stand in its name too."""

    PROVINCE = "province", _("Tỉnh")
    CITY = "city", _("Thành phố trực thuộc trung ương")
    URBAN_DISTRICT = "urban_district", _("Quận")
    RURAL_DISTRICT = "rural_district", _("Huyện")
    TOWN = "town", _("Thị xã")
    DISTRICT_CITY = "district_city", _("Thành phố thuộc tỉnh")
    WARD = "ward", _("Phường")
    RURAL_COMMUNE = "rural_commune", _("Xã")
    TOWNSHIP = "township", _("Thị trấn")
    SPECIAL_ZONE = "special_zone", _("Đặc khu")

    @property
    def level(self) -> UnitLevel:
        return next(level for level, kinds in KINDS_OF_LEVEL.items() if self in kinds)


KINDS_OF_LEVEL = {
    UnitLevel.PROVINCE: (UnitKind.PROVINCE, UnitKind.CITY),
    UnitLevel.DISTRICT: (UnitKind.URBAN_DISTRICT, UnitKind.RURAL_DISTRICT, UnitKind.TOWN, UnitKind.DISTRICT_CITY),
    UnitLevel.COMMUNE: (UnitKind.WARD, UnitKind.RURAL_COMMUNE, UnitKind.TOWNSHIP, UnitKind.SPECIAL_ZONE),
}
