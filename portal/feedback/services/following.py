"""The sender follows it up: by number and code, or with the account it was sent from."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from portal.core.actors import Actor
from portal.core.throttle import require_not_exhausted, spend
from portal.feedback import policies
from portal.feedback.enums import FeedbackAct
from portal.feedback.errors import FeedbackConflict, FeedbackNotFound, FollowRefused
from portal.feedback.models import Feedback
from portal.feedback.services.handling import count_on
from portal.feedback.services.moving import begin, checked

TRIES_PER_ADDRESS = 20
WRONG_TRIES_PER_NUMBER = 10
WINDOW_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Proof:
    """Who asks, and which feedback (public ids) they gave number and code of, or sent, in this session."""

    actor: Actor
    public_ids: frozenset[str] = frozenset()

    def opens(self, feedback: Feedback) -> bool:
        return str(feedback.public_id) in self.public_ids or policies.is_sender(self.actor, feedback)


def follow(*, number: str, code: str, client_address: str) -> Feedback:
    """The feedback with the number, if the code is its own. Wrong tries are counted per address and per number.

    Raises TooManyRequests, FollowRefused.
    """
    number, code = number.strip().upper()[:20], code.strip().upper()[:20]
    spend(f"feedback-follow:address:{client_address}", limit=TRIES_PER_ADDRESS, window_seconds=WINDOW_SECONDS)
    per_number = f"feedback-follow:number:{number}"
    require_not_exhausted(per_number, limit=WRONG_TRIES_PER_NUMBER)
    found = Feedback.objects.filter(number=number.replace("\x00", "")).first()
    known = found.follow_code if found is not None else "-" * 10
    if not hmac.compare_digest(known.encode(), code.encode()) or found is None:
        spend(per_number, limit=WRONG_TRIES_PER_NUMBER, window_seconds=WINDOW_SECONDS)
        raise FollowRefused
    return found


@transaction.atomic
def supply_more(*, proof: Proof, public_id: UUID, text: str, uploads: Sequence[UploadedFile] = ()) -> Feedback:
    """Say what was asked; the clock of the answer goes on. Raises FeedbackNotFound, FeedbackConflict, InvalidInput."""
    text = checked("text", text, uploads)
    step = begin(FeedbackAct.SUPPLY_MORE, actor=proof.actor, feedback_id=_opened(proof, public_id).pk, is_let_in=True)
    feedback = step.feedback
    feedback.supplied_at = step.at
    # Their time is what was promised, not what they took beyond it.
    count_on(feedback, min(step.at, feedback.supply_by or step.at))
    step.record(public_note=text, uploads=uploads)
    return feedback


@transaction.atomic
def rate_answer(*, proof: Proof, public_id: UUID, is_satisfied: bool, words: str = "") -> Feedback:
    """Satisfied with the answer or not, said once. Raises FeedbackNotFound, FeedbackConflict, InvalidInput."""
    words = checked("words", words) if words.replace("\x00", "").strip() else ""
    step = begin(FeedbackAct.RATE_ANSWER, actor=proof.actor, feedback_id=_opened(proof, public_id).pk, is_let_in=True)
    if step.feedback.is_satisfied is not None:
        raise FeedbackConflict
    step.feedback.is_satisfied = is_satisfied
    step.record(public_note=words)
    return step.feedback


def _opened(proof: Proof, public_id: UUID) -> Feedback:
    found = Feedback.objects.filter(public_id=public_id).first()
    if found is None or not proof.opens(found):
        raise FeedbackNotFound
    return found
