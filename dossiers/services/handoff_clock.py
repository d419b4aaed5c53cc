"""When another agency's answer is due: counted by the hours of that agency, within what its dossier has promised."""

from datetime import datetime
from typing import Any

from dossiers.models import Dossier, Handoff
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.enums import TermUnit
from portal.core.errors import InvalidInput, MisconfiguredData
from portal.core.working_calendar import WorkingCalendar
from portal.core.working_time import DueComputation, Term, compute_due


def within(dossier: Dossier, via: Handoff | None, at: datetime) -> datetime | None:
    """The date within which the answer must come; None when no clock says one that is still ahead."""
    dates = [dossier.due_at if dossier.paused_at is None else None, via.due_at if via is not None else None]
    return min((one for one in dates if one is not None and one > at), default=None)


def due(
    term: Term, sent_at: datetime, within_at: datetime | None, calendar: WorkingCalendar
) -> tuple[datetime, list[dict[str, Any]]]:
    """The date and its trace, cut at `within_at`. Raises MisconfiguredData where the calendar leads to no date."""
    computation: DueComputation = compute_due(sent_at, term, calendar)
    if computation.due_at is None:
        raise MisconfiguredData
    trace = computation.trace_as_json()
    if within_at is None or computation.due_at <= within_at:
        return computation.due_at, trace
    last = clock.local(within_at).date().isoformat()
    cut = [day for day in trace if day["on"] <= last]
    return within_at, [*cut[:-1], {**cut[-1], "kind": "due"}] if cut else []


def moved_frame(
    within_at: datetime | None, sent_at: datetime, before_at: datetime, after_at: datetime
) -> datetime | None:
    """The frame of an answer after the date that made it moved; as at the sending, one that is past binds nobody."""
    if within_at is None:
        return None
    moved = after_at if within_at == before_at else min(within_at, after_at)
    return moved if moved > sent_at else None


def recount_handoff(handoff: Handoff, within_at: datetime | None) -> bool:
    """Count an open one anew by the calendar in force, with what was passed on from it; returns whether it moved.

    The caller holds the dossier's lock. Whoever was told that it is late is told again when the new date passes.
    Raises MisconfiguredData, InvalidInput for what the calendar cannot count.
    """
    calendar = account_selectors.calendar_to_promise_by(handoff.to_agency_id, handoff.sent_at)
    before_at = handoff.due_at
    handoff.due_at, handoff.due_trace = due(_term(handoff), handoff.sent_at, within_at, calendar)
    handoff.within_at = within_at
    is_moved = handoff.due_at != before_at
    if is_moved:
        handoff.version += 1
        if handoff.due_at > clock.now():
            handoff.escalated_at = None
    handoff.save(update_fields=["due_at", "due_trace", "within_at", "version", "escalated_at"])
    if is_moved:
        for onward in Handoff.objects.still_open().filter(via=handoff).order_by("pk"):
            recount_handoff(onward, moved_frame(onward.within_at, onward.sent_at, before_at, handoff.due_at))
    return is_moved


def follow_dossier(dossier: Dossier, before_at: datetime, after_at: datetime) -> None:
    """The dossier's date moved: what was asked of others within it moves in its frame. Under the dossier's lock."""
    for handoff in dossier.handoffs.still_open().filter(via__isnull=True, within_at__isnull=False).order_by("pk"):
        try:
            recount_handoff(handoff, moved_frame(handoff.within_at, handoff.sent_at, before_at, after_at))
        except (MisconfiguredData, InvalidInput):
            # It keeps its date, and its own recount says that it could not be counted.
            continue


def _term(handoff: Handoff) -> Term:
    return Term(handoff.term_value, TermUnit(handoff.term_unit))
