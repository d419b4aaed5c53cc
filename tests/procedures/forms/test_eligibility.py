"""Rules that stop a person before they waste an hour: as soon as the answers are there, and not before."""

from datetime import date
from typing import Any

import pytest

from procedures.form_definitions import (
    DefinitionError,
    FormDefinition,
    Severity,
    applies,
    parse,
    parse_condition,
    rules_that_hold,
    to_json,
)

TODAY = date(2026, 3, 1)
SEXES = [{"value": "male", "label": "Nam"}, {"value": "female", "label": "Nữ"}]
YOUNG: dict[str, Any] = {"any": [
    {"all": [{"field": "sex", "op": "equals", "value": "male"}, {"field": "born", "op": "more_than", "value": "today-20y"}]},
    {"all": [{"field": "sex", "op": "equals", "value": "female"}, {"field": "born", "op": "more_than", "value": "today-18y"}]},
]}  # fmt: skip
RULE = {"key": "young", "stop_when": YOUNG, "sentence": "Chưa đủ tuổi kết hôn.", "instead": "Nộp khi đủ tuổi.",
        "legal_basis": "Luật 52/2014/QH13"}  # fmt: skip


def marriage(*rules: dict[str, Any]) -> FormDefinition:
    return parse({"sections": [{"key": "one", "label": "Một", "fields": [
        {"key": "born", "kind": "date", "label": "Ngày sinh"},
        {"key": "sex", "kind": "choice", "label": "Giới tính", "params": {"options": SEXES}},
        {"key": "before", "kind": "yes_no", "label": "Đã từng kết hôn?"},
        {"key": "divorced_on", "kind": "date", "label": "Ngày ly hôn",
         "visible_when": {"field": "before", "op": "equals", "value": True}},
    ]}], "eligibility": list(rules) or [RULE]})  # fmt: skip


@pytest.mark.parametrize(("answers", "stops"), [
    ({}, False),
    ({"sex": "male"}, False),
    ({"born": "2006-03-02"}, False),
    ({"sex": "male", "born": "2006-03-02"}, True),
    ({"sex": "male", "born": "2006-03-01"}, False),
    ({"sex": "female", "born": "2006-03-02"}, False),
    ({"sex": "female", "born": "2008-03-02"}, True),
    ({"sex": "female", "born": "2008-03-01"}, False),
])  # fmt: skip
def test_a_rule_holds_as_soon_as_its_answers_are_there(answers: dict[str, Any], stops: bool) -> None:
    assert [rule.key for rule in rules_that_hold(marriage(), answers, today=TODAY)] == (["young"] if stops else [])


NEVER_BEFORE = {**RULE, "key": "never", "stop_when": {"field": "before", "op": "not_equals", "value": True}}
NO_DIVORCE = {**RULE, "key": "open", "stop_when": {"not": {"field": "divorced_on", "op": "is_answered"}}}


@pytest.mark.parametrize(("rule", "answers", "while_filling", "at_filing"), [
    # What is not answered yet stops nobody, though the plain condition holds.
    (NEVER_BEFORE, {}, False, True),
    (NEVER_BEFORE, {"before": False}, True, True),
    (NEVER_BEFORE, {"before": True}, False, False),
    # A question that is not asked is settled: there will be no answer.
    (NO_DIVORCE, {}, False, True),
    (NO_DIVORCE, {"before": False}, True, True),
    (NO_DIVORCE, {"before": True}, False, True),
    (NO_DIVORCE, {"before": True, "divorced_on": "2020-01-01"}, False, False),
])  # fmt: skip
def test_an_open_question_decides_nothing_until_the_filing(
    rule: dict[str, Any], answers: dict[str, Any], while_filling: bool, at_filing: bool
) -> None:
    definition = marriage(rule)
    assert bool(rules_that_hold(definition, answers, today=TODAY)) is while_filling
    assert bool(rules_that_hold(definition, answers, today=TODAY, is_final=True)) is at_filing


def test_a_wrong_answer_is_no_answer() -> None:
    answers = {"sex": "male", "born": "2010-01-01"}
    assert rules_that_hold(marriage(), answers, today=TODAY)
    assert not rules_that_hold(marriage(), answers, unusable={"born"}, today=TODAY)


def test_a_rule_says_what_to_do_and_on_what_ground() -> None:
    (rule,) = marriage().eligibility
    assert (rule.sentence.vi, rule.instead.vi, rule.legal_basis) == (
        "Chưa đủ tuổi kết hôn.", "Nộp khi đủ tuổi.", "Luật 52/2014/QH13",
    )  # fmt: skip
    assert rule.severity is Severity.STOP
    assert parse(to_json(marriage())) == marriage()
    warning = marriage({"key": "late", "severity": "warn", "stop_when": YOUNG, "sentence": "Muộn."}).eligibility[0]
    assert (warning.severity, bool(warning.instead)) == (Severity.WARN, False)


@pytest.mark.parametrize(("rule", "says"), [
    ({**RULE, "instead": ""}, "Thiếu “instead”"),
    ({**RULE, "sentence": ""}, "Thiếu “sentence”"),
    ({**RULE, "severity": "shout"}, "chỉ nhận: stop, warn"),
    ({**RULE, "stop_when": {"field": "nobody", "op": "is_answered"}}, "không có “nobody”"),
    ({"key": "young", "sentence": "x", "instead": "y"}, "thiếu “stop_when”"),
    ({**RULE, "colour": 1}, "Không có thuộc tính “colour”"),
])  # fmt: skip
def test_a_rule_that_cannot_be_is_named(rule: dict[str, Any], says: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        marriage(rule)
    assert (caught.value.section, caught.value.field) == ("eligibility", "young")
    assert says in caught.value.fault


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        marriage(RULE, RULE)
    assert "Khóa bị lặp" in caught.value.fault


@pytest.mark.parametrize(("answers", "is_needed"), [({}, None), ({"before": True}, True), ({"before": False}, False)])
def test_a_condition_kept_elsewhere_is_open_until_its_answers_are_there(
    answers: dict[str, Any], is_needed: bool | None
) -> None:
    definition = marriage()
    condition = parse_condition(definition, {"field": "before", "op": "equals", "value": True})
    assert applies(condition, definition, answers) is is_needed
    assert applies(condition, definition, answers, is_final=True) is bool(is_needed)
    assert applies(parse_condition(definition, {}), definition, answers) is True
