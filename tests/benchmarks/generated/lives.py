"""The life of one made-up dossier: its state and the instants at which it got there. Pure, the same for the same seed."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

from dossiers import deadlines
from dossiers.enums import DECIDED_STATES, DossierState, PauseCause, Transition
from portal.core.calendar_seed import KNOWN_YEARS, special_days
from portal.core.enums import TermUnit
from portal.core.working_time import DueComputation, Term, WorkingCalendar, compute_due

S, T = DossierState, Transition
STATES = {
    S.RESULT_HANDED_OVER: 66,
    S.PROCESSING: 8,
    S.SUBMITTED: 6,
    S.RESOLVED: 4,
    S.RECEIVED: 4,
    S.INTAKE_REFUSED: 3,
    S.WITHDRAWN: 2,
    S.SUPPLEMENT_REQUESTED: 2,
    S.PAYMENT_REQUESTED: 2,
    S.STOPPED: 1,
    S.DRAFT: 2,
}
"""Shares in percent: most dossiers of a year are done."""
_NAMES, _WEIGHTS = tuple(STATES), tuple(STATES.values())
# How many days before the anchor a dossier that is still open was handed in.
_OPEN_SINCE = {S.SUBMITTED: 2, S.RECEIVED: 6, S.PROCESSING: 20, S.RESOLVED: 20}
_OPEN_SINCE |= {S.SUPPLEMENT_REQUESTED: 25, S.PAYMENT_REQUESTED: 20, S.DRAFT: 60}
_A_YEAR = 360
_HAS_ANSWERED_SUPPLEMENT = 0.08


@lru_cache(maxsize=1)
def calendar() -> WorkingCalendar:
    return WorkingCalendar(special_days=special_days(KNOWN_YEARS), known_years=KNOWN_YEARS)


@lru_cache(maxsize=100_000)
def _due(received_at: datetime, days: int, pauses: tuple[tuple[datetime, datetime], ...] = ()) -> DueComputation:
    return compute_due(received_at, Term(Decimal(days), TermUnit.WORKING_DAY), calendar(), pauses)


@lru_cache(maxsize=100_000)
def _trace(
    received_at: datetime, days: int, pauses: tuple[tuple[datetime, datetime], ...] = ()
) -> list[dict[str, Any]]:
    return _due(received_at, days, pauses).trace_as_json()


@lru_cache(maxsize=100_000)
def _answer_due(submitted_at: datetime) -> datetime:
    return deadlines.answer_due(submitted_at, calendar())


@dataclass
class Life:
    """Where a dossier stands, its stamps, and its steps as (transition, from, to, at, due_at, next_date_at)."""

    state: DossierState
    created_at: datetime
    moved_at: datetime
    steps: list[tuple[T, S, S, datetime, datetime | None, datetime | None]] = field(default_factory=list)
    stamps: dict[str, Any] = field(default_factory=dict)
    # (cause, from, to); an open one has no end.
    pauses: list[tuple[PauseCause, datetime, datetime | None]] = field(default_factory=list)
    trace: list[dict[str, Any]] = field(default_factory=list)

    def step(self, transition: T, to: S, at: datetime) -> None:
        before = self.steps[-1][2] if self.steps else S.DRAFT
        dates = self.stamps.get("due_at"), self.stamps.get("next_date_at")
        self.steps.append((transition, before, to, at, *dates))
        self.moved_at = at


def live(rng: Random, *, anchor: datetime, term_days: int) -> Life:
    """A life that ends in a state drawn from STATES; `anchor` is the present, on the hour. No step lies after it."""
    state = rng.choices(_NAMES, _WEIGHTS)[0]
    return life_in(state, rng, anchor=anchor, term_days=term_days)


def life_in(state: DossierState, rng: Random, *, anchor: datetime, term_days: int) -> Life:
    """A life that ends in this state."""
    back = _OPEN_SINCE.get(state)
    hours = rng.randint(2, back * 24) if back else rng.randint(24 * 25, 24 * _A_YEAR)
    submitted_at = anchor - timedelta(hours=hours)
    created_at = submitted_at - timedelta(minutes=rng.randint(5, 600))
    life = Life(state, created_at, created_at)
    if state == S.DRAFT:
        return life
    life.stamps |= {"submitted_at": submitted_at, "next_date_at": _answer_due(submitted_at)}
    life.step(T.SUBMIT, S.SUBMITTED, submitted_at)
    # Everything after the filing happens between it and the anchor, in order.
    span = min(anchor - submitted_at, timedelta(days=term_days + 9))
    at = [submitted_at + span * share for share in (0.1, 0.25, 0.4, 0.55, 0.85, 0.97)]
    _go_on(life, at, rng, term_days)
    return life


def _on_the_hour(instant: datetime, earliest: datetime) -> datetime:
    """Receipts fall on full hours, so that few different due dates have to be worked out."""
    return max(instant.replace(minute=0, second=0, microsecond=0), earliest)


def _go_on(life: Life, at: list[datetime], rng: Random, term_days: int) -> None:
    state = life.state
    if state == S.SUBMITTED:
        return
    if state in (S.INTAKE_REFUSED, S.WITHDRAWN):
        transition = T.REFUSE_INTAKE if state == S.INTAKE_REFUSED else T.WITHDRAW
        life.stamps |= {"closed_at": at[0], "next_date_at": None}
        life.step(transition, state, at[0])
        return
    received_at = _on_the_hour(at[0], life.stamps["submitted_at"])
    due_at = _due(received_at, term_days).due_at
    life.trace = _trace(received_at, term_days)
    life.stamps |= {"received_at": received_at, "due_at": due_at, "first_due_at": due_at, "next_date_at": due_at}
    life.step(T.RECEIVE, S.RECEIVED, received_at)
    if state == S.RECEIVED:
        return
    started_at = max(at[1], received_at)
    life.stamps["processing_started_at"] = started_at
    life.step(T.START_PROCESSING, S.PROCESSING, started_at)
    if state in (S.SUPPLEMENT_REQUESTED, S.PAYMENT_REQUESTED):
        _pause(life, max(at[2], started_at))
        return
    if rng.random() < _HAS_ANSWERED_SUPPLEMENT:
        _supplement(life, max(at[2], started_at), max(at[3], started_at), term_days)
    if state == S.STOPPED:
        life.stamps |= {"closed_at": at[4], "next_date_at": None}
        life.step(T.STOP, S.STOPPED, at[4])
    elif state in DECIDED_STATES:
        resolved_at = max(at[4], started_at)
        life.stamps |= {"resolved_at": resolved_at, "outcome": "granted" if rng.random() < 0.93 else "denied"}
        life.step(T.RESOLVE, S.RESOLVED, resolved_at)
        if state == S.RESULT_HANDED_OVER:
            life.stamps |= {"handed_over_at": at[5], "next_date_at": None}
            life.step(T.HAND_OVER_RESULT, S.RESULT_HANDED_OVER, max(at[5], resolved_at))


def _pause(life: Life, at: datetime) -> None:
    for_supplement = life.state == S.SUPPLEMENT_REQUESTED
    within = deadlines.SUPPLEMENT_WITHIN if for_supplement else deadlines.PAYMENT_WITHIN
    life.pauses.append((PauseCause.SUPPLEMENT if for_supplement else PauseCause.PAYMENT, at, None))
    life.stamps |= {"paused_at": at, "next_date_at": at + within}
    life.step(T.REQUEST_SUPPLEMENT if for_supplement else T.REQUEST_PAYMENT, life.state, at)


def _supplement(life: Life, asked_at: datetime, answered_at: datetime, term_days: int) -> None:
    """Asked and answered: the due date moves by the pause. A pause of no length is none."""
    if answered_at <= asked_at:
        return
    life.pauses.append((PauseCause.SUPPLEMENT, asked_at, answered_at))
    life.stamps["next_date_at"] = asked_at + deadlines.SUPPLEMENT_WITHIN
    life.step(T.REQUEST_SUPPLEMENT, S.SUPPLEMENT_REQUESTED, asked_at)
    pauses = ((asked_at, answered_at),)
    received_at = life.stamps["received_at"]
    due_at = _due(received_at, term_days, pauses).due_at
    life.trace = _trace(received_at, term_days, pauses)
    life.stamps |= {"due_at": due_at, "next_date_at": due_at}
    life.step(T.ANSWER_SUPPLEMENT, S.PROCESSING, answered_at)
