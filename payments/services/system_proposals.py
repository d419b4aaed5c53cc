"""Refunds that nobody had to think of. They move no money: a person approves each, or says no and why.

Where an officer's act brought it about (a count, a claim granted, a dossier refused), that officer is the proposer: another
person decides, here as everywhere.

Money that nobody owed goes back. What was paid for a subject that ended undecided may go back or not, by the law of its
fee: the proposal puts the question, and a rejection with its reason is the answer "kept".
"""

from uuid import UUID

from django.db import transaction

from payments.enums import SURPLUS_REASONS, AttemptState, ChargeState, RefundReason
from payments.models import Charge, PaymentAttempt, Refund
from payments.selectors.refunds import reasons_for
from payments.services.locks import lock_attempt, lock_charge, lock_with_attempt
from payments.services.refunds import most_for, usual_route, write_proposal
from portal.core.actors import SYSTEM, Actor


@transaction.atomic
def propose_for_surplus(*, attempt_id: UUID | str) -> Refund | None:
    """For money that nobody owed, once an attempt; None where a person was faster, or another delivery of the same
    event."""
    charge, attempt = lock_with_attempt(attempt_id)
    if attempt.standing not in SURPLUS_REASONS or attempt.refunds.exists():
        return None
    return _write(SYSTEM, charge, attempt, RefundReason(attempt.review_reason), attempt.refundable_amount, note="")


def propose_for_excess(charge: Charge, attempt: PaymentAttempt) -> Refund | None:
    """For what a transfer brought beyond the charge it has just paid; None where a refund promises it already. The caller
    holds both locks."""
    amount = most_for(attempt, RefundReason.WRONG_AMOUNT)
    return _write(SYSTEM, charge, attempt, RefundReason.WRONG_AMOUNT, amount, note="") if amount > 0 else None


@transaction.atomic
def propose_for_unserved(*, actor: Actor, subject: str, note: str) -> list[Refund]:
    """For everything paid and kept for a subject ("dossier:42") that ended without a decision; `note` says how. `actor` is
    the officer who ended it, or the system.

    One proposal a payment, however often called, whatever was decided about it. Money in doubt is left out: it waits for
    a review.
    """
    refunds = []
    charges = Charge.objects.filter(subject=subject, state=ChargeState.SETTLED).order_by("created_at", "id")
    for charge_id in list(charges.values_list("pk", flat=True)):
        charge = lock_charge(charge_id)
        attempt = _lock_settling(charge)
        amount = most_for(attempt, RefundReason.NOT_SERVED) if attempt is not None else 0
        if attempt is None or amount <= 0:
            continue
        is_asked = attempt.refunds.filter(reason=RefundReason.NOT_SERVED).exists()
        if RefundReason.NOT_SERVED in reasons_for(attempt) and not is_asked:
            refunds.append(_write(actor, charge, attempt, RefundReason.NOT_SERVED, amount, note=note))
    return refunds


@transaction.atomic
def propose_for_overcharge(*, actor: Actor, charge_id: UUID | str, owed_amount: int, note: str) -> Refund | None:
    """What a paid charge costs now is `owed_amount` (whole đồng), and less than is kept of it: the rest goes back. `actor`
    is the officer by whose word it costs less.

    None where nothing is too much, counting what other refunds have promised already. Raises ChargeNotFound.
    """
    charge = lock_charge(charge_id)
    attempt = _lock_settling(charge)
    if attempt is None or RefundReason.OVERCHARGED not in reasons_for(attempt):
        return None
    surplus = most_for(attempt, RefundReason.OVERCHARGED) - owed_amount
    return _write(actor, charge, attempt, RefundReason.OVERCHARGED, surplus, note=note) if surplus > 0 else None


def _lock_settling(charge: Charge) -> PaymentAttempt | None:
    """The locked attempt that paid the locked charge, while its money is kept."""
    if charge.state != ChargeState.SETTLED:
        return None
    found = charge.attempts.filter(state=AttemptState.SUCCEEDED).values_list("pk", flat=True).first()
    return lock_attempt(charge, found) if found is not None else None


def _write(
    actor: Actor, charge: Charge, attempt: PaymentAttempt, reason: RefundReason, amount: int, *, note: str
) -> Refund:
    return write_proposal(
        actor, charge, attempt, amount=amount, reason=reason, route=usual_route(attempt), note=note[:500]
    )
