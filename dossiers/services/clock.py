"""The legal clock of one dossier: its frozen term, its pauses, its due date with the working of it."""

from datetime import datetime
from typing import Any

from dossiers import deadlines
from dossiers.enums import PauseCause
from dossiers.errors import TermUnknown
from dossiers.models import ClockPause, Dossier
from portal.accounts import selectors as account_selectors
from portal.core.actors import Actor
from portal.core.enums import TermUnit
from portal.core.timeliness import measure
from portal.core.working_time import DueComputation, Pause, Term, WorkingCalendar, compute_due
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
    """The due date from the frozen term, the hours of the agency that promised it and all pauses; the caller stores it.

    Whoever took over from that agency keeps its promise. Counted by the calendar that holds for this receipt: what was
    changed later "for new dossiers only" is left out. While a pause is open, `due_at` is None. Runs in
    the transaction of the promise (see `calendar_to_promise_by`).
    """
    calendar = account_selectors.calendar_to_promise_by(dossier.promised_by_id, received_at)
    return compute_due(
        received_at, term_of(dossier), calendar, pauses=pauses_of(dossier), cut_off=dossier.revision.cut_off_at
    )


def term_of(dossier: Dossier) -> Term:
    """The frozen term. Raises TermUnknown before receipt."""
    if dossier.term_value is None or not dossier.term_unit:
        raise TermUnknown
    return Term(value=dossier.term_value, unit=TermUnit(dossier.term_unit))


def calendar_of(dossier: Dossier, *, received_at: datetime) -> WorkingCalendar:
    """The calendar that this receipt runs by, to look at; to promise a date, call `due_date`."""
    return account_selectors.calendar_as_promised(dossier.promised_by_id, received_at)


def pauses_of(dossier: Dossier) -> list[Pause]:
    """Its pauses in order. The reason is the cause's stored word; a page shows it in the reader's language."""
    return [
        Pause(pause.started_at, pause.ended_at, pause.cause, pause.by_name)
        for pause in dossier.pauses.order_by("started_at", "id")
    ]


def pause(dossier: Dossier, *, cause: PauseCause, at: datetime, by: Actor | None = None, reason: str = "") -> None:
    """Stop the clock; the caller's transition sets `paused_at` and saves the trace, which now ends with the pause.

    `reason`: why, in the words the citizen was given; may be empty where the cause says it all.
    """
    ClockPause.objects.create(
        dossier=dossier, cause=cause, started_at=at, by_name=by.display_name[:120] if by else "", reason=reason
    )
    if dossier.received_at is not None:
        dossier.due_trace = due_date(dossier, received_at=dossier.received_at).trace_as_json()


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
        dossier.promised_at = deadlines.moved_promise(
            dossier.promised_at, dossier.paused_at, at, account_selectors.agency_calendar(dossier.resolving_agency_id)
        )
    return {"due_at": computation.due_at}


def measure_time_used(dossier: Dossier, *, at: datetime) -> None:
    """Write onto the dossier how a decision at that instant stands to its promise; the caller's transition saves it."""
    if dossier.received_at is None or dossier.due_at is None:
        raise TermUnknown
    found = measure(
        dossier.received_at,
        at,
        dossier.due_at,
        term_of(dossier),
        calendar_of(dossier, received_at=dossier.received_at),
        pauses=pauses_of(dossier),
        cut_off=dossier.revision.cut_off_at,
    )
    dossier.timeliness = found.timeliness
    dossier.allotted_time, dossier.used_time, dossier.time_unit = found.allotted, found.used, found.unit
