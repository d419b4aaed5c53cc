"""What an administrator is told before publishing: each finding is right, and a sound definition has none."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from procedures.form_definitions import parse, parse_condition
from procedures.form_definitions.findings import FindingCode, document_findings, form_findings
from procedures.services.demo_catalogue import demo_files
from tests.procedures.forms.declaration import declaration
from tests.procedures.forms.samples import CHILDREN, OPTIONS


def leaf(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, **({"value": value[0]} if value else {})}


BASE = [
    {"key": "home", "kind": "choice", "label": "Nhà", "params": {"options": OPTIONS}},
    {"key": "many", "kind": "choices", "label": "Nhiều", "params": {"options": OPTIONS}},
    {"key": "yes", "kind": "yes_no", "label": "Có không"},
    {"key": "count", "kind": "integer", "label": "Số", "params": {"minimum": 1, "maximum": 10}},
    {"key": "exact", "kind": "decimal", "label": "Số lẻ"},
    {"key": "born", "kind": "date", "label": "Ngày sinh", "params": {"maximum": "today"}},
    {"key": "called", "kind": "text", "label": "Tên"},
    {"key": "con", "kind": "repeat", "label": "Con", "params": CHILDREN},
    {"key": "age", "kind": "computed", "label": "Tuổi",
     "params": {"format": "integer", "expression": {"age": {"field": "born"}}}},
    {"key": "rented", "kind": "text", "label": "Chủ nhà", "visible_when": leaf("home", "equals", "rent")},
]  # fmt: skip


def found(condition: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    asked = {"key": "asked", "kind": "text", "label": "L", "visible_when": condition, **more}
    definition = parse({"sections": [{"key": "s", "label": "S", "fields": [*BASE, asked]}]})
    return [(finding.code.value, finding.field) for finding in form_findings(definition)]


NEVER: list[dict[str, Any]] = [
    {"all": [leaf("home", "equals", "rent"), leaf("home", "equals", "own")]},
    {"all": [leaf("home", "equals", "rent"), leaf("home", "not_equals", "rent")]},
    {"all": [leaf("home", "is_answered"), leaf("home", "not_equals", "rent"), leaf("home", "not_equals", "own")]},
    {"all": [leaf("yes", "equals", True), leaf("yes", "equals", False)]},
    {"all": [leaf("many", "equals", "rent"), {"not": leaf("many", "in", ["rent", "own"])}]},
    {"all": [leaf("count", "less_than", 3), leaf("count", "more_than", 3)]},
    {"all": [leaf("count", "less_than", 4), leaf("count", "more_than", 3)]},
    leaf("count", "less_than", 1),
    leaf("count", "more_than", 10),
    {"all": [leaf("exact", "less_than", "2.01"), leaf("exact", "more_than", "2")]},
    {"all": [leaf("born", "less_than", "today-18y"), leaf("born", "more_than", "today-17y")]},
    leaf("born", "more_than", "today"),
    {"all": [leaf("called", "equals", "An"), leaf("called", "equals", "Bình")]},
    {"all": [leaf("age", "less_than", 18), leaf("age", "at_least", 18)]},
    {"count": "con", "op": "more_than", "value": 3},
    {"all": [{"count": "con", "op": "equals", "value": 0}, leaf("con", "is_answered")]},
    {"all": [leaf("rented", "is_answered"), leaf("home", "equals", "own")]},
    {"not": {"any": [leaf("yes", "is_answered"), {"not": leaf("yes", "is_answered")}]}},
]
SOMETIMES: list[dict[str, Any]] = [
    {"all": [leaf("many", "equals", "rent"), leaf("many", "equals", "own")]},
    {"all": [leaf("home", "not_equals", "rent"), leaf("home", "not_equals", "own")]},
    {"all": [leaf("count", "more_than", 3), leaf("count", "less_than", 5)]},
    {"all": [leaf("exact", "less_than", "2.02"), leaf("exact", "more_than", "2")]},
    {"all": [leaf("born", "at_most", "today-18y"), leaf("born", "at_least", "today-18y")]},
    {"all": [leaf("called", "not_equals", "An"), leaf("called", "is_answered")]},
    {"all": [leaf("rented", "is_answered"), leaf("home", "equals", "rent")]},
    {"count": "con", "op": "equals", "value": 3},
    {"not": leaf("rented", "is_answered")},
    leaf("count", "is_answered"), leaf("born", "is_answered"), leaf("age", "is_answered"), leaf("exact", "not_equals", "1.00"),
    {"any": [leaf("count", "less_than", 1), leaf("yes", "equals", True)]},
]  # fmt: skip


@pytest.mark.parametrize("condition", NEVER, ids=str)
def test_a_question_nobody_can_reach_is_found(condition: dict[str, Any]) -> None:
    assert found(condition) == [("field_never_asked", "asked")]


@pytest.mark.parametrize("condition", SOMETIMES, ids=str)
def test_a_question_somebody_reaches_is_left_alone(condition: dict[str, Any]) -> None:
    assert found(condition) == []


def test_a_field_that_can_never_be_required_is_found() -> None:
    assert found(leaf("home", "equals", "rent"), required_when=leaf("home", "equals", "own")) == [
        ("required_never", "asked")
    ]
    assert found(leaf("home", "is_answered"), required_when=leaf("home", "equals", "own")) == []


def test_fields_of_a_group_and_whole_sections_are_looked_at_too() -> None:
    never = {"all": [leaf("yes", "equals", True), leaf("yes", "equals", False)]}
    definition = parse({"sections": [
        {"key": "one", "label": "Một", "fields": [
            {"key": "yes", "kind": "yes_no", "label": "L"},
            {"key": "con", "kind": "repeat", "label": "L", "params": {"item_label": "Con", "fields": [
                {"key": "a", "kind": "text", "label": "L"},
                {"key": "b", "kind": "text", "label": "L", "visible_when": never}]}}]},
        {"key": "two", "label": "Hai", "fields": [{"key": "c", "kind": "text", "label": "L", "visible_when": never}]},
        {"key": "three", "label": "Ba", "fields": []},
    ]})  # fmt: skip
    assert [(one.code, one.section, one.field, one.is_blocking) for one in form_findings(definition)] == [
        (FindingCode.FIELD_NEVER_ASKED, "one", "con.b", True),
        (FindingCode.SECTION_NEVER_ASKED, "two", "", True),
        (FindingCode.SECTION_EMPTY, "three", "", False),
    ]


def test_rules_that_never_always_or_late_are_found() -> None:
    def rule(key: str, condition: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {"key": key, "stop_when": condition, "sentence": "S", "instead": "I", **more}

    definition = parse({"sections": [
        {"key": "one", "label": "Một", "fields": [{"key": "yes", "kind": "yes_no", "label": "L"}]},
        {"key": "two", "label": "Hai", "fields": [
            {"key": "born", "kind": "date", "label": "L"},
            {"key": "age", "kind": "computed", "label": "L",
             "params": {"format": "integer", "expression": {"age": {"field": "born"}}}}]},
    ], "eligibility": [
        rule("never", {"all": [leaf("yes", "equals", True), leaf("yes", "equals", False)]}),
        rule("always", {"any": [leaf("yes", "is_answered"), {"not": leaf("yes", "is_answered")}]}),
        rule("early", leaf("yes", "equals", True)),
        rule("late", leaf("age", "less_than", 18)),
        rule("only_a_warning", leaf("age", "less_than", 18), severity="warn"),
    ]})  # fmt: skip
    findings = form_findings(definition)
    assert [(one.code.value, one.rule, one.is_blocking) for one in findings] == [
        ("rule_never_holds", "never", True), ("rule_always_holds", "always", True), ("rule_asks_late", "late", False),
    ]  # fmt: skip
    assert "(born)" in findings[2].sentence


def test_a_document_that_nobody_needs_is_found() -> None:
    definition = parse({"sections": [{"key": "s", "label": "S", "fields": BASE}]})
    conditions = {
        key: parse_condition(definition, raw)
        for key, raw in {
            "always": {},
            "some": leaf("yes", "equals", True),
            "none": leaf("count", "more_than", 10),
        }.items()
    }
    assert [(one.code.value, one.document) for one in document_findings(definition, conditions)] == [
        ("document_never_needed", "none")
    ]


def test_sound_definitions_have_no_findings() -> None:
    assert form_findings(declaration()) == []


@pytest.mark.parametrize("path", demo_files(), ids=lambda path: path.stem)
def test_the_demonstration_has_nothing_that_cannot_be_meant(path: Path) -> None:
    form = json.loads(path.read_text(encoding="utf-8")).get("form")
    assert [one for one in (form_findings(parse(form)) if form else []) if one.is_blocking] == []


def test_a_long_chain_of_questions_costs_little_and_raises_nothing() -> None:
    fields: list[dict[str, Any]] = [
        {"key": "f0", "kind": "yes_no", "label": "L"},
        {"key": "f1", "kind": "yes_no", "label": "L"},
    ]
    for number in range(2, 200):
        before = [leaf(f"f{number - step}", "equals", True) for step in (1, 2)]
        fields.append({"key": f"f{number}", "kind": "yes_no", "label": "L", "visible_when": {"any": before}})
    definition = parse({"sections": [{"key": "s", "label": "S", "fields": fields}]})
    started = time.perf_counter()
    assert form_findings(definition) == []
    assert time.perf_counter() - started < 5
