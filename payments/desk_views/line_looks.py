"""How states of money look: a word, a shape, a tone."""

from collections.abc import Mapping
from dataclasses import dataclass

from payments.enums import LineVerdict


@dataclass(frozen=True, slots=True)
class Badge:
    """What `components/state.html` takes."""

    text: str
    tone: str
    icon: str


_OF_VERDICT: Mapping[LineVerdict, tuple[str, str]] = {
    LineVerdict.PENDING: ("idle", "clock"),
    LineVerdict.SETTLED: ("ok", "ok"),
    LineVerdict.ALREADY_KNOWN: ("ok", "ok"),
    LineVerdict.AMOUNT_DIFFERS: ("stop", "alert"),
    LineVerdict.TO_REVIEW: ("wait", "alert"),
    LineVerdict.UNKNOWN: ("wait", "alert"),
    LineVerdict.NOT_OURS: ("idle", "empty"),
}


def verdict_badge(verdict: str) -> Badge:
    known = LineVerdict(verdict)
    return Badge(str(known.label), *_OF_VERDICT[known])
