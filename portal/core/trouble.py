"""What is wrong with the running system, told by the apps that know: one registry, read by the administrators' digest.

An app registers functions in its `event_handlers` (so that every process knows them). A finding carries counts and codes,
never a person's data.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.models import OutboxDelivery
from portal.core.models.outbox import DeliveryState

logger = logging.getLogger(__name__)
LATE_AFTER = timedelta(minutes=15)
"""A sweep whose oldest due row is older than this is late: its worker or beat is dead, or does not keep up."""
RECENTLY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that somebody must look at: a sentence without its number, the number, and the page of Django admin."""

    what: str | Promise
    count: int
    path: str = ""


Finder = Callable[[], Iterable[Trouble]]
_finders: dict[str, tuple[str | Promise, Finder]] = {}


def finds_trouble(key: str, label: str | Promise) -> Callable[[Finder], Finder]:
    """Register a function that says what is wrong in one field; `label` is the heading it comes under."""

    def register(function: Finder) -> Finder:
        _finders[key] = (label, function)
        return function

    return register


def all_trouble() -> list[tuple[str | Promise, list[Trouble]]]:
    """Headings with what was found under them; empty when all is well.

    A finder that fails is itself trouble, and does not keep the others from being heard.
    """
    found = []
    for key, (label, function) in _finders.items():
        try:
            here = [trouble for trouble in function() if trouble.count]
        except Exception as error:  # noqa: BLE001 - whatever it is, the administrators are told
            logger.error("trouble finder %s failed with %s", key, type(error).__name__)
            here = [Trouble(_("Không kiểm tra được phần này"), 1)]
        if here:
            found.append((label, here))
    return found


def late_by(oldest_due: object) -> int:
    """1 when the oldest due row of a sweep is late, for a finding's count; 0 when there is none or it is on time."""
    return int(oldest_due is not None and oldest_due < clock.now() - LATE_AFTER)  # type: ignore[operator]


@finds_trouble("outbox", _("Hộp thư đi"))
def _outbox() -> Iterable[Trouble]:
    parked = OutboxDelivery.objects.filter(state=DeliveryState.PARKED)
    yield Trouble(
        _("Việc nền bị tạm gác, chờ người chạy lại"),
        parked.count(),
        "core/outboxdelivery/?state__exact=parked",
    )
    pending = OutboxDelivery.objects.filter(state=DeliveryState.PENDING)
    oldest = pending.aggregate(at=Min("next_attempt_at"))["at"]
    if late_by(oldest):
        due = pending.filter(next_attempt_at__lt=clock.now() - LATE_AFTER).count()
        yield Trouble(_("Việc nền đến lượt mà chưa ai chạy"), due, "core/outboxdelivery/?state__exact=pending")
    stuck = pending.filter(attempts__gte=max(2, settings.OUTBOX_MAX_ATTEMPTS // 2)).count()
    yield Trouble(_("Việc nền thử nhiều lần chưa được"), stuck, "core/outboxdelivery/?state__exact=pending")
