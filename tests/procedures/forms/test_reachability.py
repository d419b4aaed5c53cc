"""Fields that can never be shown are found; what can be shown is never called dead."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procedures.form_definitions import FormDefinition, parse
from procedures.form_definitions.answers import visible_fields
from procedures.form_definitions.reachability import unreachable_fields

OPTIONS = ("a", "b", "c")


def choice(key: str, *, required: bool = False, **fields: Any) -> dict[str, Any]:
    options = [{"value": value, "label": value} for value in OPTIONS]
    return {"key": key, "kind": "choice", "label": key, "required": required, "params": {"options": options}, **fields}


def definition(*fields: dict[str, Any]) -> FormDefinition:
    return parse({"sections": [{"key": "s", "label": "S", "fields": list(fields)}]})


def equals(key: str, value: Any) -> dict[str, Any]:
    return {"field": key, "op": "equals", "value": value}


def answered(key: str) -> dict[str, Any]:
    return {"field": key, "op": "is_answered"}


def test_a_field_behind_a_field_that_is_never_shown_is_dead_too() -> None:
    never = {"all": [equals("x", "a"), equals("x", "b")]}
    found = definition(choice("x"), choice("y", visible_when=never), choice("z", visible_when=equals("y", "a")))

    assert unreachable_fields(found) == {"y", "z"}


def test_a_field_shown_only_while_a_required_one_is_blank_is_never_in_a_finished_form() -> None:
    condition = {"not": answered("x")}

    assert unreachable_fields(definition(choice("x", required=True), choice("y", visible_when=condition))) == {"y"}
    assert unreachable_fields(definition(choice("x"), choice("y", visible_when=condition))) == set()


def test_a_hidden_required_field_is_blank() -> None:
    found = definition(
        choice("x"),
        choice("y", required=True, visible_when=equals("x", "a")),
        choice("z", visible_when={"not": answered("y")}),
    )

    assert unreachable_fields(found) == set()


def test_two_boxes_may_be_ticked_at_once_unless_the_limit_says_no() -> None:
    both = {"all": [equals("x", "a"), equals("x", "b")]}
    boxes: dict[str, Any] = {**choice("x"), "kind": "choices"}
    one_box = {**boxes, "params": {**boxes["params"], "at_most": 1}}

    assert unreachable_fields(definition(boxes, choice("y", visible_when=both))) == set()
    assert unreachable_fields(definition(one_box, choice("y", visible_when=both))) == {"y"}


@pytest.mark.parametrize("kind", ["text", "integer", "date"])
def test_a_typed_answer_may_be_anything(kind: str) -> None:
    value = {"text": "x", "integer": 3, "date": "2026-01-01"}[kind]
    field = {"key": "x", "kind": kind, "label": "X", "required": True}
    found = definition(
        field, choice("y", visible_when=equals("x", value)), choice("z", visible_when={"not": equals("x", value)})
    )

    assert unreachable_fields(found) == set()


_leaf = st.builds(equals, st.sampled_from(["x", "y"]), st.sampled_from(OPTIONS)) | st.builds(
    answered, st.sampled_from(["x", "y"])
)
_condition = st.recursive(
    _leaf,
    lambda inner: (
        st.builds(lambda part: {"not": part}, inner)
        | st.builds(
            lambda name, parts: {name: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)
        )
    ),
    max_leaves=6,
)
_before_y = st.none() | st.sampled_from([equals("x", "a"), {"not": equals("x", "a")}, answered("x")])


@given(condition=_condition, before_y=_before_y, needs_x=st.booleans(), needs_y=st.booleans())
def test_the_verdict_is_that_of_trying_every_answer(
    condition: dict[str, Any], before_y: dict[str, Any] | None, needs_x: bool, needs_y: bool
) -> None:
    y_fields = {} if before_y is None else {"visible_when": before_y}
    form = definition(
        choice("x", required=needs_x), choice("y", required=needs_y, **y_fields), choice("z", visible_when=condition)
    )

    def finished(answers: dict[str, Any]) -> bool:
        return all(not spec.required or answers[spec.key] for spec in visible_fields(form, answers))

    tried = [{"x": x, "y": y, "z": None} for x, y in product((*OPTIONS, None), repeat=2)]
    shown = {spec.key for answers in tried if finished(answers) for spec in visible_fields(form, answers)}
    assert unreachable_fields(form) == {"x", "y", "z"} - shown
