"""The one way a state of payments changes: by an act of `payments.lifecycles`, on a row that the caller has locked.

Nothing is saved here. An act that does not lead on from where the row is raises MoveRefused and changes nothing.
"""

from payments.enums import AttemptAct, AttemptStanding, AttemptState, ChargeAct, ChargeState, RefundAct, RefundState
from payments.errors import MoveRefused
from payments.lifecycles import (
    ATTEMPT,
    CHARGE,
    REASON_OF_STANDING,
    REFUND,
    STATE_OF_STANDING,
    Lifecycle,
)
from payments.models import Charge, PaymentAttempt, Refund

_MONEY_ARRIVES = (AttemptAct.SETTLE, AttemptAct.SETTLE_LATE, AttemptAct.CLEAR)


def move_charge(charge: Charge, act: ChargeAct) -> None:
    charge.state = ChargeState(_after(CHARGE, act, charge.state))


def move_attempt(attempt: PaymentAttempt, act: AttemptAct) -> None:
    """Sets state and review reason."""
    standing = AttemptStanding(_after(ATTEMPT, act, attempt.standing))
    attempt.state = STATE_OF_STANDING[standing]
    attempt.review_reason = REASON_OF_STANDING.get(standing, "")


def move_refund(refund: Refund, act: RefundAct) -> None:
    refund.state = RefundState(_after(REFUND, act, refund.state))


def settling_act(attempt: PaymentAttempt) -> AttemptAct:
    """By which act money that settles the charge arrives where the attempt is now. Raises MoveRefused where it has
    arrived before."""
    for act in _MONEY_ARRIVES:
        if attempt.standing in ATTEMPT.moves[act].sources:
            return act
    raise MoveRefused


def end_attempt(attempt: PaymentAttempt, state: AttemptState) -> None:
    """Without money: FAILED, CANCELLED or EXPIRED, whichever the provider says."""
    move_attempt(attempt, _ENDS_AS[state])


_ENDS_AS = {
    AttemptState.FAILED: AttemptAct.FAIL,
    AttemptState.CANCELLED: AttemptAct.CANCEL,
    AttemptState.EXPIRED: AttemptAct.EXPIRE,
}


def _after(lifecycle: Lifecycle, act: str, place: str) -> str:
    move = lifecycle.moves[act]
    if place not in move.sources:
        raise MoveRefused
    return move.target
