"""Who may do what with a handoff: one table. State is not asked here.

Sharing never gives more rights than the sharer has: the agency that is asked works on its handoff and sees what was
shared with it while it is open; of the dossier itself it sees nothing more.
"""

from collections.abc import Callable
from enum import StrEnum

from dossiers.models import Handoff
from portal.accounts.enums import OfficerRole
from portal.core.actors import Absentee, Actor
from portal.core.errors import NotPermitted

R = OfficerRole
WORKING_ROLES = (R.CASE_OFFICER, R.SIGNER, R.AGENCY_HEAD)
"""Who can be given a handoff to work on."""


class HandoffAction(StrEnum):
    RECEIVE = "receive"
    ANSWER = "answer"
    REFUSE = "refuse"
    FORWARD = "forward"
    RECALL = "recall"
    ACKNOWLEDGE = "acknowledge"
    # The facts and files of the dossier that were shared.
    READ_SHARED = "read_shared"
    # The answer with its files.
    READ_ANSWER = "read_answer"
    # What the two agencies write to each other: nobody else's, not even another agency's of the dossier.
    READ_MESSAGES = "read_messages"
    WRITE_MESSAGE = "write_message"


Predicate = Callable[[Actor, Handoff], bool]


def _at_asked(*roles: OfficerRole) -> Predicate:
    def holds(actor: Actor, handoff: Handoff) -> bool:
        return _has_role(actor, handoff, handoff.to_agency_id, *roles)

    return holds


def _has_role(actor: Actor, handoff: Handoff, agency_id: int | None, *roles: OfficerRole) -> bool:
    """Nobody works on their own case, at whatever agency, nor lets a stand-in do it with their duties."""
    applicant_id = handoff.dossier.applicant_id
    return actor.user_id != applicant_id and actor.without_duties_of(applicant_id).has_role(agency_id, *roles)


def _decides(actor: Actor, handoff: Handoff) -> bool:
    """What binds the dossier's agency is said by who signs for the asked one."""
    roles = (R.SIGNER, R.AGENCY_HEAD) if handoff.is_binding else WORKING_ROLES
    return _at_asked(*roles)(actor, handoff)


def _asked_it(actor: Actor, handoff: Handoff) -> bool:
    roles = (R.CASE_OFFICER,) if handoff.via_id is None else WORKING_ROLES
    return _has_role(actor, handoff, handoff.from_agency_id, *roles)


def _answers_for_delay(actor: Actor, handoff: Handoff) -> bool:
    """Whoever can be told that the answer is late: who could work on it, the heads there and right above."""
    is_asked = _has_role(actor, handoff, handoff.to_agency_id, R.DESK_OFFICER, R.DESK_HEAD, *WORKING_ROLES)
    parent_id = handoff.to_agency.parent_id
    return is_asked or (parent_id is not None and _has_role(actor, handoff, parent_id, R.AGENCY_HEAD))


def _reads_shared(actor: Actor, handoff: Handoff) -> bool:
    """Any officer of the asked agency, while there is something to answer."""
    return handoff.is_open and _at_asked()(actor, handoff)


def _reads_answer(actor: Actor, handoff: Handoff) -> bool:
    dossier = handoff.dossier
    return bool(
        actor.agencies_as()
        & {
            handoff.to_agency_id,
            handoff.from_agency_id,
            dossier.responsible_agency_id,
            dossier.receiving_agency_id,
            dossier.resolving_agency_id,
        }
    )


def _is_on_a_side(actor: Actor, handoff: Handoff) -> bool:
    """Any officer of the agency that asks or of the one that was asked, not the applicant."""
    return any(_has_role(actor, handoff, one) for one in (handoff.from_agency_id, handoff.to_agency_id))


def _writes_for_a_side(actor: Actor, handoff: Handoff) -> bool:
    sides = (handoff.from_agency_id, handoff.to_agency_id)
    return any(_has_role(actor, handoff, one, *WORKING_ROLES) for one in sides)


MAY: dict[HandoffAction, Predicate] = {
    HandoffAction.RECEIVE: _at_asked(R.DESK_OFFICER, R.DESK_HEAD, *WORKING_ROLES),
    HandoffAction.ANSWER: _decides,
    HandoffAction.REFUSE: _decides,
    HandoffAction.FORWARD: _at_asked(*WORKING_ROLES),
    HandoffAction.RECALL: _asked_it,
    HandoffAction.ACKNOWLEDGE: _answers_for_delay,
    HandoffAction.READ_SHARED: _reads_shared,
    HandoffAction.READ_ANSWER: _reads_answer,
    HandoffAction.READ_MESSAGES: _is_on_a_side,
    HandoffAction.WRITE_MESSAGE: _writes_for_a_side,
}


def may(actor: Actor, action: HandoffAction, handoff: Handoff) -> bool:
    """Is the action this actor's to do? Reads the handoff's dossier."""
    return MAY[action](actor, handoff)


def require(actor: Actor, action: HandoffAction, handoff: Handoff) -> None:
    """Raises NotPermitted when the action is not this actor's to do."""
    if not may(actor, action, handoff):
        raise NotPermitted


def standing_in_for(actor: Actor, action: HandoffAction, handoff: Handoff) -> Absentee | None:
    """The absent officer without whose duties the actor could not do this; None when their own are enough."""
    return actor.stands_in_for(lambda who: may(who, action, handoff))
