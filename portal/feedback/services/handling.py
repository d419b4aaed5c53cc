"""What the agency does with feedback: take it on, pass it on, ask, return, answer."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from portal.feedback import deadlines
from portal.feedback.enums import FeedbackAct, FeedbackKind, FeedbackState
from portal.feedback.errors import FeedbackConflict
from portal.feedback.models import Feedback
from portal.feedback.services.moving import Step, begin, checked, owes_publication, start_clock

MOST_PASSED_ON = 2


@transaction.atomic
def accept(*, actor: Actor, feedback_id: int, kind: str, note: str = "", seen_version: int | None = None) -> Feedback:
    """Take it on under the kind it is of. Raises NotPermitted, FeedbackConflict, InvalidInput."""
    if kind not in FeedbackKind.values:
        raise InvalidInput(fields={"kind": _("Chọn loại phản ánh, kiến nghị.")})
    step = begin(FeedbackAct.ACCEPT, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    step.feedback.kind = kind
    step.feedback.classified_at = step.at
    if step.at > step.feedback.refuse_by:
        step.feedback.was_late = True
    step.record(internal_note=note.replace("\x00", "").strip())
    return step.feedback


@transaction.atomic
def pass_on(
    *, actor: Actor, feedback_id: int, agency_id: int | None, reason: str, seen_version: int | None = None
) -> Feedback:
    """It is another agency's: that one's clock starts now. At most MOST_PASSED_ON times, so that it comes to rest.

    Raises InvalidInput, FeedbackConflict, NotPermitted.
    """
    reason = checked("reason", reason)
    step = begin(FeedbackAct.PASS_ON, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    feedback = step.feedback
    if feedback.passed_on_count >= MOST_PASSED_ON:
        raise FeedbackConflict(_("Phản ánh này đã được chuyển nhiều lần. Hãy giải quyết, hoặc trả lại và nêu lý do."))
    agency = account_selectors.agencies_in_force().exclude(pk=feedback.agency_id).filter(pk=agency_id or 0).first()
    if agency is None:
        raise InvalidInput(fields={"agency": _("Chọn một cơ quan khác.")})
    before = feedback.agency.name
    feedback.agency = agency
    feedback.passed_on_count += 1
    start_clock(feedback, step.at)
    step.record(public_note=f"{before} → {agency.name}", internal_note=reason)
    return feedback


@transaction.atomic
def ask_more(*, actor: Actor, feedback_id: int, question: str, seen_version: int | None = None) -> Feedback:
    """Ask the sender, once; the clock of the answer stands still until they say it or their time is over.

    Raises InvalidInput, FeedbackConflict, NotPermitted.
    """
    question = checked("question", question)
    step = begin(FeedbackAct.ASK_MORE, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    feedback = step.feedback
    if feedback.asked_at is not None:
        raise FeedbackConflict(_("Đã đề nghị bổ sung một lần. Hãy giải quyết theo những gì đã có."))
    calendar = account_selectors.calendar_to_promise_by(feedback.agency_id, step.at)
    feedback.asked_at = step.at
    feedback.supply_by = deadlines.due(step.at, deadlines.SUPPLY_WITHIN, calendar)
    # As if they said it at the last moment; saying it earlier brings the date forward. Silence must not leave it open.
    count_on(feedback, feedback.supply_by)
    feedback.classified_at = feedback.classified_at or step.at
    step.record(public_note=question)
    return feedback


@transaction.atomic
def refuse(*, actor: Actor, feedback_id: int, reason: str, seen_version: int | None = None) -> Feedback:
    """Return it with the reason, which the sender reads. While the sender is waited for, only once their time is over.

    Raises InvalidInput, FeedbackConflict, NotPermitted.
    """
    reason = checked("reason", reason)
    step = begin(FeedbackAct.REFUSE, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    _require_no_wait(step)
    step.feedback.refused_at = step.at
    step.record(public_note=reason)
    return step.feedback


@transaction.atomic
def answer(
    *,
    actor: Actor,
    feedback_id: int,
    text: str,
    uploads: Sequence[UploadedFile] = (),
    seen_version: int | None = None,
) -> Feedback:
    """The answer, final; where the sender chose so, the agency now owes a word on publishing it.

    Raises InvalidInput, FeedbackConflict, NotPermitted.
    """
    text = checked("text", text, uploads)
    step = begin(FeedbackAct.ANSWER, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    feedback = step.feedback
    _require_no_wait(step)
    feedback.answer = text
    feedback.answered_at = step.at
    if owes_publication(feedback):
        calendar = account_selectors.calendar_to_promise_by(feedback.agency_id, step.at)
        feedback.publish_by = deadlines.due(step.at, deadlines.PUBLISH_WITHIN, calendar)
    step.record(public_note=text, uploads=uploads)
    return feedback


def count_on(feedback: Feedback, until: datetime) -> None:
    """The sender was waited for: the answer's date moves by the working time that stood still."""
    if feedback.asked_at is None:
        return
    calendar = account_selectors.calendar_to_promise_by(feedback.agency_id, feedback.assigned_at)
    pauses = [(feedback.asked_at, until)]
    feedback.answer_by = deadlines.due(feedback.assigned_at, deadlines.ANSWER_WITHIN, calendar, pauses)


def _require_no_wait(step: Step) -> None:
    """Nothing is closed over the head of a sender who still has time to say what was asked."""
    feedback = step.feedback
    if feedback.state != FeedbackState.MORE_ASKED:
        return
    if feedback.supply_by is None or clock.now() <= feedback.supply_by:
        raise FeedbackConflict(_("Người gửi còn thời gian bổ sung. Hãy đợi đến khi hết hạn hoặc có bổ sung."))
    if step.at > feedback.answer_by:
        feedback.was_late = True
