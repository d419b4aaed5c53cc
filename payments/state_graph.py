"""The lives of charge, attempt and refund as a page of documentation, read off the tables that the services use."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils import translation

from payments.enums import STANDINGS_TO_REVIEW, AttemptAct, ChargeAct, RefundAct
from payments.lifecycles import ATTEMPT, CHARGE, REFUND, WITHOUT_MONEY, Lifecycle
from payments.policies import REFUND_MAY, RefundAction

PATH = Path(settings.BASE_DIR) / "docs" / "payment-states.md"

_HEAD = """# States of charges, attempts and refunds

Rendered from the code by `make manage ARGS="render_payment_graph"`; a test compares it. The arrows are the tables of
`payments.lifecycles`; `payments.transitions` moves rows along them and refuses everything else, and so does a trigger of
the database. For every charge, at every moment: charged - reduced = settled - refunded + owed (`payments.selectors.ledger`).

"""

CHARGE_ACTORS: Mapping[str, str] = {
    ChargeAct.SETTLE: "money: a provider's authentic word, a bank statement, the cashier, or an officer who vouches",
    ChargeAct.CANCEL: "the owner of the subject (a dossier that ended)",
    ChargeAct.REFUND_ALL: "the last refund that is done",
    ChargeAct.REOPEN: "two officers who record that the provider took the money back",
}
ATTEMPT_ACTORS: Mapping[str, str] = {
    AttemptAct.SEND: "the payer",
    AttemptAct.SETTLE: "provider, statement or cashier",
    AttemptAct.SETTLE_LATE: "provider or statement; the charge was still owed",
    AttemptAct.CLEAR: "provider, or an officer who vouches; the charge was still owed",
    AttemptAct.TAKE_DOUBLE: "provider, statement or officer; the charge was paid already",
    AttemptAct.TAKE_AFTER_CANCELLATION: "provider, statement or officer; the charge was cancelled",
    AttemptAct.TAKE_WRONG_AMOUNT: "statement; the charge was still owed",
    AttemptAct.ACCEPT: "an officer who counts a transfer of too much; the rest goes back",
    AttemptAct.FAIL: "provider, or an officer who found no money",
    AttemptAct.CANCEL: "provider, or the cashier who took the money first",
    AttemptAct.EXPIRE: "the sweep, or the payer's next try",
    AttemptAct.SUSPECT: "provider",
    AttemptAct.CONTRADICT: "provider",
    AttemptAct.CONFIRM: "an officer who vouches",
    AttemptAct.REVERSE: "two officers, as a refund for the reason `reversed`",
    AttemptAct.RETURN: "the last refund that is done",
}


def _roles(action: RefundAction) -> str:
    return " or ".join(str(role.value) for role in REFUND_MAY[action])


REFUND_ACTORS: Mapping[str, str] = {
    RefundAct.APPROVE: f"{_roles(RefundAction.DECIDE)}, never the one who proposed",
    RefundAct.REJECT: f"{_roles(RefundAction.DECIDE)}, never the one who proposed",
    RefundAct.SEND: "the sweep",
    RefundAct.FINISH: "provider; or accountant, once the portal has stopped asking",
    RefundAct.REFUSE: "provider; or accountant, once the portal has stopped asking",
    RefundAct.PAY_OUT: f"bank: {_roles(RefundAction.PAY_OUT_BY_BANK)}; cash: {_roles(RefundAction.PAY_OUT_CASH)}",
    RefundAct.BOUNCE: "as `pay_out`",
}


def rendered() -> str:
    """The whole page, in English with the Vietnamese labels beside, the same on every machine."""
    with translation.override("vi"):
        return "\n".join(
            [
                _HEAD + "## Charge\n",
                _graph(CHARGE),
                _places(CHARGE),
                _acts(CHARGE, CHARGE_ACTORS),
                "## Attempt\n",
                "A place is the state and the review reason in one word (`AttemptStanding`).\n",
                _graph(ATTEMPT),
                _places(ATTEMPT),
                _acts(ATTEMPT, ATTEMPT_ACTORS),
                "## Refund\n",
                f"Proposed by the system for money nobody owed, or by {_roles(RefundAction.PROPOSE)}.\n",
                _graph(REFUND),
                _places(REFUND),
                _acts(REFUND, REFUND_ACTORS),
            ]
        )


def _graph(lifecycle: Lifecycle) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    [*] --> {place}" for place in map(str, lifecycle.begins)]
    by_ends: dict[tuple[str, str], list[str]] = defaultdict(list)
    for act, source, target in lifecycle.edges():
        by_ends[str(source), str(target)].append(str(act))
    lines += [f"    {source} --> {target}: {', '.join(acts)}" for (source, target), acts in by_ends.items()]
    sources = {source for _act, source, _target in lifecycle.edges()}
    lines += [f"    {place.value} --> [*]" for place in lifecycle.places if place not in sources]
    return "\n".join([*lines, "```", ""])


def _places(lifecycle: Lifecycle) -> str:
    if lifecycle is not ATTEMPT:
        lines = ["| state | shown as |", "|---|---|"]
        lines += [f"| `{place.value}` | {place.label} |" for place in lifecycle.places]
        return "\n".join([*lines, ""])
    lines = ["| place | shown as | state kept | money is here | a person must act |", "|---|---|---|---|---|"]
    for place in lifecycle.places:
        has_money = "" if place in WITHOUT_MONEY else "gone again" if place in ("returned", "reversed") else "yes"
        to_review = "yes" if place in STANDINGS_TO_REVIEW else ""
        state = str(lifecycle.state_of[place])
        lines.append(f"| `{place.value}` | {place.label} | `{state}` | {has_money} | {to_review} |")
    return "\n".join([*lines, ""])


def _acts(lifecycle: Lifecycle, actors: Mapping[str, str]) -> str:
    lines = ["| act | shown as | by whom, when |", "|---|---|---|"]
    lines += [f"| `{act.value}` | {act.label} | {actors[act]} |" for act in lifecycle.acts]
    return "\n".join([*lines, ""])
