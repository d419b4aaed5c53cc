"""What all acts share: the row lock, the table of moves, the clock, the journal line, files, the event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal.accounts import selectors as account_selectors
from portal.core import clock, outbox
from portal.core.actors import Absentee, Actor
from portal.documents import services as document_services
from portal.feedback import deadlines, policies
from portal.feedback.enums import (
    OF_THE_SENDER,
    OPEN_PUBLICATION,
    TOLD_BY_MAIL,
    FeedbackAct,
    FeedbackState,
    Publication,
)
from portal.feedback.errors import FeedbackConflict, FeedbackNotFound
from portal.feedback.events import FeedbackMoved
from portal.feedback.lifecycles import MOVES, PUBLICATION_MOVES, is_possible
from portal.feedback.models import Feedback, FeedbackEntry, FeedbackFile

MAX_FILES = 5
MAX_TEXT = 4000
PURPOSE = "feedback"

_DATE_OF: dict[FeedbackAct, str] = {
    FeedbackAct.PASS_ON: "refuse_by",
    FeedbackAct.REFUSE: "refuse_by",
    FeedbackAct.ASK_MORE: "ask_by",
    FeedbackAct.ANSWER: "answer_by",
    FeedbackAct.PUBLISH: "publish_by",
    FeedbackAct.DECLINE_PUBLICATION: "publish_by",
}
"""By which date an act must be done; later ones are done all the same, and remembered as late."""


@dataclass(slots=True)
class Step:
    """An act that may be done: its feedback is locked until the transaction ends; `at` is its one instant."""

    act: FeedbackAct
    actor: Actor
    feedback: Feedback
    at: datetime
    on_behalf_of: Absentee | None = None

    def record(
        self, *, public_note: str = "", internal_note: str = "", uploads: Sequence[UploadedFile] = ()
    ) -> FeedbackEntry:
        """Move state and publication by the tables, work out the next date, save, write journal line, files and event."""
        feedback = self.feedback
        state = MOVES[self.act][1] if self.act in MOVES else None
        if state is not None:
            feedback.state = state
        if self.act in PUBLICATION_MOVES:
            feedback.publication = PUBLICATION_MOVES[self.act][1]
        feedback.next_due_at = next_date(feedback)
        feedback.version += 1
        feedback.save()
        return write_line(self, public_note=public_note, internal_note=internal_note, uploads=uploads)


def begin(
    act: FeedbackAct, *, actor: Actor, feedback_id: int, seen_version: int | None = None, is_let_in: bool = False
) -> Step:
    """Lock the feedback and check that this actor may do the act now. Must run in a transaction.

    `is_let_in`: a sender, who proved it to the caller. Raises FeedbackNotFound, NotPermitted, FeedbackConflict.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("acts are done inside the service's transaction")
    feedback = Feedback.objects.select_for_update(of=("self",)).filter(pk=feedback_id).first()
    if feedback is None:
        raise FeedbackNotFound
    step = Step(act=act, actor=actor, feedback=feedback, at=clock.now())
    if not (is_let_in and act in OF_THE_SENDER):
        policies.require(actor, act, feedback)
        step.on_behalf_of = policies.standing_in_for(actor, act, feedback)
    is_stale = seen_version is not None and seen_version != feedback.version
    if is_stale or not is_possible(act, feedback.state, feedback.publication):
        raise FeedbackConflict
    by = getattr(feedback, _DATE_OF[act]) if act in _DATE_OF else None
    # Whoever waits for the sender is not late while waiting.
    if by is not None and step.at > by and feedback.state != FeedbackState.MORE_ASKED:
        feedback.was_late = True
    return step


def start_clock(feedback: Feedback, at: datetime) -> None:
    """The dates of an agency that gets it now, by its own working hours."""
    calendar = account_selectors.calendar_to_promise_by(feedback.agency_id, at)
    feedback.assigned_at = at
    feedback.refuse_by = deadlines.due(at, deadlines.REFUSE_WITHIN, calendar)
    feedback.ask_by = deadlines.due(at, deadlines.ASK_WITHIN, calendar)
    feedback.answer_by = deadlines.due(at, deadlines.ANSWER_WITHIN, calendar)


def next_date(feedback: Feedback) -> datetime | None:
    """When somebody must act next; None when nobody has to."""
    if feedback.state == FeedbackState.SUBMITTED:
        return feedback.refuse_by
    if feedback.state == FeedbackState.ACCEPTED:
        return feedback.answer_by
    if feedback.state == FeedbackState.MORE_ASKED:
        return feedback.supply_by
    if feedback.state == FeedbackState.ANSWERED and feedback.publication in OPEN_PUBLICATION:
        return feedback.publish_by
    return None


def write_line(
    step: Step, *, public_note: str = "", internal_note: str = "", uploads: Sequence[UploadedFile] = ()
) -> FeedbackEntry:
    feedback = step.feedback
    is_senders = step.act in OF_THE_SENDER
    entry = FeedbackEntry.objects.create(
        feedback=feedback,
        sequence=feedback.version,
        act=step.act,
        at=step.at,
        agency_id=feedback.agency_id,
        actor_kind=step.actor.kind,
        actor_id=step.actor.user_id,
        actor_name=feedback.sender_name if is_senders else step.actor.display_name[:120],
        on_behalf_of_name=step.on_behalf_of.display_name[:120] if step.on_behalf_of else "",
        public_note=public_note,
        internal_note=internal_note,
    )
    for document in document_services.store_enclosures(step.actor, uploads, purpose=PURPOSE):
        FeedbackFile.objects.create(entry=entry, document=document)
    if step.act in TOLD_BY_MAIL:
        outbox.publish(FeedbackMoved(feedback_id=feedback.pk, sequence=entry.sequence))
    return entry


def checked(name: str, text: str, uploads: Sequence[UploadedFile] = (), *, most: int = MAX_TEXT) -> str:
    """The words as they are kept. Raises InvalidInput by field."""
    return document_services.require_letter(text, uploads, field=name, most=most, most_files=MAX_FILES)


def owes_publication(feedback: Feedback) -> bool:
    return feedback.publication == Publication.WANTED
