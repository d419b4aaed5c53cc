"""Consecutive stages of one dossier on the legal clock: each agency's or step's due instant inside the whole. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time

from portal.core.due_trace import DueComputation
from portal.core.terms import AnyPause, Term
from portal.core.working_calendar import WorkingCalendar
from portal.core.working_time import compute_due


def compute_stages(
    received_at: datetime,
    terms: Sequence[Term],
    calendar: WorkingCalendar,
    pauses: Iterable[AnyPause] = (),
    cut_off: time | None = None,
) -> tuple[DueComputation, ...]:
    """When each stage ends, in the order of the stages; as many answers as terms.

    Stages of one unit that follow each other are counted as one sum from where the first of them starts: "5 days, then 7
    days" ends when "12 days" ends, and cutting a stage in two moves no other date (counted one by one, each stage would
    be rounded to an opening or closing of its own). Where the unit changes, the next stage starts at the due instant of
    the one before, as if it had been received then; the cut-off hour is only for what came in from outside, so for the
    first. A trace covers the days from that start, and its `elapsed` is the sum so far.

    While a pause without end stands in the way of a stage, its `due_at` is None with what remains of the sum, and that of
    every later stage is None with its whole term remaining. All stages are counted by one calendar. Raises what
    `compute_due` raises, and InvalidTerm when a sum is longer than any term may be.
    """
    pauses = tuple(pauses)
    found: list[DueComputation] = []
    start: datetime | None = received_at
    sum_so_far: Term | None = None
    for term in terms:
        if sum_so_far is not None and sum_so_far.unit == term.unit:
            sum_so_far = Term(sum_so_far.value + term.value, term.unit)
        else:
            if found:
                start, cut_off = found[-1].due_at, None
            sum_so_far = term
        if start is None or (found and found[-1].due_at is None):
            found.append(DueComputation(due_at=None, trace=(), remaining=term.value, remaining_unit=term.unit))
        else:
            found.append(compute_due(start, sum_so_far, calendar, pauses, cut_off))
    return tuple(found)
