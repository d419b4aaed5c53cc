"""The condition builder: rows of "question, comparison, value" under all or any; deeper trees stay JSON with a sentence.

Controls live in the form of the page under names that begin with the builder's prefix. Which control a row's value has
depends on the question chosen, so a page that was sent with `refresh` is drawn again with what was typed.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures.admin.form_editor.param_controls import read_json
from procedures.admin.form_editor.words import operator_words
from procedures.form_definitions import FieldSpec
from procedures.form_definitions.conditions import Operator
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.kinds.integer import read_whole

ALWAYS, ALL, ANY, AS_JSON = "always", "all", "any", "json"
# Rows ready to be filled; more appear once these are.
SPARE_ROWS = 2
MOST_ROWS = 20
MOST_CHECK_BOXES = 12
_WITH_VALUES = frozenset({"in"})
_WITHOUT_VALUE = frozenset({"is_answered"})
_ANY_KIND = ("equals", "not_equals", "is_answered")
_ORDERED = frozenset({"less_than", "at_most", "more_than", "at_least"})
_ORDERED_KINDS = frozenset({"integer", "decimal", "money", "date", "year", "computed"})
# Of a repeat group a condition asks how often it was filled in.
_COUNTED = "count:"
_GROUP_KINDS = frozenset({"repeat"})
_FROM_TODAY = re.compile(
    r"(?:hôm nay|today)\s*(?:(?P<sign>[+-])\s*(?P<amount>[0-9]{1,5})\s*(?P<unit>ngày|tháng|năm|[dmy]))?"
)
_UNITS = {"ngày": "d", "tháng": "m", "năm": "y"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line on the page."""

    number: int
    field: forms.BoundField
    operator: forms.BoundField
    value: forms.BoundField

    @property
    def is_used(self) -> bool:
        return bool(self.field.value())


class ConditionBuilder:
    """The controls of one condition inside a form."""

    def __init__(
        self,
        *,
        prefix: str,
        legend: Any,
        always: Any,
        specs: Sequence[FieldSpec],
        raw: Any,
        data: Mapping[str, Any] | None,
    ) -> None:
        self.prefix = prefix
        self.legend = legend
        self.always = always
        self.specs = {_choice_of(spec): spec for spec in specs if kind_of(spec).has_answer}
        self.raw = raw
        self.data = data
        self.mode, self.leaves = _rows_of(raw)
        self.count = self._row_count()

    # --- controls -----------------------------------------------------------------------------------------------------
    def fields(self) -> dict[str, forms.Field]:
        modes = [
            (ALWAYS, self.always),
            (ALL, _("Khi tất cả các dòng dưới đây đều đúng")),
            (ANY, _("Khi có ít nhất một dòng dưới đây đúng")),
            (AS_JSON, _("Điều kiện nhiều tầng, viết bằng JSON")),
        ]
        fields: dict[str, forms.Field] = {
            self._name("mode"): forms.ChoiceField(
                label=self.legend, choices=modes, initial=self.mode, widget=forms.RadioSelect
            )
        }
        for number in range(self.count):
            leaf = self.leaves[number] if number < len(self.leaves) else {}
            fields |= self._row_fields(number, leaf)
        fields[self._name("json")] = forms.CharField(
            label=_("Điều kiện dạng JSON"),
            required=False,
            initial=json.dumps(self.raw, ensure_ascii=False, indent=2) if self.raw else "",
            widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "input--code"}),
            help_text=_("Chỉ dùng khi chọn “Điều kiện nhiều tầng”."),
        )
        return fields

    def _row_fields(self, number: int, leaf: Mapping[str, Any]) -> dict[str, forms.Field]:
        spec = self._spec_of_row(number, leaf)
        row = {"row": number + 1}
        chosen = _chosen(leaf)
        questions = [("", _("Không dùng dòng này")), *((key, _question(spec)) for key, spec in self.specs.items())]
        if chosen and chosen not in self.specs:
            questions.append((chosen, chosen))
        operators = [(name, operator_words(name)) for name in _operators_for(spec)]
        return {
            self._name(number, "field"): forms.ChoiceField(
                label=_("Dòng %(row)s: câu hỏi") % row, choices=questions, initial=chosen, required=False
            ),
            self._name(number, "op"): forms.ChoiceField(
                label=_("Dòng %(row)s: so sánh") % row,
                choices=operators,
                initial=leaf.get("op", "equals"),
                required=False,
            ),
            self._name(number, "value"): self._value_field(_("Dòng %(row)s: giá trị") % row, spec, leaf),
        }

    def _value_field(self, label: str, spec: FieldSpec | None, leaf: Mapping[str, Any]) -> forms.Field:
        value = leaf.get("value")
        values = value if isinstance(value, list) else ([] if value is None else [value])
        options = _options_of(spec)
        if options:
            typed = ["yes" if item is True else "no" if item is False else str(item) for item in values]
            known = dict(options)
            options = [*options, *((item, item) for item in typed if item not in known)]
            return forms.MultipleChoiceField(
                label=label, choices=options, initial=typed, required=False, widget=_list_widget(spec, options)
            )
        shown = "; ".join(_typed(spec, item) for item in values)
        return forms.CharField(
            label=label, required=False, initial=shown, widget=forms.TextInput(attrs={"autocomplete": "off"})
        )

    # --- the page -----------------------------------------------------------------------------------------------------
    def rows(self, form: forms.Form) -> list[Row]:
        return [
            Row(
                number,
                form[self._name(number, "field")],
                form[self._name(number, "op")],
                form[self._name(number, "value")],
            )
            for number in range(self.count)
        ]

    def part(self, form: forms.Form) -> dict[str, Any]:
        """What the template of a condition takes."""
        return {
            "name": self.prefix,
            "mode": form[self._name("mode")],
            "rows": self.rows(form),
            "json": form[self._name("json")],
            "has_questions": bool(self.specs),
        }

    # --- reading ------------------------------------------------------------------------------------------------------
    def read(self, values: Mapping[str, Any]) -> Any:
        """The condition's JSON, or None for none. Raises `ValidationError` keyed by the control at fault."""
        mode = values.get(self._name("mode"))
        if mode == ALWAYS:
            return None
        if mode == AS_JSON:
            typed = (values.get(self._name("json")) or "").strip()
            if not typed:
                raise ValidationError({self._name("json"): [_("Hãy viết điều kiện, hoặc chọn cách khác.")]})
            try:
                return read_json(typed)
            except ValidationError as error:
                raise ValidationError({self._name("json"): error.messages}) from None
        parts = list(self._read_rows(values))
        if not parts:
            first = self._name(0, "field")
            raise ValidationError({first: [_("Hãy chọn câu hỏi cho ít nhất một dòng, hoặc chọn cách khác.")]})
        return parts[0] if len(parts) == 1 else {"all" if mode == ALL else "any": parts}

    def _read_rows(self, values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        faults: dict[str, list[str]] = {}
        for number in range(self.count):
            key = values.get(self._name(number, "field"))
            if not key:
                continue
            try:
                yield self._read_row(number, key, values)
            except ValidationError as error:
                faults[self._name(number, "value")] = error.messages
        if faults:
            raise ValidationError(faults)

    def _read_row(self, number: int, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
        operator = values.get(self._name(number, "op")) or "equals"
        is_count = key.startswith(_COUNTED)
        leaf = {"count" if is_count else "field": key.removeprefix(_COUNTED), "op": operator}
        if operator in _WITHOUT_VALUE:
            return leaf
        given = values.get(self._name(number, "value"))
        items = [item for item in (given if isinstance(given, list) else str(given or "").split(";")) if item.strip()]
        if not items:
            raise ValidationError(_("Hãy chọn hoặc gõ giá trị để so sánh."))
        spec = self.specs.get(key)
        stored = [_stored(spec, item.strip(), operator) for item in items]
        if operator in _WITH_VALUES:
            return leaf | {"value": stored}
        if len(stored) > 1 and operator == "equals":
            # Several were marked, which is what "one of" means.
            return leaf | {"op": "in", "value": stored}
        if len(stored) > 1:
            raise ValidationError(_("Phép so sánh này chỉ nhận một giá trị."))
        return leaf | {"value": stored[0]}

    # --- names and counts ---------------------------------------------------------------------------------------------
    def _name(self, *parts: object) -> str:
        return "-".join(str(part) for part in (self.prefix, *parts))

    def _spec_of_row(self, number: int, leaf: Mapping[str, Any]) -> FieldSpec | None:
        key = _chosen(leaf) if self.data is None else self.data.get(self._name(number, "field"))
        return self.specs.get(key) if isinstance(key, str) else None

    def _row_count(self) -> int:
        used = len(self.leaves)
        if self.data is not None:
            used = 0
            for number in range(MOST_ROWS):
                if self.data.get(self._name(number, "field")):
                    used = number + 1
        return min(used + SPARE_ROWS, MOST_ROWS)


class OneInList(forms.Select):
    """A drop-down list for a field that holds a list."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        value = data.get(name)
        return [value] if value else []


def _list_widget(spec: FieldSpec | None, options: list[tuple[str, str]]) -> forms.Widget:
    if spec is None or "in" not in _operators_for(spec):
        return OneInList(choices=[("", _("Chọn giá trị")), *options])
    return forms.CheckboxSelectMultiple() if len(options) <= MOST_CHECK_BOXES else forms.SelectMultiple()


def _rows_of(raw: Any) -> tuple[str, list[dict[str, Any]]]:
    """How the builder shows a condition: its mode, and its rows when it is flat."""
    if not raw:
        return ALWAYS, []
    if isinstance(raw, dict) and _chosen(raw):
        return ALL, [raw]
    for mode in (ALL, ANY):
        parts = raw.get(mode) if isinstance(raw, dict) else None
        if isinstance(parts, list) and all(isinstance(part, dict) and _chosen(part) for part in parts):
            return (mode, parts) if len(parts) <= MOST_ROWS else (AS_JSON, [])
    return AS_JSON, []


def _operators_for(spec: FieldSpec | None) -> list[str]:
    """Comparisons that make sense for the question; all of them while none is chosen."""
    known = [str(operator) for operator in Operator]
    if spec is None:
        return known
    if spec.kind in _GROUP_KINDS:
        return [name for name in known if name in _ORDERED]
    if _options_of(spec):
        fitting = {*_ANY_KIND, "in"} if spec.kind != "yes_no" else set(_ANY_KIND)
    elif spec.kind in _ORDERED_KINDS:
        return known
    else:
        fitting = {*_ANY_KIND, "in"}
    return [name for name in known if name in fitting]


def _options_of(spec: FieldSpec | None) -> list[tuple[str, str]]:
    """What can be answered, when that is a list."""
    if spec is None:
        return []
    if "options" in spec.params:
        return [(option.value, option.label.shown()) for option in spec.params["options"]]
    return [(option.value, option.label.shown()) for option in kind_of(spec).listed_options(spec)]


def _typed(spec: FieldSpec | None, value: Any) -> str:
    """A stored value as a person types it."""
    if spec is None:
        return str(value)
    try:
        return str(kind_of(spec).typed(spec, value))
    except (TypeError, ValueError, AttributeError, LookupError):
        return str(value)


def _stored(spec: FieldSpec | None, typed: str, operator: str) -> Any:
    """A typed value in stored form; what is wrong with it is said as it is said to a citizen."""
    if spec is None:
        return typed
    if operator in _ORDERED and (match := _FROM_TODAY.fullmatch(typed.lower())):
        sign, amount, unit = match["sign"] or "", match["amount"] or "", match["unit"] or ""
        return f"today{sign}{amount}{_UNITS.get(unit, unit)}"
    try:
        if spec.kind in _GROUP_KINDS:
            return read_whole(typed)
        return kind_of(spec).condition_value(spec, typed)
    except AnswerError as error:
        raise ValidationError(error.sentence) from None


def _choice_of(spec: FieldSpec) -> str:
    return f"{_COUNTED}{spec.key}" if spec.kind in _GROUP_KINDS else spec.key


def _question(spec: FieldSpec) -> str:
    label = spec.label.shown()
    return _("%(label)s: số lần khai") % {"label": label} if spec.kind in _GROUP_KINDS else label


def _chosen(leaf: Mapping[str, Any]) -> str:
    """The question of a leaf as the list of questions names it; "" when it is no leaf."""
    if isinstance(leaf.get("count"), str):
        return f"{_COUNTED}{leaf['count']}"
    return leaf["field"] if isinstance(leaf.get("field"), str) else ""
