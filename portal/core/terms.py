"""What the legal clock is asked: a term, and the pauses in which it stands still. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from portal.core.clock import VIETNAM
from portal.core.enums import TermUnit
from portal.core.working_time_errors import InvalidInstant, InvalidPause, InvalidTerm

FIRST_YEAR, LAST_YEAR = 1980, 2150
_LONGEST = {
    TermUnit.WORKING_DAY: 3_650,
    TermUnit.CALENDAR_DAY: 3_650,
    TermUnit.WORKING_HOUR: 29_200,
    TermUnit.HOUR: 87_600,
    TermUnit.MONTH: 120,
}
# The smallest part into which a unit may be cut. A ten-thousandth of an hour is a third of a second.
_STEPS = {
    TermUnit.WORKING_DAY: Decimal("0.5"),
    TermUnit.CALENDAR_DAY: Decimal(1),
    TermUnit.WORKING_HOUR: Decimal("0.0001"),
    TermUnit.HOUR: Decimal("0.0001"),
    TermUnit.MONTH: Decimal(1),
}


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take: above zero, at most ten years; working days in halves, days and months whole.

    Raises InvalidTerm on anything else.
    """

    value: Decimal
    unit: TermUnit

    def __post_init__(self) -> None:
        if not self.value.is_finite() or not 0 < self.value <= _LONGEST[self.unit]:
            raise InvalidTerm
        step = _STEPS[self.unit]
        if self.value < step or self.value % step:
            raise InvalidTerm


class Pause(NamedTuple):
    """A stretch in which the clock stands still; `end` None means it still does.

    `reason` (why) and `by` (who stopped it) go into the trace of every day on which it stood still.
    """

    start: datetime
    end: datetime | None = None
    reason: str = ""
    by: str = ""


AnyPause = Pause | tuple[datetime, datetime | None]


def checked_instant(instant: datetime) -> datetime:
    """The instant on a Vietnamese wall clock; InvalidInstant when it has no zone or a year nobody counts in."""
    if instant.tzinfo is None or not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise InvalidInstant
    return instant.astimezone(VIETNAM)


def checked_pauses(pauses: Iterable[AnyPause], received_at: datetime) -> tuple[Pause, ...]:
    """The pauses that matter, in order, what lies before receipt cut off. InvalidPause when one runs backwards."""
    kept = []
    for pause in pauses:
        start, end, reason, by = Pause(*pause)
        start, end = checked_instant(start), None if end is None else checked_instant(end)
        if end is not None and end < start:
            raise InvalidPause
        start = max(start, received_at)
        if end is None or start < end:
            kept.append(Pause(start, end, reason, by))
    return tuple(sorted(kept, key=lambda pause: pause.start))


def merged(pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Overlapping and touching pauses (given in order) made one, so that no hour is taken out twice."""
    whole: list[Pause] = []
    for pause in pauses:
        if whole and (whole[-1].end is None or pause.start <= whole[-1].end):
            last = whole[-1]
            end = None if last.end is None or pause.end is None else max(last.end, pause.end)
            whole[-1] = Pause(last.start, end)
        else:
            whole.append(Pause(pause.start, pause.end))
    return tuple(whole)
