"""Every kind, the same on the page and in the API."""

import json
from typing import Any

import pytest
from django.http import QueryDict

from procedures.form_definitions import build_form, clean, display_rows, kind_names, parse, to_json
from procedures.form_definitions.kinds import kind_of
from tests.procedures.forms.samples import ANSWERED, NEEDED, SAMPLES, SILENT, TYPED, Right, Wrong, one_field

UNTYPABLE = [{}, {"a": 1}, [[]], [1], object, "\ud800", "a\x00", float("nan"), 10**5000]


def posted(value: Any) -> QueryDict:
    """What a page sends when that was typed; rows are controls of their own, nothing is sent of a computed value."""
    data = QueryDict(mutable=True)
    if isinstance(value, list) and any(isinstance(row, dict) for row in value):
        data["answer"] = str(len(value))
        for position, row in enumerate(value):
            for key, cell in row.items():
                data.setlist(f"answer-{position}-{key}", cell if isinstance(cell, list) else [cell])
    elif isinstance(value, dict):
        data.update({f"answer-{part}": text for part, text in value.items()})
    elif value is not None:
        data.setlist("answer", value if isinstance(value, list) else [value])
    return data


def test_every_registered_kind_has_samples_of_both_verdicts() -> None:
    assert set(kind_names()) == set(SAMPLES)
    for kind, samples in SAMPLES.items():
        verdicts = {type(sample) for sample in samples}
        assert verdicts == (set() if kind in SILENT else {Right, Wrong}), kind


@pytest.mark.parametrize(("kind", "sample"), ANSWERED)
def test_page_and_api_give_the_same_verdict(kind: str, sample: Right | Wrong) -> None:
    definition = one_field(kind, sample.params)
    sent = clean(definition, json.loads(json.dumps({"answer": sample.typed})))
    if kind in TYPED or isinstance(sample, Right):
        form = build_form(definition, "one", data=posted(sample.typed))

        assert form.is_valid() is sent.ok
        assert form.cleaned_answers() == sent.answers
        assert {key: str(lines[0]) for key, lines in form.errors.items()} == {
            problem.name: problem.sentence for problem in sent.problems
        }
        assert form.raw_invalid() == sent.raw_invalid
    if isinstance(sample, Right):
        assert sent.answers == {"answer": sample.stored}
        assert type(sent.answers["answer"]) is type(sample.stored)
    else:
        assert [(problem.field, problem.code) for problem in sent.problems] == [("answer", sample.code)]
        assert sample.says in sent.errors["answer"]
        # A group that only lacks something is kept as it is; what cannot be used is no answer.
        assert kind in ("computed", "repeat") or sent.answers == {}


@pytest.mark.parametrize(("kind", "sample"), [pair for pair in ANSWERED if isinstance(pair[1], Right)])
def test_a_stored_value_is_accepted_unchanged_and_shown(kind: str, sample: Right) -> None:
    definition = one_field(kind, sample.params)
    assert clean(definition, {"answer": sample.stored}).answers == {"answer": sample.stored}
    assert display_rows(definition, {"answer": sample.stored}, "vi") == [("Phần một", [("Câu hỏi", sample.shown)])]
    spec = definition.field("answer")
    again = kind_of(spec).typed(spec, sample.stored) if kind in TYPED else None
    refilled = build_form(definition, "one", data=posted(again))
    assert refilled.cleaned_answers() == {"answer": sample.stored}


@pytest.mark.parametrize("kind", TYPED)
@pytest.mark.parametrize("blank", ["", "   ", "\u200b", None, []])
def test_a_blank_answer_is_missing_only_where_it_is_required(kind: str, blank: Any) -> None:
    optional = clean(one_field(kind), {"answer": blank})
    assert (optional.answers, optional.errors) == ({}, {})
    required = clean(one_field(kind, required=True), {"answer": blank})
    assert [problem.code for problem in required.problems] == ["required"]
    assert required.errors["answer"]
    assert clean(one_field(kind, required=True), {"answer": blank}, partial=True).ok


@pytest.mark.parametrize("kind", TYPED)
@pytest.mark.parametrize("value", UNTYPABLE, ids=lambda value: type(value).__name__)
def test_what_no_person_types_is_an_error_of_the_field(kind: str, value: Any) -> None:
    cleaned = clean(one_field(kind), {"answer": value})
    assert cleaned.answers == {}
    assert set(cleaned.errors) == {"answer"}


@pytest.mark.parametrize("kind", ["integer", "decimal", "money", "year"])
@pytest.mark.parametrize("value", [True, False])
def test_a_yes_is_not_a_number(kind: str, value: bool) -> None:
    assert [problem.code for problem in clean(one_field(kind), {"answer": value}).problems] == ["wrong_type"]


@pytest.mark.parametrize(("kind", "sent", "stored"), [
    ("integer", 1500, 1500), ("money", 135000, 135000), ("year", 1998, 1998), ("yes_no", True, True),
    ("decimal", 12.5, "12.50"), ("decimal", 3, "3.00"),
])  # fmt: skip
def test_json_may_send_its_own_types(kind: str, sent: Any, stored: Any) -> None:
    assert clean(one_field(kind), {"answer": sent}).answers == {"answer": stored}


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_every_definition_survives_a_round_trip(kind: str) -> None:
    for params in [NEEDED.get(kind, {}), *(sample.params for sample in SAMPLES[kind] if sample.params)]:
        definition = one_field(kind, params)
        assert parse(json.loads(json.dumps(to_json(definition)))) == definition


def test_a_text_arrives_composed_whatever_the_phone_sends() -> None:
    decomposed = "Nguye\u0302\u0303n"
    assert clean(one_field("text"), {"answer": decomposed}).answers == {"answer": "Nguyễn"}
