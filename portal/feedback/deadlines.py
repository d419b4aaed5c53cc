"""The short clock of feedback (DOMAIN 6, item 5), in working days of the agency that has it. Pure.

Refused or returned within 2 working days, more asked within 5, answered within 15, published within 2 of the answer. The
time in which the sender is waited for stops the clock of the answer, and no other.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from portal.core.enums import TermUnit
from portal.core.working_time import Pause, Term, WorkingCalendar, compute_due


def _working_days(count: int) -> Term:
    return Term(Decimal(count), TermUnit.WORKING_DAY)


REFUSE_WITHIN = _working_days(2)
ASK_WITHIN = _working_days(5)
ANSWER_WITHIN = _working_days(15)
PUBLISH_WITHIN = _working_days(2)
# Not of DOMAIN 6 but ours: a waiting state has an end. Afterwards the agency goes on with what there is.
SUPPLY_WITHIN = _working_days(10)


def due(
    since: datetime, term: Term, calendar: WorkingCalendar, pauses: Sequence[tuple[datetime, datetime]] = ()
) -> datetime:
    """When the term ends for what came in then. Raises what `compute_due` does."""
    found = compute_due(since, term, calendar, [Pause(start, end) for start, end in pauses]).due_at
    assert found is not None  # only a pause without end leaves it open
    return found
