"""Who may do what with a dossier: one predicate a sentence, one table (STYLE 16). State is not asked here.

Reading is decided by `Dossier.objects.visible_to(actor)`: what an actor may not see does not exist for them.
"""

from collections.abc import Callable
from enum import StrEnum

from django.db.models import Q

from dossiers.models import Dossier
from portal.accounts.enums import OfficerRole
from portal.core.actors import Actor, ActorKind
from portal.core.errors import NotPermitted


class Action(StrEnum):
    """What can be asked of a dossier; transitions bear the transition's name."""

    EDIT_DRAFT = "edit_draft"
    SUBMIT = "submit"
    RECEIVE = "receive"
    REFUSE_INTAKE = "refuse_intake"
    START_PROCESSING = "start_processing"
    REQUEST_SUPPLEMENT = "request_supplement"
    ANSWER_SUPPLEMENT = "answer_supplement"
    REQUEST_PAYMENT = "request_payment"
    RESUME_AFTER_PAYMENT = "resume_after_payment"
    TAKE_COUNTER_PAYMENT = "take_counter_payment"
    WITHDRAW = "withdraw"
    STOP = "stop"
    RESOLVE = "resolve"
    HAND_OVER_RESULT = "hand_over_result"
    DELIVER_RESULT_ONLINE = "deliver_result_online"
    READ_AS_OFFICER = "read_as_officer"
    REQUEST_OBLIGATION = "request_obligation"
    OPEN_HANDOFF = "open_handoff"
    WORK_ON_HANDOFF = "work_on_handoff"


Predicate = Callable[[Actor, Dossier], bool]


def is_applicant(actor: Actor, dossier: Dossier) -> bool:
    """The citizen whose dossier it is, never an officer acting on their own case at the desk."""
    return actor.user_id is not None and dossier.applicant_id == actor.user_id


def is_system(actor: Actor, dossier: Dossier) -> bool:
    return actor.kind is ActorKind.SYSTEM


def works_for_the_dossier(actor: Actor, dossier: Dossier) -> bool:
    """Any officer of an agency that received, holds or resolves it."""
    agencies = actor.agencies_as()
    return bool(agencies & {dossier.responsible_agency_id, dossier.receiving_agency_id, dossier.resolving_agency_id})


def _officer(*roles: OfficerRole, at_receiving: bool = False) -> Predicate:
    """An officer with one of the roles at the resolving (or receiving) agency, who is not the applicant."""

    def holds(actor: Actor, dossier: Dossier) -> bool:
        agency_id = dossier.receiving_agency_id if at_receiving else dossier.resolving_agency_id
        # Nobody decides their own case.
        return actor.has_role(agency_id, *roles) and dossier.applicant_id != actor.user_id

    return holds


def takes_part_in_a_handoff(actor: Actor, dossier: Dossier) -> bool:
    """An officer whose agency was asked about it, or asked. What they may do there: `handoff_policies`."""
    agencies = actor.agencies_as()
    return (
        bool(agencies)
        and dossier.handoffs.filter(Q(to_agency_id__in=agencies) | Q(from_agency_id__in=agencies)).exists()
    )


_desk = _officer(OfficerRole.DESK_OFFICER, at_receiving=True)
_case = _officer(OfficerRole.CASE_OFFICER)
_signer = _officer(OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
_cashier = _officer(OfficerRole.CASHIER, OfficerRole.DESK_OFFICER, at_receiving=True)

MAY: dict[Action, Predicate] = {
    Action.EDIT_DRAFT: is_applicant,
    Action.SUBMIT: is_applicant,
    Action.RECEIVE: _desk,
    Action.REFUSE_INTAKE: _desk,
    Action.START_PROCESSING: _case,
    Action.REQUEST_SUPPLEMENT: lambda actor, dossier: _case(actor, dossier) or _desk(actor, dossier),
    Action.ANSWER_SUPPLEMENT: is_applicant,
    Action.REQUEST_PAYMENT: _case,
    Action.RESUME_AFTER_PAYMENT: is_system,
    Action.TAKE_COUNTER_PAYMENT: _cashier,
    Action.WITHDRAW: is_applicant,
    Action.STOP: lambda actor, dossier: _case(actor, dossier) or _signer(actor, dossier),
    Action.RESOLVE: _signer,
    Action.HAND_OVER_RESULT: _desk,
    Action.DELIVER_RESULT_ONLINE: is_system,
    Action.READ_AS_OFFICER: works_for_the_dossier,
    Action.REQUEST_OBLIGATION: is_system,
    # Planned ones open by themselves.
    Action.OPEN_HANDOFF: lambda actor, dossier: _case(actor, dossier) or is_system(actor, dossier),
    Action.WORK_ON_HANDOFF: takes_part_in_a_handoff,
}


def may(actor: Actor, action: Action, dossier: Dossier) -> bool:
    """Is the action this actor's to do?"""
    return MAY[action](actor, dossier)


def require(actor: Actor, action: Action, dossier: Dossier) -> None:
    """Raises NotPermitted when the action is not this actor's to do."""
    if not may(actor, action, dossier):
        raise NotPermitted
