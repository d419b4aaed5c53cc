"""What a person finds out about an attempt that the provider left in doubt.

SUSPECTED: the money is here, or it is not. CONTRADICTED: the money is here after all; that the provider took it back is
a refund for the reason REVERSED, with two people, like everything that takes money out of the books. WRONG_AMOUNT: the
money is here and pays the charge after all, or goes back by a refund.
"""

from uuid import UUID

from django.db import transaction

from payments import policies, transitions
from payments.enums import AttemptAct, AttemptStanding
from payments.errors import (
    AcceptedAmountTooSmall,
    AttemptNotFound,
    NothingToReview,
    RefundNoteMissing,
    RefundNotPermitted,
)
from payments.models import Charge, PaymentAttempt
from payments.policies import RefundAction
from payments.selectors.charges import FOUND_UNPAID
from payments.services.charges import require_owed
from payments.services.locks import lock_with_attempt
from payments.services.settlement import pay, settle
from payments.services.system_proposals import propose_for_excess
from portal.core import clock
from portal.core.actors import Actor


@transaction.atomic
def vouch_for_money(*, actor: Actor, attempt_id: UUID | str, note: str) -> PaymentAttempt:
    """The money of a SUSPECTED or CONTRADICTED attempt is in our account; `note` says how we know.

    A suspected one settles the charge, or becomes a surplus if that was paid or cancelled meanwhile. Raises
    AttemptNotFound, RefundNotPermitted, RefundNoteMissing, NothingToReview.
    """
    charge, attempt = _lock(actor, attempt_id, note)
    if attempt.standing == AttemptStanding.SUSPECTED:
        _sign(actor, attempt, note)
        settle(charge, attempt, actor=actor)
        return attempt
    if attempt.standing == AttemptStanding.CONTRADICTED:
        _sign(actor, attempt, note)
        transitions.move_attempt(attempt, AttemptAct.CONFIRM)
        attempt.save()
        return attempt
    raise NothingToReview


@transaction.atomic
def find_unpaid(*, actor: Actor, attempt_id: UUID | str, note: str) -> PaymentAttempt:
    """No money came by a SUSPECTED attempt: it failed, and the payer may try again. A later authentic success counts
    all the same. Raises as `vouch_for_money` does."""
    _charge, attempt = _lock(actor, attempt_id, note)
    if attempt.standing != AttemptStanding.SUSPECTED:
        raise NothingToReview
    _sign(actor, attempt, note)
    transitions.move_attempt(attempt, AttemptAct.FAIL)
    attempt.failure_code = FOUND_UNPAID
    attempt.next_enquiry_at = None
    attempt.save()
    return attempt


@transaction.atomic
def accept_wrong_amount(*, actor: Actor, attempt_id: UUID | str, note: str) -> PaymentAttempt:
    """A transfer of more than was owed pays the charge; that the rest goes back is proposed at once, for somebody to
    approve. `note` says why it is meant for this charge.

    A transfer of too little pays nothing, alone or with another: it goes back by a refund. Raises AttemptNotFound,
    RefundNotPermitted, RefundNoteMissing, NothingToReview, AcceptedAmountTooSmall, ChargeAlreadySettled,
    ChargeAlreadyCancelled.
    """
    charge, attempt = _lock(actor, attempt_id, note)
    if attempt.standing != AttemptStanding.WRONG_AMOUNT:
        raise NothingToReview
    require_owed(charge)
    if attempt.refundable_amount < charge.amount:
        raise AcceptedAmountTooSmall
    _sign(actor, attempt, note)
    pay(charge, attempt, AttemptAct.ACCEPT)
    propose_for_excess(charge, attempt)
    return attempt


def _lock(actor: Actor, attempt_id: UUID | str, note: str) -> tuple[Charge, PaymentAttempt]:
    charge, attempt = lock_with_attempt(attempt_id)
    if not policies.may_about_refund(actor, RefundAction.READ, charge):
        raise AttemptNotFound
    if not policies.may_about_refund(actor, RefundAction.REVIEW, charge):
        raise RefundNotPermitted
    if not note.strip():
        raise RefundNoteMissing(fields={"note": RefundNoteMissing.default_sentence})
    return charge, attempt


def _sign(actor: Actor, attempt: PaymentAttempt, note: str) -> None:
    attempt.reviewed_by_id = actor.user_id
    attempt.reviewed_at = clock.now()
    attempt.review_note = note.strip()[:500]
