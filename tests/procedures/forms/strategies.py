"""Any definition that can be read, and anything that can be typed into it or sent to it."""

import json
from typing import Any

from django.http import QueryDict
from hypothesis import strategies as st

from procedures.form_definitions import SectionForm, kind_names
from procedures.form_definitions.kinds import kind_of
from procedures.form_definitions.kinds.base import kind_named
from tests.procedures.forms.samples import SAMPLES, SILENT, Right

labels = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf")), min_size=1, max_size=20)
texts = st.one_of(
    labels.map(lambda text: f"L{text}"), st.builds(lambda vi, en: {"vi": f"L{vi}", "en": f"E{en}"}, labels, labels)
)
SIMPLE = [
    kind for kind in kind_names() if any(isinstance(sample, Right) for sample in SAMPLES[kind]) and kind_named(kind)
]
FIELDS = [kind for kind in SIMPLE if kind not in ("repeat", "computed")]
IN_ROWS = [kind for kind in FIELDS if getattr(kind_named(kind), "fits_in_rows", True)]
NUMBERS = ("integer", "decimal", "money", "year")

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


class Earlier:
    """What stands before a place: fields as JSON, by key."""

    def __init__(self, outside: "Earlier | None" = None) -> None:
        self.fields: list[dict[str, Any]] = list(outside.fields) if outside else []

    def of(self, *kinds: str) -> list[str]:
        return [field["key"] for field in self.fields if field["kind"] in kinds]

    @property
    def numbers(self) -> list[str]:
        return self.of(*NUMBERS) + [
            field["key"] for field in self.fields
            if field["kind"] == "computed" and field["params"]["format"] in ("integer", "decimal", "money")
        ]  # fmt: skip

    @property
    def days(self) -> list[str]:
        return self.of("date")

    @property
    def comparable(self) -> list[dict[str, Any]]:
        return [
            field for field in self.fields if field["kind"] not in (*SILENT, "repeat", "computed", "address", "file")
        ]


@st.composite
def definitions(draw: st.DrawFn) -> dict[str, Any]:
    """A valid definition as JSON: all kinds, conditions on what stands before, groups, computed values, rules."""
    earlier = Earlier()
    sections = [
        {"key": f"s{number}", "label": draw(texts), "fields": draw(fields(earlier, prefix=f"f{number}_"))}
        for number in range(draw(st.integers(1, 3)))
    ]
    definition: dict[str, Any] = {"sections": sections}
    if earlier.comparable and draw(st.booleans()):
        definition["eligibility"] = [
            {"key": "rule", "stop_when": draw(conditions(earlier)), "sentence": draw(texts), "instead": draw(texts),
             "severity": draw(st.sampled_from(["stop", "warn"]))}
        ]  # fmt: skip
    return definition


@st.composite
def fields(draw: st.DrawFn, earlier: Earlier, prefix: str, is_row: bool = False) -> list[dict[str, Any]]:
    made = []
    # Numbers, days, groups and what is computed from them are drawn more often: there is more to go wrong.
    often = ["integer", "decimal", "date", "computed"]
    kinds = st.sampled_from([*IN_ROWS, *SILENT, *often] if is_row else [*SIMPLE, *SILENT, *often, "repeat", "repeat"])
    for number in range(draw(st.integers(1 if is_row else 0, 4))):
        kind = "text" if is_row and number == 0 else draw(kinds)
        field = draw(one_field(kind, f"{prefix}{number}", earlier))
        earlier.fields.append(field)
        made.append(field)
    return made


@st.composite
def one_field(draw: st.DrawFn, kind: str, key: str, earlier: Earlier) -> dict[str, Any]:
    field: dict[str, Any] = {"key": key, "kind": kind, "label": draw(texts)}
    if kind == "repeat":
        cells = draw(fields(Earlier(earlier), prefix=f"{key}_c", is_row=True))
        field["params"] = {"fields": cells, "item_label": "Dòng", "at_most": draw(st.integers(1, 3))}
        if draw(st.booleans()):
            field["params"] |= {"unique_by": cells[0]["key"]}
        if draw(st.booleans()):
            field["params"] |= {"at_least": 1}
    elif kind == "computed":
        field["params"] = draw(computed(earlier))
    else:
        rights = [sample for sample in SAMPLES[kind] if isinstance(sample, Right)]
        params = draw(st.sampled_from(rights)).params if rights else {}
        if params:
            field["params"] = params
    if draw(st.booleans()):
        field["help"] = draw(texts)
    if kind not in SILENT and kind != "computed":
        choice = draw(st.sampled_from(["required", "required_when", ""]))
        if choice == "required":
            field["required"] = True
        elif choice and earlier.comparable and "at_least" not in field.get("params", {}):
            field["required_when"] = draw(conditions(earlier))
    if earlier.comparable and draw(st.booleans()):
        field["visible_when"] = draw(conditions(earlier))
    return field


@st.composite
def conditions(draw: st.DrawFn, earlier: Earlier, depth: int = 1) -> dict[str, Any]:
    shape = draw(st.sampled_from(["leaf", "leaf", "order", "count", "all", "any", "not"] if depth < 4 else ["leaf"]))
    if shape == "not":
        return {"not": draw(conditions(earlier, depth + 1))}
    if shape in ("all", "any"):
        return {shape: draw(st.lists(conditions(earlier, depth + 1), min_size=1, max_size=3))}
    ordered = st.sampled_from(["less_than", "at_most", "more_than", "at_least"])
    groups = earlier.of("repeat")
    if shape == "count" and groups:
        return {"count": draw(st.sampled_from(groups)), "op": draw(ordered), "value": draw(st.integers(0, 4))}
    if shape == "order" and (earlier.numbers or earlier.days):
        key = draw(st.sampled_from([*earlier.numbers, *earlier.days]))
        value: Any = draw(st.sampled_from(["today", "today-18y", "today+30d", "2026-05-05"]))
        if key in earlier.numbers:
            value = draw(st.integers(-5, 2_000) | st.sampled_from(["12.5", "-3"]))
        return {"field": key, "op": draw(ordered), "value": value}
    field = draw(st.sampled_from(earlier.comparable))
    operator = draw(st.sampled_from(["equals", "not_equals", "in", "is_answered"]))
    if operator == "is_answered":
        return {"field": field["key"], "op": operator}
    sample = draw(st.sampled_from(rights_of(field)))
    value = sample.stored[0] if isinstance(sample.stored, list) else sample.stored
    return {"field": field["key"], "op": operator, "value": [value] if operator == "in" else value}


def rights_of(field: dict[str, Any]) -> list[Right]:
    """Samples that fit a field with its parameters."""
    return [
        sample for sample in SAMPLES[field["kind"]]
        if isinstance(sample, Right) and sample.params == field.get("params", {})
    ]  # fmt: skip


@st.composite
def computed(draw: st.DrawFn, earlier: Earlier) -> dict[str, Any]:
    form = draw(st.sampled_from(["integer", "decimal", "money", "date", "text"]))
    want = {"date": "day", "text": "text"}.get(form, "number")
    return {"format": form, "expression": draw(expressions(earlier, want))}


@st.composite
def expressions(draw: st.DrawFn, earlier: Earlier, want: str, depth: int = 1) -> dict[str, Any]:
    def inner(kind: str = want) -> dict[str, Any]:
        return draw(expressions(earlier, kind, depth + 1))

    leaves: list[Any] = []
    if want == "number":
        leaves = [{"number": "12.5"}, {"number": 0}, *({"field": key} for key in earlier.numbers)]
        leaves += [{"count": key} for key in earlier.of("repeat")]
        leaves += 5 * [
            {"sum": field["key"], "of": cell["key"]}
            for field in earlier.fields if field["kind"] == "repeat"
            for cell in field["params"]["fields"] if cell["kind"] in NUMBERS
        ]  # fmt: skip
        leaves += [{"age": {"field": key}} for key in earlier.days]
        if depth == 1 and draw(st.booleans()):
            leaves = [leaf for leaf in leaves if "sum" in leaf] or leaves
    elif want == "day":
        leaves = [{"today": True}, *({"field": key} for key in earlier.days)]
    else:
        leaves = [{"text": "chữ"}, *({"field": field["key"]} for field in earlier.comparable)]
    if depth >= 4 or draw(st.booleans()):
        return draw(st.sampled_from(leaves))
    shape = draw(st.sampled_from({
        "number": ["add", "subtract", "multiply", "divide", "min", "max", "if", "days_between", "years_between"],
        "day": ["min", "max", "if"],
        "text": ["join", "if"],
    }[want]))  # fmt: skip
    if shape == "if":
        if not earlier.comparable:
            return draw(st.sampled_from(leaves))
        made = {"if": draw(conditions(earlier, 2)), "then": inner()}
        return made | ({"else": inner()} if draw(st.booleans()) else {})
    if shape == "divide":
        return {"divide": [inner(), inner()], "places": draw(st.integers(0, 6)), "rounding": "half_even"}
    if shape in ("days_between", "years_between"):
        return {shape: [inner("day"), inner("day")]}
    if shape == "subtract":
        return {"subtract": [inner(), inner()]}
    parts = [inner() for _n in range(draw(st.integers(1, 3)))]
    return {shape: parts} | ({"separator": ", "} if shape == "join" else {})


@st.composite
def typed(draw: st.DrawFn, field: dict[str, Any]) -> Any:
    """What a person types into a field: right, wrong, blank, or rows of it."""
    if field["kind"] == "repeat":
        return draw(st.lists(contents(field["params"]["fields"]), max_size=4))
    samples = [sample.typed for sample in SAMPLES[field["kind"]] if not isinstance(sample.typed, dict)]
    rights = [sample.typed for sample in rights_of(field)]
    is_many = any(isinstance(sample, list) for sample in samples)
    strings = st.sampled_from(["", " ", "x", "31/02/2026", "a\x00\ud800"])
    other = st.lists(strings, max_size=3) if is_many else strings
    return draw(st.sampled_from(rights + rights + samples) | other)


@st.composite
def contents(draw: st.DrawFn, fields: list[dict[str, Any]]) -> dict[str, Any]:
    """What a person types into a page, or a row; some fields are left alone."""
    return {
        field["key"]: draw(typed(field))
        for field in fields
        if field["kind"] not in (*SILENT, "computed") and draw(st.integers(0, 4))
    }


def posted(values: dict[str, Any]) -> QueryDict:
    """What a page sends when that was typed."""
    data = QueryDict(mutable=True)
    for key, value in values.items():
        if isinstance(value, list) and any(isinstance(row, dict) for row in value):
            data[key] = str(len(value))
            for position, row in enumerate(value):
                for cell, text in row.items():
                    data.setlist(f"{key}-{position}-{cell}", text if isinstance(text, list) else [text])
        else:
            data.setlist(key, value if isinstance(value, list) else [value])
    return data


def sent_back(form: SectionForm) -> QueryDict:
    """What a browser sends when the page as it came is posted again."""
    data = QueryDict(mutable=True)
    for bound in form:
        spec = bound.field.spec  # type: ignore[attr-defined]
        if kind_of(spec).columns(spec):
            data[bound.name] = str(form._row_counts[spec.key])
            continue
        value = bound.value()
        if value is not None:
            data.setlist(bound.name, value if isinstance(value, list) else [value])
    return data


def storable(value: Any) -> bool:
    """Can PostgreSQL hold it as JSON?"""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    return "\x00" not in text and "\\u0000" not in text and text.encode() is not None
