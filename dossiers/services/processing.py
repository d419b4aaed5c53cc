"""While an agency works on a dossier: start, fee, stop; and the citizen's withdrawal. Supplements have their own modules."""

from typing import Any

from django.db import transaction

from dossiers import deadlines, policies, transitions
from dossiers.enums import DossierState, PauseCause, Transition
from dossiers.errors import NothingToPay, ReasonMissing
from dossiers.models import Dossier
from dossiers.services import clock as dossier_clock
from dossiers.services import fees, handoffs, prepayment
from payments import selectors as payment_selectors
from payments.enums import CollectionPoint
from portal.core.actors import SYSTEM, Actor


@transaction.atomic
def start_processing(*, actor: Actor, dossier_id: int, seen_version: int | None = None) -> Dossier:
    """Take the received dossier on: the case officer becomes its owner."""
    step = transitions.begin(Transition.START_PROCESSING, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    step.dossier.assignee_id = actor.user_id
    step.run()
    return step.dossier


@transaction.atomic
def request_payment(*, actor: Actor, dossier_id: int, seen_version: int | None = None) -> Dossier:
    """Ask for the fee; the clock stops until it is paid. Raises NothingToPay, MisconfiguredData (unreviewed fee)."""
    step = transitions.begin(Transition.REQUEST_PAYMENT, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    dossier = step.dossier
    charges = fees.charge_what_is_due(actor=actor, dossier=dossier, collection=CollectionPoint.ON_REQUEST)
    if not charges:
        raise NothingToPay
    dossier_clock.pause(dossier, cause=PauseCause.PAYMENT, at=step.at, by=actor)
    step.run(
        pay_by=step.at + deadlines.PAYMENT_WITHIN,
        details={
            "amount": sum(charge.amount for charge in charges),
            "pays_online": any(charge.accepts_online for charge in charges),
        },
    )
    return dossier


@transaction.atomic
def resume_after_payment(*, dossier_id: int) -> Dossier | None:
    """Automatic: once everything asked for is paid, go on. Quietly nothing when the dossier moved on meanwhile."""
    dossier = transitions.lock(dossier_id)
    if dossier.state != DossierState.PAYMENT_REQUESTED:
        return None
    if any(charge.is_owed for charge in payment_selectors.charges_for(dossier.subject)):
        return None
    step = transitions.begin(Transition.RESUME_AFTER_PAYMENT, actor=SYSTEM, dossier_id=dossier_id)
    arguments = dossier_clock.resume(step.dossier, at=step.at)
    step.run(**arguments)
    return step.dossier


@transaction.atomic
def stop(*, actor: Actor, dossier_id: int, reason: str, seen_version: int | None = None) -> Dossier:
    """Stop for a reason the law gives; open charges are cancelled. Raises ReasonMissing."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    step = transitions.begin(Transition.STOP, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    closed = _close_what_is_open(step, "Cơ quan giải quyết đã dừng xử lý hồ sơ.")
    step.run(public_note=reason, details=closed)
    return step.dossier


@transaction.atomic
def withdraw(*, actor: Actor, dossier_id: int, reason: str = "", seen_version: int | None = None) -> Dossier:
    """The citizen takes the dossier back, possible until the decision; open charges are cancelled.

    At the counter an officer records it on the citizen's behalf, with what was asked for: raises ReasonMissing.
    """
    step = transitions.begin(Transition.WITHDRAW, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    is_on_behalf = actor.user_id != step.dossier.applicant_id
    if is_on_behalf and not reason.strip():
        raise ReasonMissing
    closed = _close_what_is_open(step, "Người nộp đã rút hồ sơ.")
    step.run(public_note=reason.strip(), details={**closed, **({"on_behalf": True} if is_on_behalf else {})})
    return step.dossier


def _close_what_is_open(step: transitions.Step, why: str) -> dict[str, Any]:
    """Pauses, charges and handoffs end with the dossier; returns what the journal line tells of it.

    `why` is Vietnamese: officers of other agencies read it.
    """
    step.dossier.pauses.filter(ended_at__isnull=True).update(ended_at=step.at)
    fees.cancel_what_is_owed(actor=step.actor, dossier=step.dossier)
    closed = handoffs.close_handoffs(step.dossier, reason=why, actor=step.actor, at=step.at)
    return {"closed_handoffs": closed} if closed else {}


@transaction.atomic
def take_counter_payment(
    *,
    actor: Actor,
    dossier_id: int,
    charge_id: str,
    method: str,
    received_amount: int,
    terminal_slip_number: str = "",
    knows_of_other_tries: bool = False,
) -> Dossier:
    """The cashier takes one charge of this dossier (whole đồng), by card with the number of the terminal's slip.

    Raises NotPermitted, DossierNotFound, and what `payments.services.record_counter_payment` raises."""
    dossier = transitions.lock(dossier_id)
    policies.require(actor, policies.Action.TAKE_COUNTER_PAYMENT, dossier)
    fees.take_at_counter(
        actor=actor,
        dossier=dossier,
        charge_id=charge_id,
        method=method,
        received_amount=received_amount,
        terminal_slip_number=terminal_slip_number,
        knows_of_other_tries=knows_of_other_tries,
    )
    # At once: the officer receives with the next press.
    return prepayment.follow_prepayment(dossier_id=dossier_id) or dossier
