"""How states of money look on officers' pages: a word, a shape, a tone."""

from dataclasses import dataclass
from typing import Any

from payments.enums import STANDINGS_TO_REVIEW, AttemptStanding, LineVerdict, RefundState
from payments.models import PaymentAttempt, Refund


@dataclass(frozen=True, slots=True)
class Badge:
    """What `components/state.html` takes."""

    tone: str
    icon: str
    text: Any


_REFUND_LOOKS = {
    RefundState.PROPOSED: ("wait", "clock"),
    RefundState.APPROVED: ("busy", "clock"),
    RefundState.SENT: ("busy", "clock"),
    RefundState.DONE: ("ok", "ok"),
    RefundState.REFUSED: ("stop", "alert"),
    RefundState.REJECTED: ("idle", "empty"),
}


_LINE_LOOKS = {
    LineVerdict.PENDING: ("idle", "clock"),
    LineVerdict.SETTLED: ("ok", "ok"),
    LineVerdict.ALREADY_KNOWN: ("ok", "ok"),
    LineVerdict.AMOUNT_DIFFERS: ("stop", "alert"),
    LineVerdict.TO_REVIEW: ("wait", "alert"),
    LineVerdict.UNKNOWN: ("wait", "alert"),
    LineVerdict.NOT_OURS: ("idle", "empty"),
}


def refund_badge(refund: Refund) -> Badge:
    tone, icon = _REFUND_LOOKS[RefundState(refund.state)]
    return Badge(tone, icon, refund.get_state_display())


def attempt_badge(attempt: PaymentAttempt) -> Badge:
    standing = attempt.standing
    if standing in STANDINGS_TO_REVIEW:
        return Badge("wait", "alert", standing.label)
    if standing == AttemptStanding.SUCCEEDED:
        return Badge("ok", "ok", standing.label)
    return Badge("idle", "empty", standing.label)


def verdict_badge(verdict: str) -> Badge:
    known = LineVerdict(verdict)
    return Badge(*_LINE_LOOKS[known], known.label)
