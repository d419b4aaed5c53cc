"""Changing the working calendar: what it would do, the confirmed change with its journal, and the recount after it.

The rows themselves (days, hours) are saved by who calls, in the transaction in which the change is confirmed. Entered
through `services`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.db import transaction

from portal.accounts.agency_calendars import (
    changes_made,
    day_state,
    days_of,
    hours_state,
    read_book,
    week_of,
    with_tree,
)
from portal.accounts.enums import CalendarChangeKind
from portal.accounts.errors import CalendarMoved
from portal.accounts.events import CalendarRecountDue
from portal.accounts.models import CalendarChange, CalendarRecount
from portal.core import clock, outbox
from portal.core.actors import Actor, ActorKind
from portal.core.calendar_book import CalendarBook, ChangeMade
from portal.core.calendars import forget_calendar
from portal.core.errors import NotPermitted
from portal.core.recounting import Books, Cause, Preview, Recounted, Scope, recounters
from portal.core.working_calendar import SpecialDay

BATCH = 200
_SALT = "portal.accounts.calendar_change"


@dataclass(frozen=True)
class Proposal:
    """A change that nobody has confirmed yet. `book` is the calendar before it; states are those of the journal."""

    kind: CalendarChangeKind
    what: str
    book: CalendarBook
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]
    agency_id: int | None = None
    # Entered together with its hours: until that is saved its key is another one at every try.
    is_of_new_agency: bool = False

    @property
    def books(self) -> Books:
        now = clock.now()
        if self.agency_id is not None:
            this = ChangeMade(now, True, {}, self.agency_id, week_of(self.before))
            after = self.book.with_hours(self.agency_id, week_of(self.after))
        else:
            was: dict[date, SpecialDay | None] = dict.fromkeys(days_of(self.after))
            this = ChangeMade(now, True, was | days_of(self.before))
            becomes: dict[date, SpecialDay | None] = dict.fromkeys(days_of(self.before))
            after = self.book.with_days(becomes | days_of(self.after))
        return Books(before=self.book, after=after, changes=changes_made(), this=this)

    def scope(self, books: Books) -> Scope:
        if self.agency_id is not None:
            # Days gone by keep the hours they had.
            return Scope(clock.today(), None, self.book.agencies_led_by(self.agency_id))
        days = changed_days(books.before, books.after) | {*days_of(self.before), *days_of(self.after)}
        return Scope(min(days), max(days))

    @property
    def digest(self) -> str:
        """Of everything the preview was made of: the whole calendar before the change, and the change."""
        book = {
            "days": [day_state(on, special) for on, special in sorted(self.book.rows.items())],
            "hours": sorted((agency_id, repr(eras)) for agency_id, eras in self.book.hours.items()),
            "change": [
                self.kind,
                self.what,
                None if self.is_of_new_agency else self.agency_id,
                self.before,
                self.after,
            ],
        }
        return hashlib.sha256(json.dumps(book, sort_keys=True).encode()).hexdigest()


def changed_days(before: CalendarBook, after: CalendarBook) -> set[date]:
    """Dates that are something else afterwards; of a year that becomes known or unknown its first and last day."""
    old, new = before.base.special_days, after.base.special_days
    days = {on for on in {*old, *new} if old.get(on) != new.get(on)}
    for year in {*(before.base.known_years or ())} ^ {*(after.base.known_years or ())}:
        days |= {date(year, 1, 1), date(year, 12, 31)}
    return days


def standing_book() -> CalendarBook:
    """The calendar as it stands, with the tree of agencies: what a proposal is made against."""
    return with_tree(read_book())


def preview_change(proposal: Proposal) -> list[Preview]:
    """What the change would move, one preview a kind of promise."""
    books = proposal.books
    scope = proposal.scope(books)
    return [recounter.preview(scope, books) for recounter in recounters().values()]


def seal_of(proposal: Proposal, previews: list[Preview]) -> str:
    """What a confirmation must bring back: which change on which calendar was shown, and how many would move."""
    return signing.dumps({"digest": proposal.digest, "moved": sum(one.moved for one in previews)}, salt=_SALT)


def confirm_change(*, actor: Actor, proposal: Proposal, moves_open: bool, seal: str) -> CalendarChange:
    """Journal the change and, with `moves_open`, start the recount. In the transaction that saves the rows, under
    `lock_calendar`.

    Raises CalendarMoved when the calendar or the change is not the one that was shown.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a change is confirmed in the transaction that saves it")
    if actor.user_id is None:
        raise NotPermitted
    shown = _open_seal(seal)
    if shown.get("digest") != proposal.digest:
        raise CalendarMoved
    scope = proposal.scope(proposal.books)
    change = CalendarChange.objects.create(
        kind=proposal.kind,
        what=proposal.what[:255],
        agency_id=proposal.agency_id,
        before=proposal.before,
        after=proposal.after,
        first_day=scope.first_day,
        last_day=scope.last_day,
        moves_open=moves_open,
        expected_count=shown["moved"] if moves_open else 0,
        made_at=clock.now(),
        made_by_id=actor.user_id,
        made_by_name=actor.display_name[:120],
    )
    if moves_open:
        for subject in recounters():
            CalendarRecount.objects.create(change=change, subject=subject)
            outbox.publish(CalendarRecountDue(change_id=change.pk, promise=subject, after_id=0))
    # After commit: forgotten earlier, another thread could read the old rows back in.
    transaction.on_commit(forget_calendar)
    return change


def _open_seal(seal: str) -> Mapping[str, Any]:
    try:
        shown = signing.loads(seal, salt=_SALT)
    except signing.BadSignature:
        raise CalendarMoved from None
    return shown if isinstance(shown, dict) else {}


@transaction.atomic
def recount_batch(*, change_id: int, subject: str, after_id: int) -> int:
    """Count the next BATCH promises anew and publish the batch after it, all in one transaction; returns how many.

    The row of the recount says how far it has come. A batch that was cut off leaves nothing behind and runs again; one
    that was done already is not done twice.
    """
    progress = CalendarRecount.objects.select_for_update(of=("self",)).get(change_id=change_id, subject=subject)
    if progress.finished_at is not None or progress.reached_id != after_id:
        return 0
    recounter = recounters()[subject]
    change = progress.change
    # This process may have read the calendar before the change.
    forget_calendar()
    ids = recounter.next_ids(_scope_of(change), after_id, BATCH)
    recounter.lock_all(ids)
    actor = Actor(kind=ActorKind.ADMINISTRATOR, user_id=change.made_by_id, display_name=change.made_by_name)
    cause = Cause(change_id=change.pk, what=change.what, actor=actor)
    for promise_id in ids:
        verdict = recounter.recount(promise_id, cause)
        progress.moved_count += verdict is Recounted.MOVED
        progress.kept_count += verdict is Recounted.KEPT
        progress.uncountable_count += verdict is Recounted.UNCOUNTABLE
        progress.reached_id = promise_id
    if len(ids) < BATCH:
        progress.finished_at = clock.now()
    else:
        outbox.publish(CalendarRecountDue(change_id=change_id, promise=subject, after_id=progress.reached_id))
    progress.save()
    return len(ids)


def _scope_of(change: CalendarChange) -> Scope:
    agency_ids = None if change.agency_id is None else standing_book().agencies_led_by(change.agency_id)
    return Scope(change.first_day, change.last_day, agency_ids)


# --- Proposals --------------------------------------------------------------------------------------------------------


def propose_day(*, book: CalendarBook, before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Proposal:
    """A special day added (nothing before), changed, or removed (nothing after)."""
    shown = (after or before)[0]
    what = f"{date.fromisoformat(shown['on']):%d/%m/%Y} {shown['name']}"
    return Proposal(CalendarChangeKind.DAY, what, book, before, after)


def propose_hours(
    *, book: CalendarBook, agency_id: int, name: str, before: list[dict[str, Any]], is_new: bool = False
) -> Proposal:
    """The hours that the agency works by now, against those of before. `is_new`: the agency itself was not there."""
    after = hours_state(standing_book(), agency_id)
    return Proposal(CalendarChangeKind.HOURS, name, book, before, after, agency_id, is_of_new_agency=is_new)
