"""The drawn lives of money are the ones that the services and the database keep to."""

import ast
from itertools import product
from pathlib import Path

import pytest
from django.db import InternalError, transaction

from payments import state_graph, transitions
from payments.enums import AttemptAct, AttemptStanding, ChargeAct, ChargeState, RefundAct, RefundState
from payments.errors import MoveRefused
from payments.lifecycles import ATTEMPT, CHARGE, REASON_OF_STANDING, REFUND, STATE_OF_STANDING, Lifecycle, standing_of
from payments.models import Charge, PaymentAttempt, Refund
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory

ROOT = Path(__file__).resolve().parents[2]
LIVES = [CHARGE, ATTEMPT, REFUND]


def test_the_page_in_docs_is_the_one_the_code_renders() -> None:
    assert state_graph.PATH.read_text(encoding="utf-8") == state_graph.rendered(), (
        'run: make manage ARGS="render_payment_graph"'
    )


@pytest.mark.parametrize("life", LIVES)
def test_every_place_is_reached_and_every_act_leads_somewhere(life: Lifecycle) -> None:
    assert set(life.moves) == set(life.acts)
    reached = {target for _act, _source, target in life.edges()} | set(life.begins)
    assert reached == set(life.places)


def test_a_standing_says_the_state_and_the_reason_both_ways() -> None:
    for standing in AttemptStanding:
        assert standing_of(STATE_OF_STANDING[standing], REASON_OF_STANDING.get(standing, "")) == standing


@pytest.mark.parametrize(("act", "standing"), list(product(AttemptAct, AttemptStanding)))
def test_an_attempt_moves_by_its_table_or_not_at_all(act: AttemptAct, standing: AttemptStanding) -> None:
    reason = REASON_OF_STANDING.get(standing, "")
    attempt = PaymentAttempt(state=STATE_OF_STANDING[standing], review_reason=reason)
    if standing in ATTEMPT.moves[act].sources:
        transitions.move_attempt(attempt, act)
        assert attempt.standing == ATTEMPT.moves[act].target
        return
    with pytest.raises(MoveRefused):
        transitions.move_attempt(attempt, act)
    assert (attempt.standing, attempt.review_reason) == (standing, reason)


@pytest.mark.parametrize(("act", "state"), [*product(ChargeAct, ChargeState), *product(RefundAct, RefundState)])
def test_charges_and_refunds_move_by_their_tables_or_not_at_all(
    act: ChargeAct | RefundAct, state: ChargeState | RefundState
) -> None:
    life, row, move = (
        (CHARGE, Charge(state=state), transitions.move_charge)
        if isinstance(act, ChargeAct)
        else (REFUND, Refund(state=state), transitions.move_refund)
    )
    if state in life.moves[act].sources:
        move(row, act)  # type: ignore[arg-type]
        assert row.state == life.moves[act].target
        return
    with pytest.raises(MoveRefused):
        move(row, act)  # type: ignore[arg-type]
    assert row.state == state


@pytest.mark.parametrize(
    ("source", "target"),
    sorted(
        set(product(ChargeState.values, ChargeState.values))
        - set(CHARGE.state_changes())
        - {(s, s) for s in ChargeState}
    ),
)
def test_the_database_knows_the_table_too(db: None, source: str, target: str) -> None:
    stamps = {
        "settled_at": {"settled", "refunded"},
        "cancelled_at": {"cancelled"},
    }
    charge = ChargeFactory()

    def columns(state: str) -> dict[str, object]:
        return {name: charge.created_at if state in states else None for name, states in stamps.items()}

    other = ChargeFactory(state=source, **columns(source))
    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
        Charge.objects.filter(pk=other.pk).update(state=target, **columns(target))


def test_the_database_refuses_to_take_money_out_of_an_attempt_by_its_state(db: None) -> None:
    attempt = OnlineAttemptFactory(state="succeeded", finished_at="2026-05-05T00:00Z")
    with pytest.raises(InternalError, match="Invalid transition"), transaction.atomic():
        PaymentAttempt.objects.filter(pk=attempt.pk).update(state="failed", received_amount=0)


def test_only_the_table_of_moves_changes_a_state() -> None:
    """No service writes a state of its own, and none goes past the rows it has locked with an UPDATE."""
    wrong = []
    for path in sorted((ROOT / "payments").rglob("*.py")):
        if "migrations" in path.parts or path.name == "transitions.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = node.targets if isinstance(node, ast.Assign) else []
            sets = [one for one in targets if isinstance(one, ast.Attribute) and one.attr in ("state", "review_reason")]
            # The state of a receipt has no table: it is issued, and then cancelled or replaced.
            is_receipt = path.name == "receipts.py"
            is_update = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
            )
            if (sets and not is_receipt) or (is_update and {"state", "review_reason"} & {k.arg for k in node.keywords}):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []
