"""Words that more than one app shares."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class TermUnit(TextChoices):
    """In what a processing term is counted."""

    WORKING_DAY = "working_day", _("ngày làm việc")
    CALENDAR_DAY = "calendar_day", _("ngày")
    WORKING_HOUR = "working_hour", _("giờ làm việc")
    HOUR = "hour", _("giờ")
    MONTH = "month", _("tháng")
