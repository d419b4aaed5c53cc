"""Due dates of open dossiers after a change of the working calendar (see `portal.core.recounting`)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dossiers import deadlines, holdings, transitions
from dossiers.enums import WAITING_FOR_CITIZEN, Deed, DossierState
from dossiers.errors import TransitionConflict
from dossiers.models import ClockPause, Dossier, Reschedule
from dossiers.policies import Action
from dossiers.services import clock as dossier_clock
from dossiers.services import handoff_clock
from portal.accounts import selectors as account_selectors
from portal.core.enums import TermUnit
from portal.core.errors import InvalidInput, MisconfiguredData
from portal.core.recounting import (
    MOST_COUNTED,
    Books,
    Cause,
    Move,
    Preview,
    Recounted,
    Recounter,
    Scope,
)
from portal.core.templatetags.portal import instant
from portal.core.working_calendar import at
from portal.core.working_time import Pause, Term, compute_due

RECOUNTED_STATES = frozenset({DossierState.RECEIVED, DossierState.PROCESSING})
"""The promise stands and the clock runs. A paused one is counted by the new calendar when it runs on."""
_CHUNK = 500


class DossierRecounter(Recounter):
    """The date promised to the citizen, and the new date of an apology."""

    subject = "dossier"

    def preview(self, scope: Scope, books: Books) -> Preview:
        concerned = _concerned(scope)
        found = Preview(
            label=gettext_lazy("Ngày hẹn trả hồ sơ"),
            considered=concerned.count(),
            paused=_received_by(scope, WAITING_FOR_CITIZEN).count(),
        )
        found.is_partial = found.considered > MOST_COUNTED
        for row, pauses in _rows(concerned.order_by("due_at", "id")[:MOST_COUNTED]):
            try:
                after_at, promised_at = _due_at(row, pauses, books), _promised_at(row, books)
            except (MisconfiguredData, InvalidInput):
                found.count_uncountable(row["code"])
                continue
            if after_at is None:
                continue
            moved = _shown((row["due_at"], row["promised_at"]), (after_at, promised_at))
            if moved is not None:
                found.count_moved(Move(row["code"], row["resolving_agency_id"], *moved))
        return found

    def next_ids(self, scope: Scope, after_id: int, limit: int) -> list[int]:
        return list(_concerned(scope).filter(pk__gt=after_id).order_by("pk").values_list("pk", flat=True)[:limit])

    def lock_all(self, promise_ids: list[int]) -> None:
        transitions.lock_all(promise_ids)

    def recount(self, promise_id: int, cause: Cause) -> Recounted:
        try:
            with transaction.atomic():
                return _recount(promise_id, cause)
        except TransitionConflict:
            # Paused, decided or closed since the batch was read: it needs no recount any more.
            return Recounted.KEPT
        except (MisconfiguredData, InvalidInput):
            # What the clock refuses; anything else parks the batch for an administrator to see.
            return Recounted.UNCOUNTABLE


def _recount(dossier_id: int, cause: Cause) -> Recounted:
    """One dossier under its row lock. The first promise stays; the citizen is told only when the date moves that they count
    on."""
    step = transitions.begin_deed(
        Deed.RECOUNT_DUE,
        actor=cause.actor,
        dossier_id=dossier_id,
        action=Action.RECOUNT_DUE,
        allowed_in=RECOUNTED_STATES,
    )
    dossier = step.dossier
    if dossier.received_at is None or dossier.due_at is None:
        return Recounted.UNCOUNTABLE
    computation = dossier_clock.due_date(dossier, received_at=dossier.received_at)
    if computation.due_at is None:
        return Recounted.UNCOUNTABLE
    before_at, dossier.due_trace = dossier.due_at, computation.trace_as_json()
    appointed_before_at, promised_at = dossier.appointed_at, _kept_promise(dossier)
    moved = _shown((before_at, dossier.promised_at), (computation.due_at, promised_at))
    if moved is None:
        # The same date by another way: a day was renamed, or one day off took the place of another.
        Dossier.objects.filter(pk=dossier.pk).update(due_trace=dossier.due_trace)
        holdings.keep_with_dossier(dossier, actor=cause.actor, at=step.at)
        return Recounted.KEPT
    dossier.due_at, dossier.promised_at = computation.due_at, promised_at
    dossier.next_date_at = dossier.appointed_at
    with translation.override(dossier.applicant_language):
        note = _("Lịch làm việc thay đổi (%(what)s). Hẹn trả cũ: %(before)s. Hẹn trả mới: %(after)s.") % {
            "what": cause.what,
            "before": instant(moved[0]),
            "after": instant(moved[1]),
        }
    step.record(
        public_note=note,
        details={
            "due_before_at": before_at.isoformat(),
            "appointed_before_at": appointed_before_at.isoformat() if appointed_before_at else None,
            "calendar_change": cause.change_id,
            "calendar_change_what": cause.what,
        },
    )
    if computation.due_at != before_at:
        handoff_clock.follow_dossier(dossier, before_at, computation.due_at)
    return Recounted.MOVED


def _kept_promise(dossier: Dossier) -> datetime | None:
    """The apology's date by the calendar in force, without what was changed later for new dossiers only."""
    if dossier.promised_at is None or dossier.received_at is None:
        return None
    approved = dossier.reschedules.filter(approved_at__isnull=False).values_list("approved_at", flat=True)
    calendar = account_selectors.calendar_to_promise_by(
        dossier.resolving_agency_id, approved.first() or dossier.received_at
    )
    return deadlines.kept_promise(dossier.promised_at, calendar)


def _shown(
    before: tuple[datetime, datetime | None], after: tuple[datetime, datetime | None]
) -> tuple[datetime, datetime] | None:
    """Of (due date, promise) the date that moved, before and after: the later one, on which the citizen counts, else the
    due date behind it. None when neither moved."""
    if before == after:
        return None
    counted_on = tuple(max(due_at, promised_at or due_at) for due_at, promised_at in (before, after))
    if counted_on[0] != counted_on[1]:
        return counted_on[0], counted_on[1]
    return before[0], after[0]


def due_dates_after(dossier_ids: Collection[int], books: Books) -> dict[int, datetime]:
    """What the calendar after a change gives those of them whose clock runs; without those it cannot count.

    Two queries a chunk, none without dossiers.
    """
    found: dict[int, datetime] = {}
    if not dossier_ids:
        return found
    for row, pauses in _rows(Dossier.objects.filter(pk__in=dossier_ids, state__in=sorted(RECOUNTED_STATES))):
        try:
            after_at = _due_at(row, pauses, books)
        except (MisconfiguredData, InvalidInput):
            continue
        if after_at is not None:
            found[row["pk"]] = after_at
    return found


# --- Which dossiers, and what the calendar after the change gives them --------------------------------------------------


def _concerned(scope: Scope) -> QuerySet[Dossier]:
    """Running clocks whose count meets the days of the change: received before their end, due after their beginning. Late
    ones too when their apology's new date may."""
    begin = at(scope.first_day, time.min)
    return _received_by(scope, RECOUNTED_STATES).filter(Q(due_at__gte=begin) | Q(promised_at__gte=begin))


def _received_by(scope: Scope, states: Iterable[DossierState]) -> QuerySet[Dossier]:
    condition = Q(state__in=sorted(states))
    if scope.agency_ids is not None:
        own = Q(hours_agency__isnull=True, resolving_agency_id__in=scope.agency_ids)
        promised = Q(promised_at__isnull=False, resolving_agency_id__in=scope.agency_ids)
        condition &= own | Q(hours_agency_id__in=scope.agency_ids) | promised
    if scope.last_day is not None:
        condition &= Q(received_at__lt=at(scope.last_day + timedelta(days=1), time.min))
    return Dossier.objects.filter(condition)


def _rows(dossiers: QuerySet[Dossier]) -> Iterator[tuple[dict[str, Any], list[Pause]]]:
    """Dossiers with their pauses, streamed: two queries a chunk, never all in memory."""
    approved = Reschedule.objects.filter(dossier=OuterRef("pk"), approved_at__isnull=False)
    rows = iter(
        dossiers.values(
            *(
                "pk",
                "code",
                "resolving_agency_id",
                "hours_agency_id",
                "received_at",
                "due_at",
                "term_value",
                "term_unit",
            ),
            *("revision__cut_off_at", "promised_at"),
            approved_at=Subquery(approved.values("approved_at")[:1]),
        ).iterator(chunk_size=_CHUNK)
    )
    while chunk := list(islice(rows, _CHUNK)):
        pauses: dict[int, list[Pause]] = defaultdict(list)
        for pause in ClockPause.objects.filter(dossier_id__in=[row["pk"] for row in chunk]).order_by("started_at"):
            pauses[pause.dossier_id].append(Pause(pause.started_at, pause.ended_at))
        for row in chunk:
            yield row, pauses[row["pk"]]


def _due_at(row: dict[str, Any], pauses: list[Pause], books: Books) -> datetime | None:
    calendar = books.promised_at(row["received_at"]).calendar_of(row["hours_agency_id"] or row["resolving_agency_id"])
    term = Term(row["term_value"], TermUnit(row["term_unit"]))
    return compute_due(row["received_at"], term, calendar, pauses, row["revision__cut_off_at"]).due_at


def _promised_at(row: dict[str, Any], books: Books) -> datetime | None:
    if row["promised_at"] is None:
        return None
    book = books.promised_at(row["approved_at"] or row["received_at"])
    return deadlines.kept_promise(row["promised_at"], book.calendar_of(row["resolving_agency_id"]))
