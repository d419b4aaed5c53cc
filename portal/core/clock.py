"""The one place that asks what time it is. The law counts in Vietnamese local time (UTC+7, no daylight saving)."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present instant, aware."""
    return timezone.now()


def local(instant: datetime) -> datetime:
    """The instant on a Vietnamese wall clock."""
    return instant.astimezone(VIETNAM)


def today() -> date:
    """The present day in Vietnam."""
    return local(now()).date()


def midnight(day: date) -> datetime:
    """The instant at which that day begins in Vietnam."""
    return datetime.combine(day, time.min, tzinfo=VIETNAM)
