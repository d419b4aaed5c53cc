"""Who has a dossier in hand: the one place that opens and ends `Holding` rows.

The runner of transitions calls `follow` after the state has moved and before the dossier is saved, so whatever moves a
dossier also says who has it now. Deeds that move the work and not the state call `hand_to` and `go_to`. All run under the
dossier's row lock, in the runner's transaction; `at` is the runner's one instant.
"""

from datetime import datetime

from django.conf import settings
from django.db.models import Q
from django.utils import translation

from dossiers import deadlines, policies
from dossiers.enums import DossierState, HoldingOutcome, Transition
from dossiers.models import Dossier, Holding
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core.actors import Actor
from portal.core.working_time import Pause
from procedures import selectors as procedure_selectors
from procedures.selectors import InternalProcess, PlannedStep

_ENDS_WITH = {
    Transition.REFUSE_INTAKE: HoldingOutcome.REFUSED,
    Transition.WITHDRAW: HoldingOutcome.WITHDRAWN,
    Transition.STOP: HoldingOutcome.STOPPED,
    Transition.HAND_OVER_RESULT: HoldingOutcome.HANDED_OVER,
    Transition.DELIVER_RESULT_ONLINE: HoldingOutcome.HANDED_OVER,
    # The clock stands: nobody of the agency has it until the citizen has answered.
    Transition.REQUEST_SUPPLEMENT: HoldingOutcome.ASK_SUPPLEMENT,
    Transition.REQUEST_PAYMENT: HoldingOutcome.ASK_PAYMENT,
    Transition.REQUEST_OBLIGATION: HoldingOutcome.ASK_PAYMENT,
}
_WAITED = (HoldingOutcome.ASK_SUPPLEMENT, HoldingOutcome.ASK_PAYMENT)
AGENCY_HAS_IT = (DossierState.SUBMITTED, DossierState.RECEIVED, DossierState.PROCESSING, DossierState.RESOLVED)
"""States in which exactly one row is open."""
# While one of these lasts, "who holds it" on the dossier is the officer of the open row.
_AT_WORK = frozenset({DossierState.SUBMITTED, DossierState.RECEIVED, DossierState.PROCESSING})


def process_of(dossier: Dossier) -> InternalProcess:
    """The internal process by which this dossier goes; pinned with its revision."""
    return procedure_selectors.process_for(dossier.revision, dossier.case)


def agency_of(dossier: Dossier, step: PlannedStep) -> int:
    """Where the step is done: at the receiving agency or at the resolving one."""
    return dossier.receiving_agency_id if step.is_at_receiving_agency else dossier.resolving_agency_id


def follow(dossier: Dossier, transition: Transition, *, actor: Actor, at: datetime) -> None:
    """What a transition means for who has the dossier. The state has moved already, the dossier is not saved yet."""
    outcome = _ENDS_WITH.get(transition)
    if outcome is not None:
        end(dossier, outcome, actor=actor, at=at)
    elif transition == Transition.SUBMIT:
        open_step(dossier, process_of(dossier).intake, at=at)
    elif transition == Transition.RECEIVE:
        end(dossier, HoldingOutcome.FORWARD, actor=actor, at=at)
        open_step(dossier, process_of(dossier).work[0], at=at)
    elif transition == Transition.START_PROCESSING:
        hand_to(dossier, actor.user_id, HoldingOutcome.TAKEN, actor=actor, at=at)
    elif transition in (Transition.ANSWER_SUPPLEMENT, Transition.RESUME_AFTER_PAYMENT):
        _resume(dossier, at=at)
    elif transition == Transition.RESOLVE:
        _sign(dossier, actor=actor, at=at)
    elif transition == Transition.UNDO:
        # The undone act is the last line of the journal.
        go_back(dossier, sequence=dossier.version, actor=actor, at=at)


def current(dossier: Dossier, *, at: datetime) -> Holding:
    """The open row; for a dossier that was at work before such rows were kept, one is opened now."""
    if dossier.open_holding is None:
        process = process_of(dossier)
        if dossier.state == DossierState.SUBMITTED:
            open_step(dossier, process.intake, at=at)
        elif dossier.state == DossierState.RESOLVED:
            open_step(dossier, process.hand_over, at=at)
        else:
            open_step(dossier, process.work[0], officer_id=dossier.assignee_id, at=at)
    assert dossier.open_holding is not None
    return dossier.open_holding


def open_step(
    dossier: Dossier,
    step: PlannedStep,
    *,
    at: datetime,
    officer_id: int | None = None,
    step_started_at: datetime | None = None,
) -> Holding:
    """The step begins (or goes on, with `step_started_at`) with this officer, else with everybody of its division.

    Findings refuse a step at a third agency before publication (that is what handoffs are for); one from before they did
    is work of the resolving agency.
    """
    agency_id = agency_of(dossier, step)
    begun = step_started_at or at
    return _put(
        dossier,
        Holding(
            dossier=dossier,
            step_key=step.key,
            step_title=_frozen(step),
            step_role=step.role,
            agency_id=agency_id,
            division=account_selectors.division_with_code(agency_id, step.division_code),
            officer_id=officer_id,
            started_at=at,
            step_started_at=begun,
            due_at=step_due(dossier, step, begun),
            confirmed_at=at if officer_id is not None else None,
        ),
    )


def hand_to(
    dossier: Dossier,
    officer_id: int | None,
    outcome: HoldingOutcome,
    *,
    actor: Actor,
    at: datetime,
    division_id: int | None = None,
    passed_by_id: int | None = None,
    note: str = "",
) -> Holding:
    """Another holder of the same step: the step's own clock runs on. With `passed_by_id` the taker must confirm."""
    held = current(dossier, at=at)
    if held.officer_id == officer_id and officer_id is not None and passed_by_id is None:
        if held.confirmed_at is None:
            held.confirmed_at = at
            held.save(update_fields=["confirmed_at"])
        return held
    _end(held, outcome, actor=actor, at=at, note=note)
    is_confirmed = officer_id is not None and passed_by_id is None
    return _put(
        dossier,
        Holding(
            dossier=dossier,
            step_key=held.step_key,
            step_title=held.step_title,
            step_role=held.step_role,
            agency_id=held.agency_id,
            division_id=held.division_id if division_id is None else division_id,
            officer_id=officer_id,
            passed_by_id=passed_by_id,
            started_at=at,
            step_started_at=held.step_started_at,
            due_at=held.due_at,
            confirmed_at=at if is_confirmed else None,
        ),
    )


def confirm(dossier: Dossier, officer_id: int, *, at: datetime) -> Holding:
    """The taker has it: from now on the giver answers for it no more."""
    held = current(dossier, at=at)
    held.officer_id = officer_id
    held.confirmed_at = at
    held.save(update_fields=["officer", "confirmed_at"])
    return _put(dossier, held)


def go_to(
    dossier: Dossier, step: PlannedStep, outcome: HoldingOutcome, *, actor: Actor, at: datetime, note: str = ""
) -> Holding:
    """The step is done (or not good enough), the work goes to another one: to whoever did that one before, if any."""
    end(dossier, outcome, actor=actor, at=at, note=note)
    return open_step(dossier, step, officer_id=_who_did(dossier, step), at=at)


def end(dossier: Dossier, outcome: HoldingOutcome, *, actor: Actor, at: datetime, note: str = "") -> None:
    """Nobody has it any more, until something opens the next row. Quietly nothing where nobody had it."""
    held = dossier.open_holding
    if held is None:
        return
    if held.officer_id is None and policies.can_do_the_step(actor, dossier):
        # Whoever finishes what lay with all of them has done it.
        held.officer_id = actor.user_id
    if held.officer_id in actor.acts_for and held.confirmed_at is None:
        # Acting on it is taking it; that somebody else ends it (the citizen withdraws, a signer decides) is not.
        held.confirmed_at = at
    _end(held, outcome, actor=actor, at=at, note=note)
    dossier.__dict__["open_holding"] = None


def keep_with_dossier(dossier: Dossier, *, actor: Actor, at: datetime) -> None:
    """After a deed that moved the dossier's own date or agency: the open row goes with it, never beyond its date."""
    held = dossier.open_holding
    if held is None:
        return
    step = process_of(dossier).step(held.step_key)
    if step is None:
        return
    agency_id = agency_of(dossier, step)
    if held.agency_id != agency_id:
        # Whoever has it keeps it where they can do the same step, and only the agency of the step counts.
        officer_id = held.officer_id if _who_can(held, agency_id) else None
        end(dossier, HoldingOutcome.TRANSFERRED, actor=actor, at=at)
        open_step(dossier, step, officer_id=officer_id, at=at, step_started_at=held.step_started_at)
        return
    held.due_at = step_due(dossier, step, held.step_started_at)
    held.save(update_fields=["due_at"])


def is_kept(dossier: Dossier) -> bool:
    """Its agencies have just moved: does the officer who has it go on with it where it lies now?"""
    held = dossier.open_holding
    if held is None or held.officer_id is None:
        return dossier.assignee_id is not None
    step = process_of(dossier).step(held.step_key)
    agency_id = agency_of(dossier, step) if step is not None else held.agency_id
    return held.agency_id == agency_id or _who_can(held, agency_id)


def can_go_on(dossier: Dossier) -> bool:
    """While the clock stands: can the officer who waits with the citizen do the step again when it runs on?"""
    waited = dossier.holdings.filter(officer_id=dossier.assignee_id).order_by("-id").first()
    if waited is None:
        able = account_selectors.officers_for_work(dossier.resolving_agency_id, OfficerRole.CASE_OFFICER)
        return able.filter(pk=dossier.assignee_id or 0).exists()
    step = process_of(dossier).step(waited.step_key)
    return _who_can(waited, agency_of(dossier, step) if step is not None else dossier.resolving_agency_id)


def _frozen(step: PlannedStep) -> str:
    """The title as the portal itself says it, whatever language the page of the moment is in."""
    with translation.override(settings.LANGUAGE_CODE):
        return str(step.title)[:200]


def go_back(dossier: Dossier, *, sequence: int, actor: Actor, at: datetime) -> None:
    """The act of that journal line is undone: whoever had the dossier before it has it again, in a new row.

    The state has moved back already. What happened stays written; the step's own clock runs on from where it began.
    """
    before = dossier.holdings.filter(ended_sequence=sequence).order_by("id").first()
    if before is None:
        # It changed nothing here: an officer who was named for the dossier began with it. They keep it.
        return
    end(dossier, HoldingOutcome.UNDONE, actor=actor, at=at)
    step = process_of(dossier).step(before.step_key)
    # What lay with all of them bears the name of whoever finished it; undone, it lies with all of them again.
    officer_id = dossier.assignee_id if dossier.state in _AT_WORK else None
    _put(
        dossier,
        Holding(
            dossier=dossier,
            step_key=before.step_key,
            step_title=before.step_title,
            step_role=before.step_role,
            agency_id=before.agency_id,
            division_id=before.division_id,
            officer_id=officer_id,
            passed_by_id=before.passed_by_id if officer_id is not None else None,
            started_at=at,
            step_started_at=before.step_started_at,
            due_at=step_due(dossier, step, before.step_started_at) if step is not None else before.due_at,
            confirmed_at=at if officer_id is not None and before.confirmed_at is not None else None,
        ),
    )


def step_due(dossier: Dossier, step: PlannedStep, started_at: datetime) -> datetime | None:
    """When the step must be done: its term from its start, pauses left out, never later than the dossier itself.

    After the decision that is the date by which the result must be handed over, also where the decision was late.
    """
    is_decided = dossier.state == DossierState.RESOLVED
    limit = dossier.next_date_at if is_decided else dossier.due_at or dossier.next_date_at
    if step.term is None:
        return limit
    ended = Q(ended_at__isnull=False, ended_at__gt=started_at)
    rows = dossier.pauses.filter(ended).order_by("started_at").values_list("started_at", "ended_at")
    hours = account_selectors.agency_calendar(agency_of(dossier, step))
    return deadlines.step_due(started_at, step.term, limit, hours, [Pause(*row) for row in rows])


def _resume(dossier: Dossier, *, at: datetime) -> None:
    """The citizen has answered: the same people go on where they stopped."""
    process = process_of(dossier)
    waited = dossier.holdings.filter(outcome__in=_WAITED).order_by("-id").first()
    step = process.step(waited.step_key) if waited is not None else None
    if waited is None or step is None or step == process.intake:
        open_step(dossier, process.work[0], officer_id=dossier.assignee_id, at=at)
        return
    agency_id = agency_of(dossier, step)
    # An agency may have been merged meanwhile, and not everybody went along.
    is_there = agency_id == waited.agency_id or _who_can(waited, agency_id)
    officer_id = waited.officer_id if is_there else None
    held = open_step(dossier, step, officer_id=officer_id, at=at, step_started_at=waited.step_started_at)
    if held.agency_id == waited.agency_id and held.division_id != waited.division_id:
        held.division_id = waited.division_id
        held.save(update_fields=["division"])


def _sign(dossier: Dossier, *, actor: Actor, at: datetime) -> None:
    """The decision ends the work wherever it stands: a signer may decide before the last step has passed it up."""
    process = process_of(dossier)
    signing = process.signing
    held = dossier.open_holding
    if held is None or held.step_key != signing.key:
        end(dossier, HoldingOutcome.SIGNED_OVER, actor=actor, at=at)
        open_step(dossier, signing, officer_id=actor.user_id, at=at)
    elif held.officer_id is None:
        held.officer_id = actor.user_id
    end(dossier, HoldingOutcome.SIGN, actor=actor, at=at)
    assignee_id = dossier.assignee_id
    open_step(dossier, process.hand_over, at=at)
    dossier.assignee_id = assignee_id


def _who_did(dossier: Dossier, step: PlannedStep) -> int | None:
    """The last officer who had this step of this dossier, if they still can do it."""
    last = dossier.holdings.filter(step_key=step.key, officer__isnull=False).order_by("-id").first()
    if last is None:
        return None
    return last.officer_id if _who_can(last, last.agency_id) else None


def _who_can(held: Holding, agency_id: int) -> bool:
    """Can the officer of that row still do its step, at this agency?"""
    if held.officer_id is None:
        return False
    division = held.division
    if division is not None and agency_id != held.agency_id:
        division = account_selectors.division_with_code(agency_id, division.code)
    division_id = division.pk if division is not None else None
    able = account_selectors.officers_for_work(agency_id, *policies.roles_for(held.step_role), division_id=division_id)
    return able.filter(pk=held.officer_id).exists()


def _end(held: Holding, outcome: HoldingOutcome, *, actor: Actor, at: datetime, note: str) -> None:
    held.ended_at = at
    held.outcome = outcome
    held.ended_by_id = actor.user_id
    # The runner writes its line next, under this lock.
    held.ended_sequence = held.dossier.version + 1
    held.note = note
    held.save()


def _put(dossier: Dossier, held: Holding) -> Holding:
    """Write the open row, and let the dossier say the same."""
    held.save()
    dossier.open_holding = dossier.last_holding = held
    if dossier.state in _AT_WORK:
        dossier.assignee_id = held.officer_id
    return held
