"""The lives of a charge, an attempt and a refund as tables: what may move from where to where.

`payments.transitions` moves rows by these tables and by nothing else, triggers of the database refuse every other change
of a state, `payments.state_graph` draws them. Standings of an attempt are its state and its review reason in one word.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import TextChoices

from payments.enums import (
    AttemptAct,
    AttemptStanding,
    AttemptState,
    ChargeAct,
    ChargeState,
    RefundAct,
    RefundState,
    ReviewReason,
)


@dataclass(frozen=True, slots=True)
class Move:
    """From any of `sources` to `target`."""

    sources: frozenset[str]
    target: str


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """`begins` are the places a row is written in, `moves` what may happen to it afterwards.

    `state_of` tells the column's value for a place, where places are finer than states.
    """

    places: type[TextChoices]
    acts: type[TextChoices]
    begins: tuple[str, ...]
    moves: Mapping[str, Move]
    state_of: Mapping[str, str] = field(default_factory=dict)

    def edges(self) -> Iterator[tuple[str, str, str]]:
        """(act, from, to) of every arrow, in the order of the words."""
        order = {str(place): number for number, place in enumerate(self.places)}
        for act in self.acts:
            move = self.moves[act]
            for source in sorted(move.sources, key=lambda place: order[str(place)]):
                yield act, source, move.target

    def state_changes(self) -> list[tuple[str, str]]:
        """Pairs of column values that may follow each other, for the trigger of the table."""
        pairs = {
            (str(self.state_of.get(source, source)), str(self.state_of.get(target, target)))
            for _act, source, target in self.edges()
        }
        return sorted(pair for pair in pairs if pair[0] != pair[1])


def _move(target: str, *sources: str) -> Move:
    return Move(frozenset(sources) - {target}, target)


CHARGE = Lifecycle(
    places=ChargeState,
    acts=ChargeAct,
    begins=(ChargeState.OWED,),
    moves={
        ChargeAct.SETTLE: _move(ChargeState.SETTLED, ChargeState.OWED),
        ChargeAct.CANCEL: _move(ChargeState.CANCELLED, ChargeState.OWED),
        ChargeAct.REFUND_ALL: _move(ChargeState.REFUNDED, ChargeState.SETTLED),
        ChargeAct.REOPEN: _move(ChargeState.OWED, ChargeState.SETTLED),
    },
)

_IS = AttemptStanding
_OPEN = (_IS.CREATED, _IS.REDIRECTED)
_ENDED = (_IS.FAILED, _IS.CANCELLED, _IS.EXPIRED)
# Places of an attempt where no money has come, as far as we know; in all others it has.
WITHOUT_MONEY = (*_OPEN, *_ENDED, _IS.SUSPECTED)

STATE_OF_STANDING: dict[str, AttemptState] = {
    _IS.CONTRADICTED: AttemptState.SUCCEEDED,
    _IS.SUSPECTED: AttemptState.NEEDS_REVIEW,
    _IS.DOUBLE_PAYMENT: AttemptState.NEEDS_REVIEW,
    _IS.PAID_AFTER_CANCELLATION: AttemptState.NEEDS_REVIEW,
    _IS.WRONG_AMOUNT: AttemptState.NEEDS_REVIEW,
    **{_IS(state.value): state for state in AttemptState if state != AttemptState.NEEDS_REVIEW},
}
REASON_OF_STANDING: dict[str, ReviewReason] = {
    _IS(reason.value): reason for reason in ReviewReason if reason != ReviewReason.NONE
}

ATTEMPT = Lifecycle(
    places=AttemptStanding,
    acts=AttemptAct,
    # Online, and at the counter, where the money is there when the row is written.
    begins=(_IS.CREATED, _IS.SUCCEEDED),
    moves={
        AttemptAct.SEND: _move(_IS.REDIRECTED, _IS.CREATED),
        AttemptAct.SETTLE: _move(_IS.SUCCEEDED, *_OPEN),
        AttemptAct.SETTLE_LATE: _move(_IS.SUCCEEDED, *_ENDED),
        AttemptAct.CLEAR: _move(_IS.SUCCEEDED, _IS.SUSPECTED),
        AttemptAct.TAKE_DOUBLE: _move(_IS.DOUBLE_PAYMENT, *WITHOUT_MONEY),
        AttemptAct.TAKE_AFTER_CANCELLATION: _move(_IS.PAID_AFTER_CANCELLATION, *WITHOUT_MONEY),
        AttemptAct.TAKE_WRONG_AMOUNT: _move(_IS.WRONG_AMOUNT, *WITHOUT_MONEY),
        AttemptAct.ACCEPT: _move(_IS.SUCCEEDED, _IS.WRONG_AMOUNT),
        # An ended try that is still asked about may get another ending as the provider's last word.
        AttemptAct.FAIL: _move(_IS.FAILED, *WITHOUT_MONEY),
        AttemptAct.CANCEL: _move(_IS.CANCELLED, *WITHOUT_MONEY),
        AttemptAct.EXPIRE: _move(_IS.EXPIRED, *WITHOUT_MONEY),
        AttemptAct.SUSPECT: _move(_IS.SUSPECTED, *_OPEN, *_ENDED),
        AttemptAct.CONTRADICT: _move(_IS.CONTRADICTED, _IS.SUCCEEDED),
        AttemptAct.CONFIRM: _move(_IS.SUCCEEDED, _IS.CONTRADICTED),
        AttemptAct.REVERSE: _move(_IS.REVERSED, _IS.CONTRADICTED),
        AttemptAct.RETURN: _move(_IS.RETURNED, _IS.DOUBLE_PAYMENT, _IS.PAID_AFTER_CANCELLATION, _IS.WRONG_AMOUNT),
    },
    state_of=STATE_OF_STANDING,
)

REFUND = Lifecycle(
    places=RefundState,
    acts=RefundAct,
    begins=(RefundState.PROPOSED,),
    moves={
        RefundAct.APPROVE: _move(RefundState.APPROVED, RefundState.PROPOSED),
        RefundAct.REJECT: _move(RefundState.REJECTED, RefundState.PROPOSED),
        RefundAct.SEND: _move(RefundState.SENT, RefundState.APPROVED),
        RefundAct.FINISH: _move(RefundState.DONE, RefundState.SENT),
        RefundAct.REFUSE: _move(RefundState.REFUSED, RefundState.SENT),
        RefundAct.PAY_OUT: _move(RefundState.DONE, RefundState.APPROVED),
        RefundAct.BOUNCE: _move(RefundState.REFUSED, RefundState.APPROVED),
    },
)


def standing_of(state: str, review_reason: str) -> AttemptStanding:
    """State and review reason of an attempt in one word."""
    if state == AttemptState.NEEDS_REVIEW or (
        state == AttemptState.SUCCEEDED and review_reason == ReviewReason.CONTRADICTED
    ):
        return AttemptStanding(review_reason)
    return AttemptStanding(state)
