"""The one runner of all transitions: lock, permission, state, journal line, outbox event, in one transaction.

    step = transitions.begin(Transition.RECEIVE, actor=actor, dossier_id=dossier_id, seen_version=3)
    ... related reads and rows, under the row lock ...
    step.run(due_at=due_at)

What is done to a dossier without moving its state is a deed, and goes through `begin_deed` and `record` alike.

django-fsm fires signals before saving, does not check `permission=`, keeps no journal: none of that is relied on.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django_fsm import can_proceed

from dossiers import holdings, policies
from dossiers.enums import PUBLIC_DEEDS, UNDOABLE, Deed, DossierState, Transition
from dossiers.errors import DossierNotFound, OwnOrganisation, TransitionConflict
from dossiers.events import EVENT_OF, EVENT_OF_DEED
from dossiers.models import Dossier, JournalEntry, UndoPoint
from portal.core import clock, outbox
from portal.core.actors import Absentee, Actor, ActorKind
from portal.core.errors import NotPermitted
from portal.core.single_rows import only_row
from portal.core.templatetags.portal import instant


@dataclass(slots=True)
class Step:
    """A transition that may happen: its dossier is locked until the transaction ends; `at` is its one instant."""

    transition: Transition
    actor: Actor
    dossier: Dossier
    at: datetime
    # The dossier's columns as the lock found them; empty where there is no way back.
    before: dict[str, Any] = field(default_factory=dict)
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
        window = undo_window() if self.before else timedelta(0)
        event = outbox.publish(
            EVENT_OF[self.transition](dossier_id=self.dossier.pk, sequence=entry.sequence), held_for=window
        )
        if window:
            UndoPoint.objects.create(entry=entry, event=event, before=self._changed(), until=self.at + window)
        return entry

    def _changed(self) -> dict[str, Any]:
        after = columns_of(self.dossier)
        return {name: value for name, value in self.before.items() if after[name] != value}


# Deeds after which the step in hand has another date to keep, or another agency.
_MOVES_ITS_FRAME = frozenset(
    {
        *(Deed.RECOUNT_DUE, Deed.TRANSFER, Deed.POST_RESULT, Deed.TAKE_RESULT_BACK),
        *(Deed.PREPAID, Deed.NOTE_QUANTITY, Deed.ACCEPT_RELIEF, Deed.REFUSE_RELIEF, Deed.PAYMENT_TAKEN_BACK),
    }
)


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


def record_together(
    deed: Deed,
    *,
    actor: Actor,
    dossiers: Sequence[Dossier],
    at: datetime,
    details: Sequence[dict[str, Any]],
    internal_note: str = "",
) -> None:
    """Journal one automatic deed for many dossiers, whose rows the caller has locked: two queries however many.

    What the system notes about a dossier does not move it up in its citizen's list, so `moved_at` stays as it is.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotPermitted
    Dossier.objects.filter(pk__in=[dossier.pk for dossier in dossiers]).update(version=F("version") + 1)
    entries = []
    for dossier, facts in zip(dossiers, details, strict=True):
        dossier.version += 1
        entries.append(
            JournalEntry(
                dossier=dossier,
                sequence=dossier.version,
                act=deed,
                from_state=dossier.state,
                to_state=dossier.state,
                at=at,
                actor_kind=actor.kind,
                actor_name=actor.display_name,
                internal_note=internal_note,
                details={**_dates_of(dossier), **facts},
            )
        )
    JournalEntry.objects.bulk_create(entries)


def _write(
    step: Step | DeedStep,
    act: Transition | Deed,
    from_state: str,
    public_note: str,
    internal_note: str,
    details: dict[str, Any] | None,
) -> JournalEntry:
    dossier = step.dossier
    if act != Transition.UNDO:
        _let_go_of_what_is_held(dossier, step.at)
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


def _let_go_of_what_is_held(dossier: Dossier, at: datetime) -> None:
    """What the act before still holds back leaves now: this line closes its way back, and its mail must not come second.

    No query once the last act is older than the window.
    """
    window = undo_window()
    if not window or at - dossier.moved_at > window:
        return
    held = UndoPoint.objects.filter(entry__dossier=dossier, until__gt=at, undone_at__isnull=True)
    outbox.release(list(held.values_list("event_id", flat=True)))


def undo_window() -> timedelta:
    """How long an act can be taken back, and its mail waits; zero switches undoing off."""
    return timedelta(seconds=settings.UNDO_WINDOW_SECONDS)


class _ExactEncoder(DjangoJSONEncoder):
    """Instants to the microsecond, as the database keeps them: what is put back must be what was there."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def columns_of(dossier: Dossier) -> dict[str, Any]:
    """Every column as JSON keeps it, without those that only ever rise."""
    values = {
        column.attname: column.value_from_object(dossier)
        for column in dossier._meta.concrete_fields
        if column.attname not in {"id", "state", "version", "moved_at"}
    }
    plain: dict[str, Any] = json.loads(json.dumps(values, cls=_ExactEncoder))
    return plain


def _dates_of(dossier: Dossier) -> dict[str, Any]:
    """What was promised at this moment: a message tells the dates of its cause, not of the day it leaves."""
    return {
        "due_at": dossier.due_at.isoformat() if dossier.due_at else None,
        "next_date_at": dossier.next_date_at.isoformat() if dossier.next_date_at else None,
    }


def lock(dossier_id: int) -> Dossier:
    """The dossier under its row lock, with what transitions read. Raises DossierNotFound.

    Locked first and read afterwards: a row that waited for its lock is checked again by PostgreSQL against the joined rows
    it had found before, and drops out of the result when meanwhile it points to another agency.
    """
    only_row(Dossier.objects.select_for_update().filter(pk=dossier_id).values_list("pk"))
    joined = Dossier.objects.select_related("receiving_agency", "resolving_agency", "revision", "offering")
    dossier = only_row(joined.filter(pk=dossier_id))
    if dossier is None:
        raise DossierNotFound
    return dossier


def lock_all(dossier_ids: Collection[int]) -> None:
    """Row locks of many dossiers in the order of their keys, in which everybody takes several."""
    if dossier_ids:
        list(Dossier.objects.select_for_update().filter(pk__in=dossier_ids).order_by("pk").values_list("pk"))


def begin(
    transition: Transition,
    *,
    actor: Actor,
    dossier_id: int,
    seen_version: int | None = None,
    action: policies.Action | None = None,
) -> Step:
    """Lock the dossier and check that this actor may run the transition now.

    `seen_version` is the version of the page the actor looked at; an applicant's page is old only once something happened
    that it would tell of. `action` is asked of the policies where it is not the transition's own. Raises DossierNotFound,
    NotPermitted, or TransitionConflict whose sentence says who was faster. Must run in a transaction; the row lock lasts
    until its end.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("transitions run inside the service's transaction")
    dossier = lock(dossier_id)
    action = action or policies.Action(transition.value)
    is_applicant = policies.is_applicant(actor, dossier)
    is_stale = _is_stale(dossier, seen_version, for_applicant=is_applicant)
    able = _require(actor, action, dossier, is_stale=is_stale)
    if is_stale or not can_proceed(getattr(dossier, transition.value)):
        raise TransitionConflict(who_was_faster(dossier, for_applicant=is_applicant))
    has_way_back = transition in UNDOABLE and actor.is_officer and undo_window()
    return Step(
        transition=transition,
        actor=actor,
        dossier=dossier,
        at=clock.now(),
        before=columns_of(dossier) if has_way_back else {},
        on_behalf_of=policies.standing_in_for(able, action, dossier),
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
    able = _require(actor, action, dossier, is_stale=is_stale)
    if is_stale or dossier.state not in allowed_in:
        raise TransitionConflict(who_was_faster(dossier))
    return DeedStep(
        deed=deed,
        actor=actor,
        dossier=dossier,
        at=clock.now(),
        on_behalf_of=policies.standing_in_for(able, action, dossier),
    )


def _require(actor: Actor, action: policies.Action, dossier: Dossier, *, is_stale: bool) -> Actor:
    """The actor as far as they are disinterested.

    Raises NotPermitted, OwnOrganisation; TransitionConflict where the step may have been theirs on the page they looked at.
    """
    is_readable = is_stale and policies.may(actor, policies.Action.READ_AS_OFFICER, dossier)
    if is_readable and action in policies.STEP_ACTIONS:
        raise TransitionConflict(who_was_faster(dossier))
    policies.require(actor, action, dossier)
    able = policies.disinterested(actor, dossier)
    if not policies.may(able, action, dossier):
        raise OwnOrganisation
    return able


def _is_stale(dossier: Dossier, seen_version: int | None, *, for_applicant: bool) -> bool:
    if seen_version is None or seen_version == dossier.version:
        return False
    return (
        not for_applicant
        or seen_version > dossier.version
        or _journal_of(dossier, for_applicant=True).filter(sequence__gt=seen_version).exists()
    )


def _journal_of(dossier: Dossier, *, for_applicant: bool) -> QuerySet[JournalEntry]:
    """All lines, or those that the applicant's own page tells of: the rest is the agency's business."""
    return dossier.journal.filter(act__in=[*Transition, *PUBLIC_DEEDS]) if for_applicant else dossier.journal.all()


def who_was_faster(dossier: Dossier, *, for_applicant: bool = False) -> str:
    """The sentence of a conflict: who did what, when, and where the dossier is now; no internal act `for_applicant`."""
    last = _journal_of(dossier, for_applicant=for_applicant).order_by("-sequence").first()
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
