"""Who may do what with feedback: one table. State is not asked here; reading is `Feedback.objects.visible_to`."""

from collections.abc import Callable

from portal.accounts.enums import OfficerRole
from portal.core.actors import Absentee, Actor
from portal.core.errors import NotPermitted
from portal.feedback.enums import HANDLERS, LEADERS, REVIEWERS, FeedbackAct
from portal.feedback.models import Feedback

Predicate = Callable[[Actor, Feedback], bool]


def _at_agency(roles_of: Callable[[Feedback], tuple[OfficerRole, ...]]) -> Predicate:
    """An officer of the agency that has it, never who sent it, nor with the sender's duties."""

    def holds(actor: Actor, feedback: Feedback) -> bool:
        if actor.user_id is None or actor.user_id == feedback.sender_id:
            return False
        able = actor if feedback.sender_id is None else actor.without_duties_of(feedback.sender_id)
        return able.has_role(feedback.agency_id, *roles_of(feedback))

    return holds


_handler = _at_agency(lambda feedback: LEADERS if feedback.is_about_people else HANDLERS)
_reviewer = _at_agency(lambda _feedback: REVIEWERS)


def is_sender(actor: Actor, feedback: Feedback) -> bool:
    """With an account. Who has only number and code is let in by the view that checked them."""
    return actor.user_id is not None and actor.user_id == feedback.sender_id


def _approves(actor: Actor, feedback: Feedback) -> bool:
    """Nobody approves what they wrote."""
    return _reviewer(actor, feedback) and actor.user_id != feedback.drafted_by_id


MAY: dict[FeedbackAct, Predicate] = {
    FeedbackAct.ACCEPT: _handler,
    FeedbackAct.PASS_ON: _handler,
    FeedbackAct.ASK_MORE: _handler,
    FeedbackAct.REFUSE: _handler,
    FeedbackAct.ANSWER: _handler,
    FeedbackAct.DRAFT_PUBLICATION: _handler,
    FeedbackAct.PUBLISH: _approves,
    FeedbackAct.DECLINE_PUBLICATION: _reviewer,
    FeedbackAct.TAKE_DOWN: _reviewer,
}


def may(actor: Actor, act: FeedbackAct, feedback: Feedback) -> bool:
    """Is the act this officer's to do?"""
    return MAY[act](actor, feedback)


def require(actor: Actor, act: FeedbackAct, feedback: Feedback) -> None:
    """Raises NotPermitted when it is not."""
    if not may(actor, act, feedback):
        raise NotPermitted


def standing_in_for(actor: Actor, act: FeedbackAct, feedback: Feedback) -> Absentee | None:
    """The absent officer without whose duties the actor could not do this; None when their own are enough."""
    return actor.stands_in_for(lambda who: may(who, act, feedback))
