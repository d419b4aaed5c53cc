"""Use cases of feedback: one function, one transaction."""

from portal.feedback.services.following import (
    Proof,
    follow,
    rate_answer,
    supply_more,
)
from portal.feedback.services.handling import accept, answer, ask_more, pass_on, refuse
from portal.feedback.services.moving import MAX_FILES, MAX_TEXT
from portal.feedback.services.publishing import decline_publication, draft_publication, publish, take_down
from portal.feedback.services.sending import send_feedback
from portal.feedback.services.succession import hand_over_what_is_stranded, hand_to_successor

__all__ = [
    "MAX_FILES",
    "MAX_TEXT",
    "Proof",
    "accept",
    "answer",
    "ask_more",
    "decline_publication",
    "draft_publication",
    "follow",
    "hand_over_what_is_stranded",
    "hand_to_successor",
    "pass_on",
    "publish",
    "rate_answer",
    "refuse",
    "send_feedback",
    "supply_more",
    "take_down",
]
