"""A value that the portal computes from other answers: shown and stored, never asked."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.core.money import format_vnd
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError, DefinitionError
from procedures.form_definitions.expressions import Scope, evaluate, inputs
from procedures.form_definitions.kinds.base import LARGEST_WHOLE, FieldKind, read_string, register, wrong_type
from procedures.form_definitions.kinds.date import show_day
from procedures.form_definitions.kinds.decimal import show_decimal
from procedures.form_definitions.kinds.integer import group_thousands
from procedures.form_definitions.params import Expression, OneOf, WholeNumber, Words
from procedures.form_definitions.values import ValueType, as_day, as_number

MAX_TEXT = 2_000
DEFAULT_PLACES = 2
FORMATS: Mapping[str, ValueType] = {
    "integer": ValueType.NUMBER,
    "decimal": ValueType.NUMBER,
    "money": ValueType.NUMBER,
    "date": ValueType.DAY,
    "text": ValueType.TEXT,
}


@register("computed")
class ComputedKind(FieldKind):
    """Stored and shown like the kind its `format` is named for; whole numbers and `places` are rounded half up.

    `expression` is read by `expression_parsing`. Nobody may send a value of their own.
    """

    is_asked = False
    params = {
        "format": OneOf(tuple(FORMATS), is_required=True),
        "expression": Expression(type_param="format", types=FORMATS),
        "places": WholeNumber(1, 6),
        "unit": Words(),
    }

    def check_params(self, params: Mapping[str, Any]) -> None:
        if "places" in params and (params["format"] != "decimal" or params["places"] == 3):
            # As for the kind decimal: 1.234 could be read in two ways.
            raise DefinitionError(_("Tham số “places” chỉ dùng với format decimal và không nhận 3."))
        if "unit" in params and params["format"] not in ("integer", "decimal"):
            raise DefinitionError(_("Tham số “unit” chỉ dùng với format integer hoặc decimal."))

    def value_type(self, spec: FieldSpec) -> ValueType:
        return FORMATS[spec.params["format"]]

    def inputs(self, spec: FieldSpec) -> frozenset[str]:
        return inputs(spec.params["expression"])

    def compute(self, spec: FieldSpec, scope: Scope) -> Any:
        value = evaluate(spec.params["expression"], scope)
        if isinstance(value, Decimal):
            return self._stored_number(spec, value)
        if isinstance(value, date):
            return value.isoformat()
        return value if value and len(value) <= MAX_TEXT else None

    def _stored_number(self, spec: FieldSpec, value: Decimal) -> int | str | None:
        if not value.is_finite() or abs(value) > LARGEST_WHOLE:
            return None
        is_decimal = spec.params["format"] == "decimal"
        places = spec.params.get("places", DEFAULT_PLACES) if is_decimal else 0
        with localcontext() as context:
            context.prec = 40
            rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        # No "-0.00".
        return f"{rounded if rounded else abs(rounded):f}" if is_decimal else int(rounded)

    def condition_value(self, spec: FieldSpec, raw: object) -> Any:
        """A number as JSON number or text, a day as ISO, a text; in the stored form."""
        kind = self.value_type(spec)
        if kind is ValueType.NUMBER:
            number = as_number(raw)
            stored = None if number is None else self._stored_number(spec, number)
            if number is None or stored is None or as_number(stored) != number:
                raise AnswerError("not_a_number", _("Cần một số viết như số được tính ra."))
            return stored
        text = read_string(raw)
        if kind is ValueType.DAY and as_day(text) is None:
            raise AnswerError("not_a_date", _("Cần một ngày dạng 2026-05-31."))
        return text

    def normalise(self, spec: FieldSpec, raw: object) -> Any:
        """Nobody types it."""
        raise wrong_type()

    def format(self, spec: FieldSpec, value: Any) -> str:
        match spec.params["format"]:
            case "money":
                return format_vnd(value)
            case "date":
                return show_day(date.fromisoformat(value))
            case "text":
                return str(value)
            case "integer":
                shown = group_thousands(value)
            case _:
                shown = show_decimal(value)
        unit = spec.params["unit"].shown() if "unit" in spec.params else ""
        return f"{shown}\u00a0{unit}".rstrip()

    def widget(self, spec: FieldSpec) -> forms.Widget:
        raise TypeError("a computed value has no control")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        match spec.params["format"]:
            case "integer" | "money":
                schema: dict[str, Any] = {"type": "integer"}
            case "decimal":
                places = spec.params.get("places", DEFAULT_PLACES)
                schema = {"type": "string", "pattern": rf"^-?[0-9]{{1,15}}\.[0-9]{{{places}}}$"}
            case "date":
                schema = {"type": "string", "format": "date"}
            case _:
                schema = {"type": "string", "maxLength": MAX_TEXT}
        return schema | {"readOnly": True}
