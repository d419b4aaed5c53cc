"""When a field is asked."""

from typing import Any

import pytest

from procedures.form_definitions import clean, parse
from procedures.form_definitions.conditions import controlling_fields, holds
from tests.procedures.forms.samples import OPTIONS

TABLE: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"field": "one", "op": "equals", "value": "rent"}, {"one": "rent"}, True),
    ({"field": "one", "op": "equals", "value": "rent"}, {"one": "own"}, False),
    ({"field": "one", "op": "equals", "value": "rent"}, {}, False),
    ({"field": "one", "op": "not_equals", "value": "rent"}, {"one": "own"}, True),
    ({"field": "one", "op": "not_equals", "value": "rent"}, {"one": "rent"}, False),
    ({"field": "one", "op": "not_equals", "value": "rent"}, {}, True),
    ({"field": "one", "op": "in", "value": ["rent", "own"]}, {"one": "own"}, True),
    ({"field": "one", "op": "in", "value": ["rent"]}, {"one": "own"}, False),
    ({"field": "many", "op": "equals", "value": "rent"}, {"many": ["own", "rent"]}, True),
    ({"field": "many", "op": "equals", "value": "rent"}, {"many": ["own"]}, False),
    ({"field": "many", "op": "not_equals", "value": "rent"}, {"many": ["own", "rent"]}, False),
    ({"field": "many", "op": "in", "value": ["own", "rent"]}, {"many": ["rent"]}, True),
    ({"field": "yes", "op": "equals", "value": True}, {"yes": True}, True),
    ({"field": "yes", "op": "equals", "value": "yes"}, {"yes": True}, True),
    ({"field": "yes", "op": "equals", "value": True}, {"yes": 1}, False),
    ({"field": "yes", "op": "equals", "value": False}, {}, False),
    ({"field": "count", "op": "equals", "value": 1}, {"count": 1}, True),
    ({"field": "count", "op": "equals", "value": 1}, {"count": True}, False),
    ({"field": "yes", "op": "is_answered"}, {"yes": False}, True),
    ({"field": "yes", "op": "is_answered"}, {"yes": None}, False),
    ({"not": {"field": "yes", "op": "is_answered"}}, {}, True),
    ({"all": [{"field": "yes", "op": "is_answered"}, {"field": "one", "op": "is_answered"}]}, {"yes": True}, False),
    ({"any": [{"field": "yes", "op": "is_answered"}, {"field": "one", "op": "is_answered"}]}, {"yes": True}, True),
    ({"field": "one", "op": "equals", "value": "rent"}, {"one": {"odd": []}}, False),
]  # fmt: skip


def definition_with(condition: dict[str, Any]) -> Any:
    return parse({"sections": [{"key": "s", "label": "S", "fields": [
        {"key": "one", "kind": "choice", "label": "L", "params": {"options": OPTIONS}},
        {"key": "many", "kind": "choices", "label": "L", "params": {"options": OPTIONS}},
        {"key": "yes", "kind": "yes_no", "label": "L"},
        {"key": "count", "kind": "integer", "label": "L"},
        {"key": "asked", "kind": "text", "label": "L", "required": True, "visible_when": condition},
    ]}]})  # fmt: skip


@pytest.mark.parametrize(("condition", "answers", "verdict"), TABLE)
def test_a_condition_reads_the_answers(condition: dict[str, Any], answers: dict[str, Any], verdict: bool) -> None:
    assert holds(definition_with(condition).field("asked").visible_when, answers) is verdict


def test_a_condition_knows_on_which_fields_it_depends() -> None:
    condition = {
        "all": [{"field": "yes", "op": "is_answered"}, {"not": {"any": [{"field": "one", "op": "is_answered"}]}}]
    }
    assert controlling_fields(definition_with(condition).field("asked").visible_when) == {"yes", "one"}


@pytest.mark.parametrize(("one", "errors"), [("rent", {"asked"}), ("own", set())])
def test_a_field_that_is_not_asked_is_not_required(one: str, errors: set[str]) -> None:
    definition = definition_with({"field": "one", "op": "equals", "value": "rent"})
    assert set(clean(definition, {"one": one}).errors) == errors


def test_a_field_that_is_not_asked_is_not_stored_whatever_was_sent() -> None:
    definition = definition_with({"field": "one", "op": "equals", "value": "rent"})
    cleaned = clean(definition, {"one": "own", "asked": "a\x00"})
    assert (cleaned.answers, cleaned.errors, cleaned.raw_invalid) == ({"one": "own"}, {}, {})
