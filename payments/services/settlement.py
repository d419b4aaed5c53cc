"""The one place where money that arrived settles a charge, or is put before a person."""

import logging

from payments import transitions
from payments.enums import AttemptAct, ChargeAct, ChargeState, EntryKind, Verdict
from payments.events import ChargeSettled, SurplusReceived
from payments.models import Charge, PaymentAttempt
from payments.services import ledger
from portal.core import clock, outbox
from portal.core.actors import SYSTEM, Actor

logger = logging.getLogger(__name__)


def settle(charge: Charge, attempt: PaymentAttempt, *, actor: Actor = SYSTEM) -> Verdict:
    """Count an attempt whose money arrived. The caller holds both locks and has compared amount and currency.

    The first money settles the owed charge and publishes `ChargeSettled`. Money for a charge already settled,
    refunded or cancelled puts the attempt in NEEDS_REVIEW for a refund and publishes `SurplusReceived`. Either way
    the ledger gets its SETTLED line: the money is here. `actor` is the cashier for money taken at a desk.
    """
    attempt.received_amount = attempt.amount
    attempt.finished_at = attempt.finished_at or clock.now()
    attempt.failure_code = ""
    attempt.next_enquiry_at = None
    if charge.state == ChargeState.OWED:
        transitions.move_attempt(attempt, transitions.settling_act(attempt))
        attempt.finished_at = clock.now()
        attempt.save()
        transitions.move_charge(charge, ChargeAct.SETTLE)
        charge.settled_at = attempt.finished_at
        charge.save(update_fields=["state", "settled_at"])
        ledger.enter(charge, EntryKind.SETTLED, attempt.amount, actor=actor, attempt=attempt)
        outbox.publish(
            ChargeSettled(
                charge_id=str(charge.pk),
                subject_reference=charge.subject,
                amount=charge.amount,
                attempt_id=str(attempt.pk),
            )
        )
        return Verdict.SETTLED
    is_cancelled = charge.state == ChargeState.CANCELLED
    transitions.move_attempt(attempt, AttemptAct.TAKE_AFTER_CANCELLATION if is_cancelled else AttemptAct.TAKE_DOUBLE)
    attempt.save()
    ledger.enter(charge, EntryKind.SETTLED, attempt.amount, actor=actor, attempt=attempt)
    outbox.publish(
        SurplusReceived(
            charge_id=str(charge.pk),
            subject_reference=charge.subject,
            amount=attempt.amount,
            attempt_id=str(attempt.pk),
        )
    )
    logger.error("payment attempt %s needs review: %s", attempt.pk, attempt.review_reason)
    return Verdict.SENT_TO_REVIEW
