"""Work inside the agencies: who takes a step, gives it, passes it on, finishes it, sends it back. The state stays.

All are deeds: one row lock, one journal line, the version of the page that was looked at. A loser of a race gets a
TransitionConflict that names who was faster.
"""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dossiers import holdings, policies, transitions
from dossiers.enums import Deed, DossierState, HoldingOutcome
from dossiers.errors import OfficerCannotDoStep, ReasonMissing, StepDoesNotAllow, TransitionConflict
from dossiers.models import Dossier, Holding
from dossiers.policies import Action
from portal.accounts import selectors as account_selectors
from portal.accounts.models import Division, User
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import InvalidInput
from procedures.enums import StepOutcome
from procedures.selectors import PlannedStep

_S = DossierState
ASSIGNED_IN = frozenset({_S.SUBMITTED, _S.RECEIVED, _S.PROCESSING})
"""Somebody can be named for the step; later the desk hands over, and while the citizen is waited for nobody works."""
WORKED_IN = frozenset({_S.PROCESSING})
"""The work itself goes from step to step."""


@transaction.atomic
def take_step(*, actor: Actor, dossier_id: int, seen_version: int | None = None) -> Holding:
    """Take a step that lies with everybody of the division. Raises TransitionConflict when somebody has it."""
    step = transitions.begin_deed(
        Deed.ASSIGN,
        actor=actor,
        dossier_id=dossier_id,
        action=Action.TAKE_STEP,
        allowed_in=WORKED_IN,
        seen_version=seen_version,
    )
    held = holdings.current(step.dossier, at=step.at)
    if held.officer_id is not None:
        raise TransitionConflict(transitions.who_was_faster(step.dossier))
    held = holdings.hand_to(step.dossier, actor.user_id, HoldingOutcome.TAKEN, actor=actor, at=step.at)
    step.record(details={"step": held.step_title, "to_officer": actor.display_name})
    return held


@transaction.atomic
def assign(
    *, actor: Actor, dossier_id: int, officer_id: int, note: str = "", seen_version: int | None = None
) -> Holding:
    """Name who does the step: the head of the agency, or an officer who could do it themself.

    Raises NotPermitted, OfficerCannotDoStep, TransitionConflict.
    """
    step = transitions.begin_deed(
        Deed.ASSIGN,
        actor=actor,
        dossier_id=dossier_id,
        action=Action.ASSIGN,
        allowed_in=ASSIGNED_IN,
        seen_version=seen_version,
    )
    officer = _able(step.dossier, officer_id)
    before = holdings.current(step.dossier, at=step.at)
    if before.officer_id == officer.pk and before.confirmed_at is not None:
        raise InvalidInput(fields={"officer": _("Người này đang giữ bước này rồi.")})
    held = holdings.hand_to(
        step.dossier, officer.pk, HoldingOutcome.ASSIGNED, actor=actor, at=step.at, note=note.strip()
    )
    step.record(internal_note=note.strip(), details={"step": held.step_title, "to_officer": officer.full_name})
    return held


@transaction.atomic
def pass_on(
    *,
    actor: Actor,
    dossier_id: int,
    officer_id: int | None = None,
    division_id: int | None = None,
    note: str = "",
    seen_version: int | None = None,
) -> Holding:
    """Pass the step to a colleague, or to a division of the agency; until the taker confirms, both answer for it.

    Raises NotPermitted for who does not have it, OfficerCannotDoStep, InvalidInput, TransitionConflict.
    """
    step = transitions.begin_deed(
        Deed.PASS_ON,
        actor=actor,
        dossier_id=dossier_id,
        action=Action.PASS_ON,
        allowed_in=WORKED_IN,
        seen_version=seen_version,
    )
    before = holdings.current(step.dossier, at=step.at)
    officer, division = None, _division_of(before, division_id)
    if officer_id is not None:
        officer = _able(step.dossier, officer_id, division_id=division.pk if division else None)
    elif division is None:
        raise InvalidInput(fields={"officer": _("Chọn người hoặc phòng, ban nhận bàn giao.")})
    giver_id = before.officer_id or actor.user_id
    if officer is not None and officer.pk == giver_id:
        raise InvalidInput(fields={"officer": _("Hãy chọn người khác.")})
    held = holdings.hand_to(
        step.dossier,
        officer.pk if officer else None,
        HoldingOutcome.PASSED_ON,
        actor=actor,
        at=step.at,
        division_id=division.pk if division else None,
        passed_by_id=giver_id,
        note=note.strip(),
    )
    step.record(
        internal_note=note.strip(),
        details={
            "step": held.step_title,
            **({"to_officer": officer.full_name} if officer else {}),
            **({"to_division": division.name} if division else {}),
        },
    )
    return held


@transaction.atomic
def confirm_pass_on(*, actor: Actor, dossier_id: int, seen_version: int | None = None) -> Holding:
    """The receipt of the taker. Raises NotPermitted for anybody else, StepDoesNotAllow when nothing was passed on."""
    step = transitions.begin_deed(
        Deed.CONFIRM_PASS_ON,
        actor=actor,
        dossier_id=dossier_id,
        action=Action.CONFIRM_PASS_ON,
        allowed_in=WORKED_IN,
        seen_version=seen_version,
    )
    held = holdings.current(step.dossier, at=step.at)
    if not held.awaits_receipt:
        raise StepDoesNotAllow
    assert actor.user_id is not None  # a policy of officers has let it through
    held = holdings.confirm(step.dossier, actor.user_id, at=step.at)
    step.record(details={"step": held.step_title, "to_officer": actor.display_name})
    return held


@transaction.atomic
def complete_step(
    *, actor: Actor, dossier_id: int, outcome: str = "", note: str = "", seen_version: int | None = None
) -> Holding:
    """The step is done, the work goes to the next one. `outcome`: one of the step's ways on; "" where it has only one.

    Raises NotPermitted for who does not have it, StepDoesNotAllow at the last step (a decision is signed, see `resolve`),
    InvalidInput for another outcome, TransitionConflict.
    """
    step = transitions.begin_deed(
        Deed.COMPLETE_STEP,
        actor=actor,
        dossier_id=dossier_id,
        action=Action.COMPLETE_STEP,
        allowed_in=WORKED_IN,
        seen_version=seen_version,
    )
    process = holdings.process_of(step.dossier)
    held = holdings.current(step.dossier, at=step.at)
    done, following = process.step(held.step_key), process.after(held.step_key)
    if done is None or following is None:
        raise StepDoesNotAllow(_("Đây là bước cuối: kết quả được ký, không chuyển tiếp nữa."))
    chosen = _way_on(done, outcome)
    opened = holdings.go_to(
        step.dossier, following, HoldingOutcome(chosen.value), actor=actor, at=step.at, note=note.strip()
    )
    step.record(
        internal_note=note.strip(),
        details={"step": held.step_title, "to_step": opened.step_title, "step_outcome": chosen.value},
    )
    return opened


@transaction.atomic
def return_for_rework(
    *, actor: Actor, dossier_id: int, reason: str, to_step: str = "", seen_version: int | None = None
) -> Holding:
    """Send the work back to an earlier step with what is to be mended; it goes to whoever did that step.

    `to_step`: its key; "" the one before. Raises ReasonMissing, NotPermitted, StepDoesNotAllow, InvalidInput,
    TransitionConflict.
    """
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    step = transitions.begin_deed(
        Deed.RETURN_FOR_REWORK,
        actor=actor,
        dossier_id=dossier_id,
        action=Action.RETURN_FOR_REWORK,
        allowed_in=WORKED_IN,
        seen_version=seen_version,
    )
    process = holdings.process_of(step.dossier)
    held = holdings.current(step.dossier, at=step.at)
    now, earlier = process.step(held.step_key), process.before(held.step_key)
    if now is None or not earlier or StepOutcome.RETURN_FOR_REWORK not in now.outcomes:
        raise StepDoesNotAllow
    back = next((one for one in earlier if to_step in ("", one.key)), None)
    if back is None:
        raise InvalidInput(fields={"to_step": _("Chọn một bước trước bước hiện tại.")})
    opened = holdings.go_to(step.dossier, back, HoldingOutcome.RETURN_FOR_REWORK, actor=actor, at=step.at, note=reason)
    step.record(internal_note=reason, details={"step": held.step_title, "to_step": opened.step_title})
    return opened


def open_missing_holdings() -> int:
    """Say who has each open dossier that was filed before such rows were kept; how many were opened. Safe to run again.

    One transaction a dossier, so that nobody at a desk waits for it.
    """
    missing = Dossier.objects.filter(state__in=holdings.AGENCY_HAS_IT).exclude(
        pk__in=Holding.objects.filter(ended_at__isnull=True).values("dossier_id")
    )
    opened = 0
    for dossier_id in missing.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=500):
        with transaction.atomic():
            dossier = transitions.lock(dossier_id)
            if dossier.state in holdings.AGENCY_HAS_IT and dossier.open_holding is None:
                holdings.current(dossier, at=clock.now())
                opened += 1
    return opened


def _way_on(step: PlannedStep, outcome: str) -> StepOutcome:
    ways = step.ways_on
    if not outcome and len(ways) == 1:
        return ways[0]
    if outcome not in ways:
        raise InvalidInput(fields={"outcome": _("Chọn một trong các kết quả của bước này.")})
    return StepOutcome(outcome)


def _able(dossier: Dossier, officer_id: int, *, division_id: int | None = None) -> User:
    """The officer, if they can do the step that is open. Raises OfficerCannotDoStep."""
    held = dossier.open_holding
    if held is None or officer_id == dossier.applicant_id:
        raise OfficerCannotDoStep
    able = account_selectors.officers_for_work(
        held.agency_id, *policies.roles_for(held.step_role), division_id=division_id or held.division_id
    )
    officer = able.filter(pk=officer_id).first()
    if officer is None:
        raise OfficerCannotDoStep
    return officer


def _division_of(held: Holding, division_id: int | None) -> Division | None:
    if division_id is None:
        return None
    division = account_selectors.divisions_of(held.agency_id).filter(pk=division_id).first()
    if division is None:
        raise InvalidInput(fields={"division": _("Phòng, ban này không thuộc cơ quan đang giữ hồ sơ.")})
    return division
