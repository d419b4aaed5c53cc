"""The one place where money that arrived settles a charge, or is put before a person."""

import logging

from payments import transitions
from payments.enums import AttemptAct, AttemptState, ChargeAct, ChargeState, EntryKind, Verdict
from payments.events import ChargeSettled, SurplusReceived, WrongAmountReceived
from payments.models import Charge, PaymentAttempt
from payments.services import ledger
from portal.core import clock, outbox
from portal.core.actors import SYSTEM, Actor

logger = logging.getLogger(__name__)


def settle(
    charge: Charge, attempt: PaymentAttempt, *, received_amount: int | None = None, actor: Actor = SYSTEM
) -> Verdict:
    """Count an attempt whose money arrived. The caller holds both locks and has compared the currency.

    `received_amount` is whole đồng; left out, the caller has compared the amount too and it is the attempt's. The first
    money of the right amount settles the owed charge and publishes `ChargeSettled`; of another amount it waits in
    NEEDS_REVIEW (`reviews.accept_wrong_amount`, or a refund) and `WrongAmountReceived` tells. Money for a charge already
    settled, refunded or cancelled puts the attempt in NEEDS_REVIEW for a refund and publishes `SurplusReceived`.
    Whichever it is, the ledger gets its SETTLED line: the money is here. `actor` is the cashier for money taken at a
    desk.
    """
    attempt.received_amount = attempt.amount if received_amount is None else received_amount
    attempt.finished_at = attempt.finished_at or clock.now()
    attempt.failure_code = ""
    attempt.next_enquiry_at = None
    if charge.state == ChargeState.OWED and attempt.received_amount == charge.amount:
        pay(charge, attempt, transitions.settling_act(attempt))
    else:
        _hold(charge, attempt)
    ledger.enter(charge, EntryKind.SETTLED, attempt.received_amount, actor=actor, attempt=attempt)
    return Verdict.SETTLED if attempt.state == AttemptState.SUCCEEDED else Verdict.SENT_TO_REVIEW


def pay(charge: Charge, attempt: PaymentAttempt, act: AttemptAct) -> None:
    """The owed charge is paid by this attempt's money, whose ledger line the caller writes, or has written. The caller
    holds both locks. Publishes `ChargeSettled`."""
    transitions.move_attempt(attempt, act)
    attempt.finished_at = clock.now()
    attempt.save()
    transitions.move_charge(charge, ChargeAct.SETTLE)
    charge.settled_at = attempt.finished_at
    charge.save(update_fields=["state", "settled_at"])
    outbox.publish(
        ChargeSettled(
            charge_id=str(charge.pk),
            subject_reference=charge.subject,
            amount=charge.amount,
            attempt_id=str(attempt.pk),
        )
    )


def _hold(charge: Charge, attempt: PaymentAttempt) -> None:
    """Money that pays nothing, not yet or never: a person must look at it."""
    about = {"charge_id": str(charge.pk), "subject_reference": charge.subject, "attempt_id": str(attempt.pk)}
    amount = attempt.received_amount
    if charge.state == ChargeState.OWED:
        transitions.move_attempt(attempt, AttemptAct.TAKE_WRONG_AMOUNT)
        attempt.save()
        outbox.publish(WrongAmountReceived(**about, amount=amount, expected_amount=charge.amount))
    else:
        is_cancelled = charge.state == ChargeState.CANCELLED
        act = AttemptAct.TAKE_AFTER_CANCELLATION if is_cancelled else AttemptAct.TAKE_DOUBLE
        transitions.move_attempt(attempt, act)
        attempt.save()
        outbox.publish(SurplusReceived(**about, amount=amount))
    logger.error("payment attempt %s needs review: %s", attempt.pk, attempt.review_reason)
