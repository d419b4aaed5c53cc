"""Publishing an answer: written without names by one officer, read and let out by another."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core.actors import Actor
from portal.feedback.enums import FeedbackAct
from portal.feedback.errors import NamesLeft
from portal.feedback.models import Feedback
from portal.feedback.services.moving import Step, begin, checked
from portal.feedback.validators import personal_parts


@transaction.atomic
def draft_publication(
    *, actor: Actor, feedback_id: int, title: str, question: str, answer: str, seen_version: int | None = None
) -> Feedback:
    """What everybody is to read. Raises NamesLeft by field, InvalidInput, FeedbackConflict, NotPermitted."""
    title = checked("public_title", title, most=150)
    question, answer = checked("public_question", question), checked("public_answer", answer)
    step = begin(FeedbackAct.DRAFT_PUBLICATION, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    feedback = step.feedback
    feedback.public_title, feedback.public_question, feedback.public_answer = title, question, answer
    _require_no_names(step)
    feedback.drafted_by_id = actor.user_id
    step.record()
    return feedback


@transaction.atomic
def publish(*, actor: Actor, feedback_id: int, seen_version: int | None = None) -> Feedback:
    """Let out what another officer wrote. Raises NotPermitted for who wrote it, NamesLeft, FeedbackConflict."""
    step = begin(FeedbackAct.PUBLISH, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    _require_no_names(step)
    step.feedback.published_by_id = actor.user_id
    step.feedback.published_at = step.at
    step.record()
    return step.feedback


@transaction.atomic
def decline_publication(*, actor: Actor, feedback_id: int, reason: str, seen_version: int | None = None) -> Feedback:
    """Not published after all; the sender reads why. Raises InvalidInput, FeedbackConflict, NotPermitted."""
    reason = checked("reason", reason)
    step = begin(FeedbackAct.DECLINE_PUBLICATION, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    step.record(public_note=reason)
    return step.feedback


@transaction.atomic
def take_down(*, actor: Actor, feedback_id: int, reason: str, seen_version: int | None = None) -> Feedback:
    """No longer shown; the journal keeps who and why. Raises InvalidInput, FeedbackConflict, NotPermitted."""
    reason = checked("reason", reason)
    step = begin(FeedbackAct.TAKE_DOWN, actor=actor, feedback_id=feedback_id, seen_version=seen_version)
    step.record(internal_note=reason)
    return step.feedback


def _require_no_names(step: Step) -> None:
    feedback, fields = step.feedback, {}
    words = {
        "name": _("tên người gửi"),
        "number": _("dãy số như số giấy tờ hoặc điện thoại"),
        "email": _("địa chỉ thư điện tử"),
        "dossier_code": _("mã hồ sơ"),
    }
    for name in ("public_title", "public_question", "public_answer"):
        found = personal_parts(
            getattr(feedback, name), sender_name=feedback.sender_name, dossier_code=feedback.dossier_code
        )
        if found:
            fields[name] = _("Hãy bỏ: %(what)s.") % {"what": ", ".join(words[one] for one in found)}
    if fields:
        raise NamesLeft(fields=fields)
