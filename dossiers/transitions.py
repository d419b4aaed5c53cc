"""The one runner of all transitions: lock, permission, state, journal line, outbox event, in one transaction.

    step = transitions.begin(Transition.RECEIVE, actor=actor, dossier_id=dossier_id, seen_version=3)
    ... related reads and rows, under the row lock ...
    step.run(due_at=due_at)

What is done to a dossier without moving its state is a deed, and goes through `begin_deed` and `record` alike.

django-fsm fires signals before saving, does not check `permission=`, keeps no journal: none of that is relied on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from dossiers import holdings, policies
from dossiers.enums import Deed, DossierState, Transition
from dossiers.errors import DossierNotFound, TransitionConflict
from dossiers.events import EVENT_OF, EVENT_OF_DEED
from dossiers.models import Dossier, JournalEntry
from portal.core import clock, outbox
from portal.core.actors import Absentee, Actor, ActorKind
from portal.core.templatetags.portal import instant


@dataclass(slots=True)
class Step:
    """A transition that may happen: its dossier is locked until the transaction ends; `at` is its one instant."""

    transition: Transition
    actor: Actor
    dossier: Dossier
    at: datetime
    # The officer in whose place it is done, when the actor has the right to it from them alone.
    on_behalf_of: Absentee | None = None

    def run(
        self, *, public_note: str = "", internal_note: str = "", details: dict[str, Any] | None = None, **arguments: Any
    ) -> JournalEntry:
        """Move the state, save, write journal line and outbox event; `arguments` go to the transition method."""
        from_state = self.dossier.state
        getattr(self.dossier, self.transition.value)(at=self.at, **arguments)
        holdings.follow(self.dossier, self.transition, actor=self.actor, at=self.at)
        entry = _write(self, self.transition, from_state, public_note, internal_note, details)
        outbox.publish(EVENT_OF[self.transition](dossier_id=self.dossier.pk, sequence=entry.sequence))
        return entry


# Deeds after which the step in hand has another date to keep, or another agency.
_MOVES_ITS_FRAME = frozenset({Deed.RECOUNT_DUE, Deed.TRANSFER})


@dataclass(slots=True)
class DeedStep:
    """A deed that may be done: its dossier is locked until the transaction ends; `at` is its one instant."""

    deed: Deed
    actor: Actor
    dossier: Dossier
    at: datetime
    # The officer in whose place it is done, when the actor has the right to it from them alone.
    on_behalf_of: Absentee | None = None

    def record(
        self, *, public_note: str = "", internal_note: str = "", details: dict[str, Any] | None = None
    ) -> JournalEntry:
        """Save the dossier as the service changed it, write the journal line and, where one is listened for, the event."""
        if self.deed in _MOVES_ITS_FRAME:
            holdings.keep_with_dossier(self.dossier, actor=self.actor, at=self.at)
        entry = _write(self, self.deed, self.dossier.state, public_note, internal_note, details)
        event_class = EVENT_OF_DEED.get(self.deed)
        if event_class is not None:
            outbox.publish(event_class(dossier_id=self.dossier.pk, sequence=entry.sequence))
        return entry


def _write(
    step: Step | DeedStep,
    act: Transition | Deed,
    from_state: str,
    public_note: str,
    internal_note: str,
    details: dict[str, Any] | None,
) -> JournalEntry:
    dossier = step.dossier
    dossier.version += 1
    dossier.moved_at = step.at
    dossier.save()
    return JournalEntry.objects.create(
        dossier=dossier,
        sequence=dossier.version,
        act=act,
        from_state=from_state,
        to_state=dossier.state,
        at=step.at,
        actor_kind=step.actor.kind,
        actor_id=step.actor.user_id,
        actor_name=step.actor.display_name[:120],
        on_behalf_of_id=step.on_behalf_of.user_id if step.on_behalf_of else None,
        on_behalf_of_name=step.on_behalf_of.display_name[:120] if step.on_behalf_of else "",
        public_note=public_note,
        internal_note=internal_note,
        details={**_dates_of(dossier), **(details or {})},
    )


def _dates_of(dossier: Dossier) -> dict[str, Any]:
    """What was promised at this moment: a message tells the dates of its cause, not of the day it leaves."""
    return {
        "due_at": dossier.due_at.isoformat() if dossier.due_at else None,
        "next_date_at": dossier.next_date_at.isoformat() if dossier.next_date_at else None,
    }


def lock(dossier_id: int) -> Dossier:
    """The dossier under its row lock, with what transitions read. Raises DossierNotFound."""
    dossier = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("receiving_agency", "resolving_agency", "revision", "offering")
        .filter(pk=dossier_id)
        .first()
    )
    if dossier is None:
        raise DossierNotFound
    return dossier


def begin(transition: Transition, *, actor: Actor, dossier_id: int, seen_version: int | None = None) -> Step:
    """Lock the dossier and check that this actor may run the transition now.

    `seen_version` is the version of the page the actor looked at. Raises DossierNotFound, NotPermitted, or
    TransitionConflict whose sentence says who was faster. Must run in a transaction; the row lock lasts until its end.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("transitions run inside the service's transaction")
    dossier = lock(dossier_id)
    action = policies.Action(transition.value)
    policies.require(actor, action, dossier)
    is_stale = seen_version is not None and seen_version != dossier.version
    if is_stale or not can_proceed(getattr(dossier, transition.value)):
        raise TransitionConflict(who_was_faster(dossier))
    return Step(
        transition=transition,
        actor=actor,
        dossier=dossier,
        at=clock.now(),
        on_behalf_of=policies.standing_in_for(actor, action, dossier),
    )


def begin_deed(
    deed: Deed,
    *,
    actor: Actor,
    dossier_id: int,
    action: policies.Action,
    allowed_in: frozenset[DossierState],
    seen_version: int | None = None,
) -> DeedStep:
    """Lock the dossier and check that this actor may do the deed now, in one of the states it is allowed in.

    Raises DossierNotFound, NotPermitted, TransitionConflict, as `begin` does. Must run in a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("deeds are done inside the service's transaction")
    dossier = lock(dossier_id)
    is_stale = seen_version is not None and seen_version != dossier.version
    is_readable = policies.may(actor, policies.Action.READ_AS_OFFICER, dossier)
    if is_stale and action in policies.STEP_ACTIONS and is_readable:
        raise TransitionConflict(who_was_faster(dossier))
    policies.require(actor, action, dossier)
    if is_stale or dossier.state not in allowed_in:
        raise TransitionConflict(who_was_faster(dossier))
    return DeedStep(
        deed=deed,
        actor=actor,
        dossier=dossier,
        at=clock.now(),
        on_behalf_of=policies.standing_in_for(actor, action, dossier),
    )


def who_was_faster(dossier: Dossier) -> str:
    """The sentence of a conflict: who did what, when, and where the dossier is now."""
    last = dossier.journal.order_by("-sequence").first()
    if last is None:
        return _("Hồ sơ đang ở trạng thái “%(state)s”, không làm được việc này.") % {
            "state": DossierState(dossier.state).label
        }
    return _("%(name)s đã làm trước: %(what)s, lúc %(when)s. Hồ sơ đang ở trạng thái “%(state)s”.") % {
        "name": _("Hệ thống") if last.actor_kind == ActorKind.SYSTEM else last.done_by,
        "what": str(last.get_act_display()).lower(),
        "when": instant(last.at),
        "state": DossierState(dossier.state).label,
    }
