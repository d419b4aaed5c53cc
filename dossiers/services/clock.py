"""The legal clock of one dossier: its frozen term, its pauses, its due date with the working of it."""

from datetime import datetime
from typing import Any

from dossiers import deadlines
from dossiers.enums import PauseCause
from dossiers.errors import TermUnknown
from dossiers.models import ClockPause, Dossier
from portal.core.calendars import working_calendar
from portal.core.enums import TermUnit
from portal.core.working_time import DueComputation, Term, compute_due
from procedures import selectors as procedure_selectors


def freeze_term(dossier: Dossier) -> Term:
    """Copy the reviewed term of the channel and case onto the dossier. Raises MisconfiguredData when there is none."""
    row = procedure_selectors.term_for(dossier.revision, dossier.channel, dossier.case)
    if row.term_value is None or not row.term_unit:
        raise TermUnknown
    dossier.term_value = row.term_value
    dossier.term_unit = row.term_unit
    return Term(value=row.term_value, unit=TermUnit(row.term_unit))


def due_date(dossier: Dossier, *, received_at: datetime) -> DueComputation:
    """The due date from the frozen term and all closed pauses; the caller stores it."""
    if dossier.term_value is None or not dossier.term_unit:
        raise TermUnknown
    pauses = [
        (pause.started_at, pause.ended_at)
        for pause in dossier.pauses.filter(ended_at__isnull=False).order_by("started_at")
    ]
    return compute_due(
        received_at,
        Term(value=dossier.term_value, unit=TermUnit(dossier.term_unit)),
        working_calendar(),
        pauses=pauses,
        cut_off=dossier.revision.cut_off_at,
    )


def pause(dossier: Dossier, *, cause: PauseCause, at: datetime) -> None:
    """Stop the clock; the caller's transition sets `paused_at`."""
    ClockPause.objects.create(dossier=dossier, cause=cause, started_at=at)


def resume(dossier: Dossier, *, at: datetime) -> dict[str, Any]:
    """End the open pause and return the arguments a resuming transition takes."""
    dossier.pauses.filter(ended_at__isnull=True).update(ended_at=at)
    if dossier.received_at is None:
        raise TermUnknown
    computation = due_date(dossier, received_at=dossier.received_at)
    if computation.due_at is None:
        raise TermUnknown
    dossier.due_trace = computation.trace_as_json()
    if dossier.promised_at is not None and dossier.paused_at is not None:
        # What was left of the apology's promise when the clock stopped is left of it still.
        dossier.promised_at = deadlines.moved_promise(dossier.promised_at, dossier.paused_at, at, working_calendar())
    return {"due_at": computation.due_at}
