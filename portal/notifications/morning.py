"""What an officer's morning mail is made of (a leaf): each app with lists for officers registers its sections.

An app registers in modules its `event_handlers` import, so that every process knows them. A section carries codes, dates and
sums, never a person's name.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.actors import Actor
from portal.core.calendars import working_calendar
from portal.core.working_calendar import WorkingCalendar
from portal.core.working_time_errors import CalendarUnknown

logger = logging.getLogger(__name__)
T = TypeVar("T")
_SATURDAY = 5
_MOST_DAYS_OFF = 31
MOST_ROWS = 10
"""Named in a section; of the rest the list itself tells."""


@dataclass(frozen=True, slots=True)
class MorningSection:
    """One list that holds something: how much, the first rows (words, and an instant or None), where to go on.

    `counted_to`: counting stopped there, so that many or more are "99+" and not a number.
    """

    label: str
    count: int
    rows: Sequence[tuple[str, datetime | None]]
    url: str
    counted_to: int = 0

    def as_fact(self) -> dict[str, Any]:
        """As the templates of the mail show it."""
        is_cut = bool(self.counted_to) and self.count >= self.counted_to
        return {
            "label": self.label,
            "count": f"{self.counted_to - 1}+" if is_cut else str(self.count),
            "rows": list(self.rows),
            "more": max(0, self.count - len(self.rows)),
            "url": self.url,
        }


SectionsOf = Callable[[Actor], Iterable[MorningSection]]
_preparers: dict[str, tuple[int, Callable[[], SectionsOf]]] = {}


def fills_morning(key: str, *, place: int) -> Callable[[Callable[[], SectionsOf]], Callable[[], SectionsOf]]:
    """Register a function that is called once a morning, reads what all officers share, and gives the function that is
    asked for each officer. Sections of a lower `place` stand first: what is late, what is due, what waits."""

    def register(prepare: Callable[[], SectionsOf]) -> Callable[[], SectionsOf]:
        _preparers[key] = (place, prepare)
        return prepare

    return register


def prepare_morning() -> SectionsOf:
    """All that is registered, ready to be asked officer by officer.

    A list that fails does not keep the others from being told, and its place is not silent: the last section says how many
    could not be read. Raises only when the database itself is gone.
    """
    in_order = sorted(_preparers.items(), key=lambda pair: (pair[1][0], pair[0]))
    ready = [(key, _read(key, prepare)) for key, (_place, prepare) in in_order]

    def sections_of(actor: Actor) -> Iterable[MorningSection]:
        unread = 0
        for key, find in ready:
            here = None if find is None else _read(key, partial(_listed, find, actor))
            if here is None:
                unread += 1
            else:
                yield from here
        if unread:
            url = f"{settings.PUBLIC_URL}/mot-cua/"
            yield MorningSection(_("Danh sách sáng nay không đọc được, xem trên cổng"), unread, [], url)

    return sections_of


def has_morning(calendar: WorkingCalendar, day: date) -> bool:
    """Is there a mail that day? A year whose days off nobody has entered yet is no reason to be silent."""
    try:
        return calendar.is_working_day(day)
    except CalendarUnknown:
        return day.weekday() < _SATURDAY


def last_morning() -> datetime:
    """This hour of the last working day before today: what came up on days off is told on the first day after them.

    By everybody's days off. An agency that works on some of them as well hears it twice.
    """
    calendar, today = working_calendar(), clock.today()
    days = next((days for days in range(1, _MOST_DAYS_OFF) if has_morning(calendar, today - timedelta(days=days))), 1)
    return clock.now() - timedelta(days=days)


def _listed(find: SectionsOf, actor: Actor) -> list[MorningSection]:
    return list(find(actor))


def _read(key: str, read: Callable[[], T]) -> T | None:
    """What it returns; None, and a line in the log, when it fails."""
    try:
        return read()
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever one app did wrong, the others are heard
        logger.error("morning section %s failed with %s", key, type(error).__name__)
        return None
