"""How a refund ends, in the books: DONE when the money went back, REFUSED when it did not."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum

from payments import policies, transitions
from payments.enums import (
    SURPLUS_REASONS,
    AttemptAct,
    ChargeAct,
    EntryKind,
    RefundAct,
    RefundReason,
    RefundRoute,
    RefundState,
)
from payments.errors import (
    RefundNotFound,
    RefundNotPermitted,
    RefundReferenceMissing,
    RefundRouteUnfit,
    RefundStillAsked,
)
from payments.events import ChargeReopened, RefundFinished
from payments.models import Charge, PaymentAttempt, Refund
from payments.policies import RefundAction
from payments.selectors.receiving_accounts import account_for
from payments.services import ledger
from payments.services.locks import lock_with_refund
from payments.services.shifts import lock_open_shift
from portal.core import clock, outbox
from portal.core.actors import SYSTEM, Actor

FAILURE_BY_HAND = "not_paid_out"
MAX_REFERENCE = 40


@transaction.atomic
def confirm_paid_out(*, actor: Actor, refund_id: UUID | str, reference: str) -> Refund:
    """The transfer was made or the cash was paid out; `reference` is the bank's number or that of the pay-out slip.

    Raises RefundNotFound, RefundNotPermitted, RefundRouteUnfit, RefundReferenceMissing, MoveRefused.
    """
    charge, attempt, refund = _lock_by_hand(actor, refund_id)
    refund.provider_transaction_no = _required(reference)
    if refund.route == RefundRoute.CASH and policies.may_take_counter_payment(actor, charge.agency_id or 0):
        # Out of the cashier's own drawer: their count will find it missing.
        refund.shift = lock_open_shift(actor=actor, agency_id=charge.agency_id or 0)
    if refund.route == RefundRoute.BANK_TRANSFER:
        refund.paid_from = account_for(charge.agency_id)
    finish(charge, attempt, refund, RefundAct.PAY_OUT, actor=actor)
    return refund


@transaction.atomic
def record_not_paid_out(*, actor: Actor, refund_id: UUID | str, reference: str) -> Refund:
    """The transfer came back, or nobody came for the cash; `reference` says by which paper we know.

    Raises as `confirm_paid_out` does.
    """
    charge, attempt, refund = _lock_by_hand(actor, refund_id)
    refund.provider_transaction_no = _required(reference)
    refuse(charge, attempt, refund, RefundAct.BOUNCE, code=FAILURE_BY_HAND)
    return refund


@transaction.atomic
def conclude_unanswered(*, actor: Actor, refund_id: UUID | str, is_done: bool, reference: str) -> Refund:
    """A person found out at the provider what it would not tell the portal; only once the portal has stopped asking.

    Raises RefundNotFound, RefundNotPermitted, RefundStillAsked, RefundReferenceMissing, MoveRefused.
    """
    charge, attempt, refund = lock_with_refund(refund_id)
    _require(actor, RefundAction.ASK_AGAIN, charge)
    if refund.state == RefundState.SENT and refund.next_enquiry_at is not None:
        raise RefundStillAsked
    refund.provider_transaction_no = _required(reference)
    if is_done:
        finish(charge, attempt, refund, RefundAct.FINISH, actor=actor)
    else:
        refuse(charge, attempt, refund, RefundAct.REFUSE, code=FAILURE_BY_HAND)
    return refund


def finish(charge: Charge, attempt: PaymentAttempt, refund: Refund, act: RefundAct, *, actor: Actor = SYSTEM) -> None:
    """The money is gone: the ledger's lines, and what that makes of attempt and charge. The caller holds all three locks.

    Publishes `RefundFinished`; for money that the provider took back, `ChargeReopened` instead.
    """
    transitions.move_refund(refund, act)
    refund.finished_at = clock.now()
    refund.next_enquiry_at = None
    refund.failure_code = ""
    refund.save()
    ledger.enter(charge, EntryKind.REFUNDED, refund.amount, actor=actor, attempt=attempt, refund=refund)
    if refund.reason == RefundReason.REVERSED:
        _reopen(charge, attempt, refund)
        return
    done = attempt.refunds.filter(state=RefundState.DONE)
    if attempt.standing in SURPLUS_REASONS:
        if _sum(done) == attempt.received_amount:
            transitions.move_attempt(attempt, AttemptAct.RETURN)
            attempt.save(update_fields=["state", "review_reason"])
    elif refund.reason not in SURPLUS_REASONS:
        ledger.enter(charge, EntryKind.REDUCED, refund.amount, actor=actor, refund=refund)
        # What came beyond the charge goes back on its own account.
        if _sum(done.exclude(reason__in=SURPLUS_REASONS)) == attempt.amount:
            transitions.move_charge(charge, ChargeAct.REFUND_ALL)
            charge.save(update_fields=["state"])
    _tell(charge, refund)


def _sum(refunds: QuerySet[Refund]) -> int:
    return refunds.aggregate(total=Sum("amount"))["total"] or 0


def refuse(charge: Charge, attempt: PaymentAttempt, refund: Refund, act: RefundAct, *, code: str) -> None:
    """The money stays with us: what was reserved is free for another refund. The caller holds all three locks."""
    transitions.move_refund(refund, act)
    refund.finished_at = clock.now()
    refund.next_enquiry_at = None
    refund.failure_code = code[:32]
    refund.save()
    give_reservation_back(attempt, refund)
    _tell(charge, refund)


def give_reservation_back(attempt: PaymentAttempt, refund: Refund) -> None:
    attempt.refund_reserved_amount -= refund.amount
    attempt.save(update_fields=["refund_reserved_amount"])


def _reopen(charge: Charge, attempt: PaymentAttempt, refund: Refund) -> None:
    """The settlement is undone in the books: what was charged is owed again."""
    transitions.move_attempt(attempt, AttemptAct.REVERSE)
    attempt.save(update_fields=["state", "review_reason"])
    transitions.move_charge(charge, ChargeAct.REOPEN)
    charge.settled_at = None
    charge.save(update_fields=["state", "settled_at"])
    outbox.publish(
        ChargeReopened(
            charge_id=str(charge.pk),
            subject_reference=charge.subject,
            amount=refund.amount,
            attempt_id=str(attempt.pk),
        )
    )


def _tell(charge: Charge, refund: Refund) -> None:
    outbox.publish(
        RefundFinished(
            refund_id=str(refund.pk),
            charge_id=str(charge.pk),
            subject_reference=charge.subject,
            amount=refund.amount,
            state=refund.state,
        )
    )


def _lock_by_hand(actor: Actor, refund_id: UUID | str) -> tuple[Charge, PaymentAttempt, Refund]:
    charge, attempt, refund = lock_with_refund(refund_id)
    _require(actor, policies.pay_out_action(refund.route), charge)
    if refund.route == RefundRoute.PROVIDER:
        raise RefundRouteUnfit
    return charge, attempt, refund


def _require(actor: Actor, action: RefundAction, charge: Charge) -> None:
    if not policies.may_about_refund(actor, RefundAction.READ, charge):
        raise RefundNotFound
    if not policies.may_about_refund(actor, action, charge):
        raise RefundNotPermitted


def _required(reference: str) -> str:
    reference = reference.strip()
    if not 0 < len(reference) <= MAX_REFERENCE:
        raise RefundReferenceMissing(fields={"reference": RefundReferenceMissing.default_sentence})
    return reference
