"""Who may do what with a dossier: one predicate a sentence, one table (STYLE 16). State is not asked here.

Reading is decided by `Dossier.objects.visible_to(actor)`: what an actor may not see does not exist for them.
"""

from collections.abc import Callable
from enum import StrEnum

from django.db.models import Q

from dossiers.enums import DossierState, EscalationLevel
from dossiers.models import Dossier, Escalation
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import DESK_ROLES, OfficerRole
from portal.core.actors import Absentee, Actor, ActorKind
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
    UNDO = "undo"
    TRANSFER = "transfer"
    DIGITISE = "digitise"
    READ_AS_OFFICER = "read_as_officer"
    PROPOSE_SUPPLEMENT_EXCEPTION = "propose_supplement_exception"
    DECIDE_SUPPLEMENT_EXCEPTION = "decide_supplement_exception"
    ACKNOWLEDGE_ESCALATION = "acknowledge_escalation"
    PROPOSE_RESCHEDULE = "propose_reschedule"
    RESCHEDULE = "reschedule"
    RECOUNT_DUE = "recount_due"
    NOTE_MONEY = "note_money"
    TAKE_STEP = "take_step"
    ASSIGN = "assign"
    PASS_ON = "pass_on"  # noqa: S105 # nosec B105
    CONFIRM_PASS_ON = "confirm_pass_on"  # noqa: S105 # nosec B105
    COMPLETE_STEP = "complete_step"
    RETURN_FOR_REWORK = "return_for_rework"
    REQUEST_OBLIGATION = "request_obligation"
    OPEN_HANDOFF = "open_handoff"
    WORK_ON_HANDOFF = "work_on_handoff"
    NOTE_QUANTITY = "note_quantity"
    DECIDE_RELIEF = "decide_relief"
    FOLLOW_PREPAYMENT = "follow_prepayment"
    WRITE_TO_AGENCY = "write_to_agency"
    WRITE_TO_CITIZEN = "write_to_citizen"
    WRITE_NOTE = "write_note"
    RATE = "rate"
    PREPARE_RESULT = "prepare_result"
    SEND_COLLECTION_CODE = "send_collection_code"
    SCAN_SIGNED_SLIP = "scan_signed_slip"
    POST_RESULT = "post_result"
    TAKE_RESULT_BACK = "take_result_back"
    NOTE_PAPER = "note_paper"


Predicate = Callable[[Actor, Dossier], bool]


def is_applicant(actor: Actor, dossier: Dossier) -> bool:
    """The citizen whose dossier it is, never an officer acting on their own case at the desk."""
    return actor.user_id is not None and dossier.applicant_id == actor.user_id


def is_system(actor: Actor, dossier: Dossier) -> bool:
    return actor.kind is ActorKind.SYSTEM


def is_administrator(actor: Actor, dossier: Dossier) -> bool:
    """Who runs the installation; what they may start, admin asks before."""
    return actor.kind is ActorKind.ADMINISTRATOR and actor.user_id is not None


def works_for_the_dossier(actor: Actor, dossier: Dossier) -> bool:
    """Any officer of an agency that received, holds or resolves it."""
    agencies = actor.agencies_as()
    return bool(agencies & {dossier.responsible_agency_id, dossier.receiving_agency_id, dossier.resolving_agency_id})


def disinterested(actor: Actor, dossier: Dossier) -> Actor:
    """The actor as far as they may decide on it: without any duty where they say that they act for the organisation it was
    filed for, without an absentee's duties where the absentee does. What they may read is not asked of this.

    One query for an officer and a dossier of an organisation, none otherwise.
    """
    if dossier.organisation_id is None or not actor.duties:
        return actor
    speakers = account_selectors.speakers_among(
        actor.acts_for, organisation_id=dossier.organisation_id, tax_code=dossier.organisation_tax_code
    )
    if actor.user_id in speakers:
        return actor.without_duties()
    for absentee_id in speakers:
        actor = actor.without_duties_of(absentee_id)
    return actor


def _officer(*roles: OfficerRole, at_receiving: bool = False) -> Predicate:
    """An officer with one of the roles at the resolving (or receiving) agency, who is not the applicant."""

    def holds(actor: Actor, dossier: Dossier) -> bool:
        agency_id = dossier.receiving_agency_id if at_receiving else dossier.resolving_agency_id
        # Nobody decides their own case, nor lets a stand-in decide it with their duties.
        able = actor.without_duties_of(dossier.applicant_id)
        return able.has_role(agency_id, *roles) and dossier.applicant_id != actor.user_id

    return holds


def takes_part_in_a_handoff(actor: Actor, dossier: Dossier) -> bool:
    """An officer whose agency was asked about it, or asked, or the head above the asked one. What they may do there:
    `handoff_policies`."""
    agencies = actor.agencies_as()
    if not agencies:
        return False
    around = Q(to_agency_id__in=agencies) | Q(from_agency_id__in=agencies)
    headed = actor.agencies_as(OfficerRole.AGENCY_HEAD)
    return dossier.handoffs.filter(around | Q(to_agency__parent_id__in=headed)).exists()


def roles_for(step_role: str) -> tuple[OfficerRole, ...]:
    """Who may do a step of this role: a head signs as well as a signer, a desk's head works there as well as its officers."""
    if step_role in DESK_ROLES:
        return DESK_ROLES
    if step_role in (OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD):
        return (OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
    return (OfficerRole(step_role),)


def can_do_the_step(actor: Actor, dossier: Dossier) -> bool:
    """An officer with the role, at the agency and in the division, of the step that the dossier is at."""
    held = dossier.open_holding
    if held is None or actor.user_id is None or actor.user_id == dossier.applicant_id:
        return False
    able = actor.without_duties_of(dossier.applicant_id)
    return able.holds(held.agency_id, *roles_for(held.step_role), division_id=held.division_id)


def has_the_step(actor: Actor, dossier: Dossier) -> bool:
    """The officer who has it, or stands in for the one who has; who can do it, while it lies with all of them."""
    held = dossier.open_holding
    if held is None or not can_do_the_step(actor, dossier):
        return False
    if held.officer_id in (None, actor.user_id):
        return True
    absentees = {one.user_id: one for one in actor.absentees}
    absent = absentees.get(held.officer_id or 0)
    return absent is not None and any(
        duty.on_behalf_of == absent and duty.agency_id == held.agency_id for duty in actor.duties
    )


def heads_the_holding_agency(actor: Actor, dossier: Dossier) -> bool:
    """The head of the agency at which the step is."""
    held = dossier.open_holding
    able = actor.without_duties_of(dossier.applicant_id)
    is_head = held is not None and able.has_role(held.agency_id, OfficerRole.AGENCY_HEAD)
    return is_head and dossier.applicant_id != actor.user_id


_desk = _officer(*DESK_ROLES, at_receiving=True)
_case = _officer(OfficerRole.CASE_OFFICER)
_signer = _officer(OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
_cashier = _officer(OfficerRole.CASHIER, *DESK_ROLES, at_receiving=True)

_head_of_receiving = _officer(OfficerRole.AGENCY_HEAD, at_receiving=True)


def _heads_a_parent_agency(actor: Actor, dossier: Dossier) -> bool:
    """The last one who is told of a delay: the head one level above the agency that receives or resolves."""
    parents = {dossier.receiving_agency.parent_id, dossier.resolving_agency.parent_id} - {None}
    heads = actor.agencies_as(OfficerRole.AGENCY_HEAD)
    return bool(parents & heads) and dossier.applicant_id != actor.user_id


def _answers_for_delay(actor: Actor, dossier: Dossier) -> bool:
    """Whoever can be told of a delay may say that they know and until when they deal with it.

    Which of the tellings are theirs: `answers_for`.
    """
    return any(holds(actor, dossier) for holds in (_desk, _case, _signer, _head_of_receiving, _heads_a_parent_agency))


_LEVEL_OF_ROLE: dict[str, EscalationLevel] = {
    OfficerRole.DESK_OFFICER: EscalationLevel.HOLDER,
    OfficerRole.CASE_OFFICER: EscalationLevel.HOLDER,
    OfficerRole.SIGNER: EscalationLevel.HOLDER,
    OfficerRole.DESK_HEAD: EscalationLevel.DESK_HEAD,
    OfficerRole.AGENCY_HEAD: EscalationLevel.AGENCY_HEAD,
}


def answers_for(actor: Actor, told: Escalation, applicant_id: int) -> bool:
    """Is this telling theirs to answer: of their own agency, or one right below the one they head, and not above them?

    Nobody answers for a delay of their own dossier, nor with the duties of its applicant. Reads the telling's agency.
    """
    if actor.user_id is None or actor.user_id == applicant_id or told.level == EscalationLevel.CITIZEN:
        return False
    able = actor.without_duties_of(applicant_id)
    if told.agency.parent_id is not None and able.has_role(told.agency.parent_id, OfficerRole.AGENCY_HEAD):
        return True
    own = (_LEVEL_OF_ROLE.get(duty.role) for duty in able.duties if duty.agency_id == told.agency_id)
    return any(level is not None and level >= told.level for level in own)


def enters_at_the_desk(actor: Actor, dossier: Dossier) -> bool:
    """A desk officer of the receiving agency who types a dossier on paper for somebody else."""
    return dossier.is_on_paper and _desk(actor, dossier)


def _writes(actor: Actor, dossier: Dossier) -> bool:
    """Whoever fills in the draft: its applicant online, the desk on paper."""
    return enters_at_the_desk(actor, dossier) if dossier.is_on_paper else is_applicant(actor, dossier)


def _starts(actor: Actor, dossier: Dossier) -> bool:
    """Once received it lies at its first step of work, and that step says who can: whoever has it, or all while it is
    free. Before and after that, and where nobody keeps steps, a case officer, who is told that it cannot be done now."""
    if dossier.state != DossierState.RECEIVED or dossier.open_holding is None:
        return _case(actor, dossier)
    return has_the_step(actor, dossier)


MESSAGE_ROLES = (*DESK_ROLES, OfficerRole.CASE_OFFICER, OfficerRole.SIGNER, OfficerRole.AGENCY_HEAD)
"""Who answers citizens' messages at the agency that has the dossier."""


def _answers_for_the_agency(actor: Actor, dossier: Dossier) -> bool:
    """The citizen speaks to the agency that has the dossier now; the others of the dossier read along."""
    able = actor.without_duties_of(dossier.applicant_id)
    return able.has_role(dossier.responsible_agency_id, *MESSAGE_ROLES) and dossier.applicant_id != actor.user_id


def _works_on_anothers(actor: Actor, dossier: Dossier) -> bool:
    """Any officer of the dossier's agencies, never its applicant, nor with the applicant's duties alone."""
    able = actor.without_duties_of(dossier.applicant_id)
    return works_for_the_dossier(able, dossier) and dossier.applicant_id != actor.user_id


MAY: dict[Action, Predicate] = {
    Action.EDIT_DRAFT: _writes,
    Action.SUBMIT: _writes,
    Action.RECEIVE: _desk,
    Action.REFUSE_INTAKE: _desk,
    Action.START_PROCESSING: _starts,
    Action.REQUEST_SUPPLEMENT: lambda actor, dossier: _case(actor, dossier) or _desk(actor, dossier),
    # Who filed on paper may have no account: the desk records what they bring.
    Action.ANSWER_SUPPLEMENT: lambda actor, dossier: is_applicant(actor, dossier) or enters_at_the_desk(actor, dossier),
    Action.REQUEST_PAYMENT: _case,
    Action.RESUME_AFTER_PAYMENT: is_system,
    Action.TAKE_COUNTER_PAYMENT: _cashier,
    # At the counter the officer records what the citizen asked for.
    Action.WITHDRAW: lambda actor, dossier: is_applicant(actor, dossier) or _desk(actor, dossier),
    Action.STOP: lambda actor, dossier: _case(actor, dossier) or _signer(actor, dossier),
    Action.RESOLVE: _signer,
    Action.HAND_OVER_RESULT: _desk,
    Action.DELIVER_RESULT_ONLINE: is_system,
    # That it was the officer's own act, and is still theirs to do, `services.undo` asks.
    Action.UNDO: lambda actor, dossier: works_for_the_dossier(actor, dossier) and not is_applicant(actor, dossier),
    Action.TRANSFER: is_administrator,
    Action.DIGITISE: lambda actor, dossier: _desk(actor, dossier) or _case(actor, dossier),
    Action.READ_AS_OFFICER: works_for_the_dossier,
    Action.PROPOSE_SUPPLEMENT_EXCEPTION: _case,
    # Nor the one who proposed it; the service asks that of the proposal.
    Action.DECIDE_SUPPLEMENT_EXCEPTION: _signer,
    Action.ACKNOWLEDGE_ESCALATION: _answers_for_delay,
    Action.PROPOSE_RESCHEDULE: lambda actor, dossier: _case(actor, dossier) or _signer(actor, dossier),
    Action.RESCHEDULE: _signer,
    # Follows from a change of the calendar that an administrator confirmed.
    Action.RECOUNT_DUE: is_administrator,
    # What became of money is the business of payments; the journal only tells of it.
    Action.NOTE_MONEY: is_system,
    Action.TAKE_STEP: can_do_the_step,
    Action.ASSIGN: lambda actor, dossier: can_do_the_step(actor, dossier) or heads_the_holding_agency(actor, dossier),
    Action.PASS_ON: has_the_step,
    Action.CONFIRM_PASS_ON: has_the_step,
    Action.COMPLETE_STEP: has_the_step,
    Action.RETURN_FOR_REWORK: has_the_step,
    Action.REQUEST_OBLIGATION: is_system,
    # Planned ones open by themselves.
    Action.OPEN_HANDOFF: lambda actor, dossier: _case(actor, dossier) or is_system(actor, dossier),
    Action.WORK_ON_HANDOFF: takes_part_in_a_handoff,
    # Whoever has the papers before them: the desk, or the officer on the case; never the applicant.
    Action.NOTE_QUANTITY: lambda actor, dossier: _desk(actor, dossier) or _case(actor, dossier),
    Action.DECIDE_RELIEF: lambda actor, dossier: _desk(actor, dossier) or _case(actor, dossier),
    # Follows from money that arrived.
    Action.FOLLOW_PREPAYMENT: is_system,
    Action.WRITE_TO_AGENCY: is_applicant,
    Action.WRITE_TO_CITIZEN: _answers_for_the_agency,
    Action.WRITE_NOTE: _works_on_anothers,
    # Who has it handed over at the desk may rate there, on the page an officer opened for them.
    Action.RATE: lambda actor, dossier: is_applicant(actor, dossier) or _desk(actor, dossier),
    # The case officer drafts, the signer may change it before signing.
    Action.PREPARE_RESULT: lambda actor, dossier: _case(actor, dossier) or _signer(actor, dossier),
    Action.SEND_COLLECTION_CODE: _desk,
    Action.SCAN_SIGNED_SLIP: _desk,
    Action.POST_RESULT: _desk,
    Action.TAKE_RESULT_BACK: _desk,
    # What became of a paper is the business of its agency; the journal only tells of it.
    Action.NOTE_PAPER: is_system,
}


STEP_ACTIONS = frozenset(
    {
        Action.START_PROCESSING,
        Action.TAKE_STEP,
        Action.ASSIGN,
        Action.PASS_ON,
        Action.CONFIRM_PASS_ON,
        Action.COMPLETE_STEP,
        Action.RETURN_FOR_REWORK,
    }
)
"""Whose they are changes with the step: whoever comes too late is told who was faster, not that it is not theirs."""


def may(actor: Actor, action: Action, dossier: Dossier) -> bool:
    """Is the action this actor's to do?"""
    return MAY[action](actor, dossier)


def require(actor: Actor, action: Action, dossier: Dossier) -> None:
    """Raises NotPermitted when the action is not this actor's to do."""
    if not may(actor, action, dossier):
        raise NotPermitted


def standing_in_for(actor: Actor, action: Action, dossier: Dossier) -> Absentee | None:
    """The absent officer without whose duties the actor could not do this; None when their own are enough."""
    return actor.stands_in_for(lambda who: may(who, action, dossier))
