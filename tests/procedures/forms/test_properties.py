"""Any definition that is valid works from end to end; no answer whatever makes the judge raise."""

import json
from contextlib import suppress
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from procedures.form_definitions import (
    DefinitionError,
    build_form,
    clean,
    display_rows,
    is_complete,
    json_schema,
    merge_section,
    parse,
    recomputed,
    rules_that_hold,
    to_json,
)
from procedures.form_definitions.findings import form_findings
from tests.procedures.forms.declaration import declaration
from tests.procedures.forms.sources import Files
from tests.procedures.forms.strategies import contents, definitions, junk, posted, sent_back, storable
from tests.procedures.forms.test_page import Page

MANY = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def typed_into(data: st.DataObject, raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a person types, section by section."""
    return {section["key"]: data.draw(contents(section["fields"])) for section in raw["sections"]}


@MANY
@given(raw=definitions())
def test_any_valid_definition_is_read_written_and_described(raw: dict[str, Any]) -> None:
    definition = parse(raw).with_files(Files())
    assert parse(json.loads(json.dumps(to_json(definition)))) == definition
    json.dumps(json_schema(definition))
    form_findings(definition)


@MANY
@given(raw=definitions(), data=st.data())
def test_any_valid_definition_renders_every_section_empty_and_with_anything_typed(
    raw: dict[str, Any], data: st.DataObject
) -> None:
    definition = parse(raw).with_files(Files())
    for key, typed in typed_into(data, raw).items():
        cleaned = clean(definition, typed, section_key=key, partial=True)
        for form in (
            build_form(definition, key),
            build_form(definition, key, initial_answers=cleaned.answers, raw_invalid=cleaned.raw_invalid),
            build_form(definition, key, data=posted(typed)),
        ):
            html = render_to_string("forms/error_summary.html", {"form": form})
            html += render_to_string("forms/section.html", {"form": form})
            assert html.encode()
            page = Page(html)
            assert page.targets <= set(page.ids)
            assert page.described <= set(page.ids)
            assert all(f'name="{name}"' in html or f'name="{name}-' in html for name in form.fields)


@MANY
@given(raw=definitions(), data=st.data())
def test_whatever_is_sent_is_cleaned_without_raising_and_can_be_stored(
    raw: dict[str, Any], data: st.DataObject
) -> None:
    definition = parse(raw).with_files(Files())
    keys = [spec.key for spec in definition.fields()]
    sent = {key: data.draw(junk) for key in keys if data.draw(st.booleans())}
    cleaned = clean(definition, sent)
    assert set(cleaned.errors) <= set(keys)
    assert storable([cleaned.answers, cleaned.raw_invalid])
    for language in ("vi", "en"):
        display_rows(definition, cleaned.answers, language)
    rules_that_hold(definition, cleaned.answers, unusable=cleaned.raw_invalid)


@MANY
@given(raw=definitions(), data=st.data())
def test_what_is_stored_reads_back_the_same(raw: dict[str, Any], data: st.DataObject) -> None:
    definition = parse(raw).with_files(Files())
    typed = {key: value for page in typed_into(data, raw).values() for key, value in page.items()}
    cleaned = clean(definition, typed)
    stored = json.loads(json.dumps(cleaned.answers))
    assert stored == cleaned.answers
    again = clean(definition, {**stored, **cleaned.raw_invalid}, ignore_unknown=True)
    assert (again.answers, again.raw_invalid) == (cleaned.answers, cleaned.raw_invalid)
    assert [problem.code for problem in again.problems] == [problem.code for problem in cleaned.problems]
    if cleaned.ok:
        assert clean(definition, stored).answers == stored
        assert recomputed(definition, stored) == stored
        assert not any(is_complete(definition, stored).values())


@MANY
@given(raw=definitions(), data=st.data())
def test_page_and_api_agree_section_by_section_and_a_saved_page_posts_back_the_same(
    raw: dict[str, Any], data: st.DataObject
) -> None:
    definition = parse(raw).with_files(Files())
    answers: dict[str, Any] = {}
    raw_invalid: dict[str, Any] = {}
    for key, typed in typed_into(data, raw).items():
        form = build_form(
            definition, key, data=posted(typed), initial_answers=answers, raw_invalid=raw_invalid, partial=True
        )
        on_page = {name: value for name, value in typed.items() if name in form.fields}
        sent = clean(
            definition, on_page, section_key=key, partial=True, known_answers=answers, unusable=set(raw_invalid)
        )
        form.is_valid()
        assert form.cleaned_answers() == sent.answers
        assert form.raw_invalid() == sent.raw_invalid
        answers = merge_section(definition, key, answers, form.cleaned_answers())
        raw_invalid = merge_section(definition, key, raw_invalid, form.raw_invalid())
        # Saved along the way, opened again and posted: nothing is lost, nothing moves.
        opened = build_form(definition, key, initial_answers=answers, raw_invalid=raw_invalid)
        full = build_form(definition, key, data=sent_back(opened), initial_answers=answers, raw_invalid=raw_invalid)
        assert full.cleaned_answers() == sent.answers
        assert full.raw_invalid() == sent.raw_invalid


@settings(max_examples=150, deadline=None)
@given(raw=junk | st.dictionaries(st.text(st.characters()) | st.sampled_from(["full_name", "born_on", "home"]), junk))
def test_no_answers_whatever_make_the_judge_raise(raw: Any) -> None:
    cleaned = clean(declaration(), raw)
    assert not cleaned.ok
    assert all(isinstance(sentence, str) and sentence for sentence in cleaned.errors.values())
    json.dumps([cleaned.errors, cleaned.answers, cleaned.raw_invalid], allow_nan=False, ensure_ascii=False).encode()


@settings(max_examples=150, deadline=None)
@given(raw=junk)
def test_no_definition_whatever_raises_anything_but_its_own_error(raw: Any) -> None:
    def one(*fields: Any, **more: Any) -> dict[str, Any]:
        return {"sections": [{"key": "one", "label": "Một", "fields": list(fields)}], **more}

    question = {"key": "a", "kind": "yes_no", "label": "A"}
    for candidate in (
        raw,
        {"sections": raw},
        {"sections": [], "eligibility": raw},
        one({"key": "a", "kind": "choice", "label": "A", "params": {"options": raw}}),
        one(question, {"key": "b", "kind": "text", "label": raw, "visible_when": raw, "params": raw}),
        one(question, {"key": "b", "kind": "text", "label": "B", "visible_when": raw}),
        one(question, {"key": "b", "kind": "text", "label": "B", "required_when": {"all": [raw]}}),
        one({"key": "g", "kind": "repeat", "label": "G", "params": {"item_label": "G", "fields": raw}}),
        one({"key": "g", "kind": "repeat", "label": "G", "params": {"item_label": raw, "fields": [raw, question]}}),
        one({"key": "c", "kind": "computed", "label": "C", "params": {"format": "integer", "expression": raw}}),
        one(
            {"key": "c", "kind": "computed", "label": "C", "params": {"format": "integer", "expression": {"add": raw}}}
        ),
        one(question, eligibility=[{"key": "r", "stop_when": raw, "sentence": raw}]),
    ):
        with suppress(DefinitionError):
            parse(candidate)


@pytest.mark.parametrize(
    "mark", ["repeat", "computed", "eligibility", "required_when", "more_than", '"count"', '"sum"']
)
def test_the_strategies_reach_everything(mark: str) -> None:
    # Raises when there is none among thousands. The smallest one is of no interest, and looking for it takes long.
    one_is_enough = settings(max_examples=5_000, database=None, phases=[Phase.generate])
    find(definitions(), lambda raw: mark in json.dumps(raw), settings=one_is_enough)


def test_a_page_posted_with_nothing_on_it_is_no_error_of_the_server() -> None:
    assert build_form(declaration(), "person", data=QueryDict("")).is_valid() is False
