"""When a field is asked."""

from datetime import date
from typing import Any

import pytest

from procedures.form_definitions import DefinitionError, clean, describe_condition, parse, to_json
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


ORDERED: list[tuple[dict[str, Any], dict[str, Any], bool]] = [
    ({"field": "count", "op": "less_than", "value": 3}, {"count": 2}, True),
    ({"field": "count", "op": "less_than", "value": 3}, {"count": 3}, False),
    ({"field": "count", "op": "at_most", "value": 3}, {"count": 3}, True),
    ({"field": "count", "op": "more_than", "value": 3}, {"count": 3}, False),
    ({"field": "count", "op": "more_than", "value": "2.5"}, {"count": 3}, True),
    ({"field": "count", "op": "at_least", "value": 3}, {"count": 3}, True),
    ({"field": "count", "op": "at_least", "value": 0}, {}, False),
    ({"field": "count", "op": "at_most", "value": 9}, {}, False),
    ({"field": "count", "op": "less_than", "value": 3}, {"count": True}, False),
    ({"field": "exact", "op": "less_than", "value": 10}, {"exact": "9.99"}, True),
    ({"field": "exact", "op": "less_than", "value": "9.99"}, {"exact": "9.99"}, False),
    ({"field": "born", "op": "at_most", "value": "today-18y"}, {"born": "2008-02-29"}, True),
    ({"field": "born", "op": "at_most", "value": "today-18y"}, {"born": "2008-03-02"}, False),
    ({"field": "born", "op": "more_than", "value": "today"}, {"born": "2026-03-02"}, True),
    ({"field": "born", "op": "at_least", "value": "today+1m"}, {"born": "2026-03-31"}, False),
    ({"field": "born", "op": "at_least", "value": "today+30d"}, {"born": "2026-03-31"}, True),
    ({"field": "born", "op": "less_than", "value": "2026-01-01"}, {"born": "2025-12-31"}, True),
    ({"field": "born", "op": "less_than", "value": "2026-01-01"}, {"born": "hôm qua"}, False),
    ({"count": "children", "op": "at_least", "value": 2}, {"children": [{}, {}]}, True),
    ({"count": "children", "op": "at_least", "value": 2}, {"children": [{}]}, False),
    ({"count": "children", "op": "equals", "value": 0}, {}, True),
    ({"count": "children", "op": "not_equals", "value": 0}, {}, False),
    ({"field": "children", "op": "is_answered"}, {"children": [{}]}, True),
    ({"field": "age", "op": "less_than", "value": 18}, {"age": 17}, True),
    ({"field": "age", "op": "less_than", "value": 18}, {}, False),
]  # fmt: skip


def definition_in_order(condition: dict[str, Any]) -> Any:
    return parse({"sections": [{"key": "s", "label": "S", "fields": [
        {"key": "count", "kind": "integer", "label": "Số"}, {"key": "exact", "kind": "decimal", "label": "Số lẻ"},
        {"key": "born", "kind": "date", "label": "Ngày sinh"}, {"key": "name", "kind": "text", "label": "Tên"},
        {"key": "children", "kind": "repeat", "label": "Con",
         "params": {"item_label": "Con", "fields": [{"key": "child", "kind": "text", "label": "Tên"}]}},
        {"key": "age", "kind": "computed", "label": "Tuổi",
         "params": {"format": "integer", "expression": {"age": {"field": "born"}}}},
        {"key": "asked", "kind": "text", "label": "L", "visible_when": condition},
    ]}]})  # fmt: skip


@pytest.mark.parametrize(("condition", "answers", "verdict"), ORDERED)
def test_numbers_days_and_rows_have_an_order(condition: dict[str, Any], answers: dict[str, Any], verdict: bool) -> None:
    definition = definition_in_order(condition)
    assert holds(definition.field("asked").visible_when, answers, today=date(2026, 3, 1)) is verdict
    assert to_json(definition)["sections"][0]["fields"][-1]["visible_when"] == condition


@pytest.mark.parametrize(("condition", "says"), [
    ({"field": "name", "op": "less_than", "value": 3}, "không phải số hay ngày"),
    ({"field": "count", "op": "less_than", "value": "ba"}, "so với một số"),
    ({"field": "count", "op": "less_than", "value": True}, "so với một số"),
    ({"field": "count", "op": "less_than", "value": float("nan")}, "so với một số"),
    ({"field": "count", "op": "less_than", "value": 10**400}, "so với một số"),
    ({"field": "count", "op": "less_than"}, "thiếu “value”"),
    ({"field": "born", "op": "less_than", "value": "today-18"}, "so với một ngày"),
    ({"field": "born", "op": "less_than", "value": "2026-02-30"}, "so với một ngày"),
    ({"field": "born", "op": "less_than", "value": 2026}, "so với một ngày"),
    ({"field": "children", "op": "equals", "value": 2}, "là một nhóm nhiều dòng"),
    ({"count": "name", "op": "equals", "value": 2}, "không có “name”"),
    ({"count": "children", "op": "is_answered"}, "Phép so sánh"),
    ({"count": "children", "op": "at_least", "value": -1}, "từ 0 đến 1000"),
    ({"count": "children", "field": "name", "op": "equals", "value": 1}, "cần một trong"),
    ({"op": "equals", "value": 1}, "cần một trong"),
    ({"field": "child", "op": "is_answered"}, "không có “child”"),
])  # fmt: skip
def test_an_order_that_makes_no_sense_is_refused(condition: dict[str, Any], says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        definition_in_order(condition)
    assert says in caught.value.fault
    assert caught.value.field == "asked"


@pytest.mark.parametrize(("condition", "phrase"), [
    ({"field": "count", "op": "at_least", "value": 1500}, "“Số” từ 1.500 trở lên"),
    ({"field": "exact", "op": "more_than", "value": "12.5"}, "“Số lẻ” lớn hơn 12,5"),
    ({"field": "born", "op": "more_than", "value": "today-18y"}, "“Ngày sinh” sau ngày này 18 năm trước"),
    ({"field": "born", "op": "at_most", "value": "today"}, "“Ngày sinh” không sau hôm nay"),
    ({"field": "born", "op": "less_than", "value": "2026-05-05"}, "“Ngày sinh” trước 05/05/2026"),
    ({"count": "children", "op": "at_least", "value": 2}, "“số dòng của Con” từ 2 trở lên"),
])  # fmt: skip
def test_an_order_is_said_in_words(condition: dict[str, Any], phrase: str) -> None:
    definition = definition_in_order(condition)
    asked = definition.field("asked").visible_when
    assert asked is not None
    assert describe_condition(asked, definition) == phrase


@pytest.mark.parametrize(("home", "errors"), [("rent", {"landlord"}), ("own", set())])
def test_a_field_may_be_required_in_some_cases_only(home: str, errors: set[str]) -> None:
    definition = parse({"sections": [{"key": "s", "label": "S", "fields": [
        {"key": "home", "kind": "choice", "label": "Nhà", "params": {"options": OPTIONS}},
        {"key": "landlord", "kind": "text", "label": "Chủ nhà",
         "required_when": {"field": "home", "op": "equals", "value": "rent"}},
    ]}]})  # fmt: skip
    assert set(clean(definition, {"home": home}).errors) == errors
    assert clean(definition, {"home": home}, partial=True).ok
    assert clean(definition, {"home": home, "landlord": "Bình"}).answers == {"home": home, "landlord": "Bình"}
