"""Whoever promised dates by the working calendar registers here, so that a change of it can show and move them.

A kind of promise (a dossier's due date, a handoff's, a step's) is one `Recounter` under a stable `subject`:

    register_recounter(DossierRecounter())        in the app's event_handlers, which every process imports

The administrator's confirmation page asks each for its `preview`; after the confirmation each is run over its own rows,
batch by batch, from the outbox (`portal.accounts.recounts`).
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from django.utils.functional import Promise

from portal.core.actors import Actor
from portal.core.calendar_book import CalendarBook, ChangeMade

MOST_LISTED = 50
"""Dates that a confirmation page lists one by one; the rest is counted."""
MOST_COUNTED = 3_000
"""Promises that a confirmation page counts anew; a web request has seconds and not minutes."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which promises a change can touch: those whose count meets one of the days, of these agencies (None: of all)."""

    first_day: date
    last_day: date | None = None
    agency_ids: frozenset[int] | None = None


@dataclass(frozen=True)
class Books:
    """The calendars before and after a change, with the confirmed changes before it (for what was promised earlier)."""

    before: CalendarBook
    after: CalendarBook
    changes: tuple[ChangeMade, ...]
    this: ChangeMade
    _promised: dict[int, CalendarBook] = field(default_factory=dict, init=False, repr=False, compare=False)

    def promised_at(self, received_at: datetime) -> CalendarBook:
        """The book by which something received then will be counted once open promises are moved."""
        changes = (*self.changes, self.this)
        later = sum(change.made_at > received_at for change in changes)
        if later not in self._promised:
            self._promised[later] = self.after.as_promised(received_at, changes)
        return self._promised[later]


@dataclass(frozen=True, slots=True)
class Move:
    """One promise that would move. `reference` is what a person knows it by, for example the dossier's code."""

    reference: str
    agency_id: int
    before_at: datetime
    after_at: datetime


@dataclass(slots=True)
class Preview:
    """What a change would do to the open promises of one kind.

    `considered` is counted in SQL; `moves` holds at most MOST_LISTED. `is_partial`: only the first MOST_COUNTED were
    counted anew, so `moved` is what there is at least. `paused`: clocks that stand still and are counted when they run
    on again.
    """

    label: str | Promise
    considered: int = 0
    paused: int = 0
    moved: int = 0
    uncountable: int = 0
    is_partial: bool = False
    moves: list[Move] = field(default_factory=list)
    moved_by_agency: Counter[int] = field(default_factory=Counter)
    uncountable_references: list[str] = field(default_factory=list)

    def count_moved(self, move: Move) -> None:
        self.moved += 1
        self.moved_by_agency[move.agency_id] += 1
        if len(self.moves) < MOST_LISTED:
            self.moves.append(move)

    def count_uncountable(self, reference: str) -> None:
        self.uncountable += 1
        if len(self.uncountable_references) < MOST_LISTED:
            self.uncountable_references.append(reference)


class Recounted(StrEnum):
    """What became of one promise."""

    MOVED = "moved"
    KEPT = "kept"
    UNCOUNTABLE = "uncountable"


@dataclass(frozen=True, slots=True)
class Cause:
    """The confirmed change as a recount tells of it; `what` in words that the public may read."""

    change_id: int
    what: str
    actor: Actor


class Recounter(ABC):
    """One kind of promise."""

    subject: ClassVar[str]

    @abstractmethod
    def preview(self, scope: Scope, books: Books) -> Preview:
        """What would move. Reads only."""

    @abstractmethod
    def next_ids(self, scope: Scope, after_id: int, limit: int) -> list[int]:
        """Open promises in the scope with a higher id, ascending."""

    @abstractmethod
    def lock_all(self, promise_ids: list[int]) -> None:
        """Take every row lock that recounting these will need, in one order for all kinds of promises.

        Batches of several kinds run at once over the same rows: taken one by one they would wait for each other for ever.
        """

    @abstractmethod
    def recount(self, promise_id: int, cause: Cause) -> Recounted:
        """Count one anew by the calendar in force, journal it and tell whom it concerns, in the caller's transaction."""


_recounters: dict[str, Recounter] = {}


def register_recounter(recounter: Recounter) -> None:
    """Make it known to this process. Two under one subject are a mistake."""
    known = _recounters.setdefault(recounter.subject, recounter)
    if type(known) is not type(recounter):
        raise RuntimeError(f"two recounters share the subject {recounter.subject!r}")


def recounters() -> Mapping[str, Recounter]:
    return _recounters
