"""Any definition that is valid works from end to end; no answer whatever makes the judge raise."""

import json
from contextlib import suppress
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.form_definitions import (
    DefinitionError,
    build_form,
    clean,
    display_rows,
    is_complete,
    json_schema,
    kind_names,
    parse,
    to_json,
)
from tests.procedures.forms.declaration import declaration
from tests.procedures.forms.samples import SAMPLES, Right
from tests.procedures.forms.sources import Files

SILENT = {"heading", "note"}
labels = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20)
texts = st.one_of(
    labels.map(lambda text: f"L{text}"), st.builds(lambda vi, en: {"vi": f"L{vi}", "en": f"E{en}"}, labels, labels)
)
junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(
        [sample.typed for samples in SAMPLES.values() for sample in samples if isinstance(sample.typed, str)]
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """A valid definition as JSON, with conditions on earlier fields."""
    earlier: list[tuple[str, str, Right]] = []
    sections = []
    for section in range(draw(st.integers(1, 3))):
        fields = []
        for number in range(draw(st.integers(0, 5))):
            kind = draw(st.sampled_from(kind_names()))
            rights = [sample for sample in SAMPLES[kind] if isinstance(sample, Right)]
            sample = draw(st.sampled_from(rights)) if rights else Right("", "", "")
            key = f"f{section}_{number}"
            values: dict[str, Any] = {"key": key, "kind": kind, "label": draw(texts)}
            if sample.params:
                values["params"] = sample.params
            if draw(st.booleans()):
                values["help"] = draw(texts)
            if kind not in SILENT and draw(st.booleans()):
                values["required"] = True
            if earlier and draw(st.booleans()):
                values["visible_when"] = draw(conditions(earlier))
            if kind not in SILENT:
                earlier.append((key, kind, sample))
            fields.append(values)
        sections.append({"key": f"s{section}", "label": draw(texts), "fields": fields})
    return {"sections": sections}


@st.composite
def conditions(draw: st.DrawFn, earlier: list[tuple[str, str, Right]], depth: int = 1) -> dict[str, Any]:
    shape = draw(st.sampled_from(["leaf", "leaf", "all", "any", "not"] if depth < 4 else ["leaf"]))
    if shape == "not":
        return {"not": draw(conditions(earlier, depth + 1))}
    if shape != "leaf":
        return {shape: draw(st.lists(conditions(earlier, depth + 1), min_size=1, max_size=3))}
    key, kind, sample = draw(st.sampled_from(earlier))
    comparable = kind not in {"address", "file"}
    operator = draw(st.sampled_from(["equals", "not_equals", "in", "is_answered"] if comparable else ["is_answered"]))
    if operator == "is_answered":
        return {"field": key, "op": operator}
    value = sample.stored[0] if kind == "choices" else sample.stored
    return {"field": key, "op": operator, "value": [value] if operator == "in" else value}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(raw=definitions(), data=st.data())
def test_any_valid_definition_works_from_end_to_end(raw: dict[str, Any], data: st.DataObject) -> None:
    definition = parse(raw)
    assert parse(json.loads(json.dumps(to_json(definition)))) == definition
    definition = definition.with_files(Files())
    json.dumps(json_schema(definition))
    keys = [spec.key for spec in definition.fields()]
    typed = {key: data.draw(junk) for key in keys if data.draw(st.booleans())}
    cleaned = clean(definition, typed)
    assert set(cleaned.errors) <= set(keys)
    json.dumps([cleaned.answers, cleaned.raw_invalid], allow_nan=False).encode()
    again = clean(definition, cleaned.answers, partial=True)
    assert cleaned.ok is False or again.answers == cleaned.answers
    assert set(is_complete(definition, cleaned.answers, raw_invalid=cleaned.raw_invalid)) == {
        section.key for section in definition.sections
    }
    for language in ("vi", "en"):
        display_rows(definition, cleaned.answers, language)
    for section in definition.sections:
        for form in (
            build_form(definition, section.key, initial_answers=cleaned.answers, raw_invalid=cleaned.raw_invalid),
            build_form(definition, section.key, data=QueryDict("f0_0=x&f1_1=yes")),
        ):
            html = render_to_string("forms/section.html", {"form": form})
            html += render_to_string("forms/error_summary.html", {"form": form})
            assert html.encode()
            assert all(f'name="{key}"' in html or f'name="{key}-' in html for key in form.fields)


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
    wrapped = {"sections": [{"key": "one", "label": "Một", "fields": [
        {"key": "a", "kind": "choice", "label": "A", "params": {"options": raw}}]}]}  # fmt: skip
    shaped = {"sections": [{"key": "one", "label": raw, "fields": [
        {"key": "a", "kind": "yes_no", "label": "A"},
        {"key": "b", "kind": "text", "label": "B", "visible_when": raw, "params": raw}]}]}  # fmt: skip
    for candidate in (raw, {"sections": raw}, wrapped, shaped):
        with suppress(DefinitionError):
            parse(candidate)
