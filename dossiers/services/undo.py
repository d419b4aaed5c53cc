"""Undo: an officer takes back their own last act while nobody outside has heard of it (PITFALLS part 2, item 10).

The mails and slips of such an act wait in the outbox for the length of the window. Undoing recalls them and puts the
dossier's columns back in one transaction, so a mail without its cause cannot leave: either the worker claimed it first and
undoing is too late, or undoing came first and it never leaves.
"""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import policies, transitions
from dossiers.enums import DossierState, Transition
from dossiers.errors import UndoTooLate
from dossiers.models import Dossier, JournalEntry, SupplementRequest, UndoPoint
from dossiers.services import issuing, prepayment
from dossiers.services.postal import undo_delivery
from portal.core import clock, outbox
from portal.core.actors import Actor


def undo_point_of(*, actor: Actor, dossier: Dossier, last: JournalEntry | None = None) -> UndoPoint | None:
    """The way back that this actor may take now, or None: their own act, the last one, inside its window.

    `last` is the newest journal line where the caller has read it already, with its `undo_point`.
    """
    last = last or dossier.journal.select_related("undo_point").order_by("-sequence").first()
    if last is None or last.actor_id is None or last.actor_id != actor.user_id:
        return None
    point: UndoPoint | None = getattr(last, "undo_point", None)
    if point is None or point.undone_at is not None or point.until <= clock.now():
        return None
    # Whose a first step of work was is no longer asked of who has begun it: they have it.
    is_still_theirs = policies.may(actor, policies.Action(last.act), dossier) or (
        last.act == Transition.START_PROCESSING and policies.has_the_step(actor, dossier)
    )
    return point if is_still_theirs and policies.may(actor, policies.Action.UNDO, dossier) else None


@transaction.atomic
def undo(*, actor: Actor, dossier_id: int, seen_version: int | None = None) -> Dossier:
    """Take the actor's last act on the dossier back, as if it had not been done; both stay in the journal.

    Raises UndoTooLate when the citizen was told, or the window is over, or somebody built on it; NotPermitted;
    TransitionConflict for a stale page.
    """
    step = transitions.begin(Transition.UNDO, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    dossier = step.dossier
    point = undo_point_of(actor=actor, dossier=dossier)
    if point is None or not outbox.recall(point.event_id):
        raise UndoTooLate
    entry = point.entry
    if issuing.is_out(entry):
        # Somebody printed the slip before its time came: paper is not called back.
        raise UndoTooLate
    what = _("Hoàn tác: %(what)s.") % {"what": str(entry.get_act_display()).lower()}
    issuing.void_sheets_of(entry, reason=what)
    for take_back in _TAKES_BACK.get(Transition(entry.act), ()):
        take_back(dossier, entry)
    for name, value in point.before.items():
        column = next(one for one in Dossier._meta.concrete_fields if one.attname == name)
        setattr(dossier, name, column.to_python(value))
    step.run(
        back_to=DossierState(entry.from_state),
        internal_note=what,
        details={"undone": entry.sequence},
    )
    point.undone_at = step.at
    point.save(update_fields=["undone_at"])
    # A fee that was waited for may have been paid while the dossier was refused: nothing else would notice.
    return prepayment.follow_prepayment(dossier_id=dossier_id) or dossier


def _take_supplement_back(dossier: Dossier, entry: JournalEntry) -> None:
    """The request nobody has read yet goes, and so does its pause. Raises UndoTooLate once the citizen has begun."""
    request = dossier.supplements.filter(requested_at=entry.at, answered_at__isnull=True).first()
    if request is None or _is_begun(request):
        raise UndoTooLate
    request.items.all().delete()
    request.delete()
    dossier.pauses.filter(started_at=entry.at, ended_at__isnull=True).delete()


def _is_begun(request: SupplementRequest) -> bool:
    """Would anything be lost that the citizen wrote, mended or uploaded?"""
    is_written = bool(request.draft_version or request.saved_at)
    return is_written or request.files.exists() or request.declaration_files.exists()


_TAKES_BACK: dict[Transition, tuple[Callable[[Dossier, JournalEntry], None], ...]] = {
    Transition.REQUEST_SUPPLEMENT: (_take_supplement_back,),
    Transition.HAND_OVER_RESULT: (undo_delivery,),
}
"""Rows beside the dossier that an act made; the dossier's own columns are put back for all acts alike."""
