"""An amount in whole Vietnamese đồng."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.core.money import format_vnd
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import LARGEST_WHOLE, FieldKind, register, text_input
from procedures.form_definitions.kinds.integer import group_thousands, read_whole
from procedures.form_definitions.params import WholeNumber
from procedures.form_definitions.texts import half_width, one_line
from procedures.form_definitions.values import ValueType

_CURRENCY = re.compile(r"\s*(đồng|đ|₫|vnđ|vnd)\.?$", re.IGNORECASE)
_NO_FRACTION = re.compile(r",0{1,2}$")
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")


@register("money")
class MoneyKind(FieldKind):
    """Stored: JSON integer, whole đồng, not negative. `135.000`, `135,000` and `135000 đ` are the same amount."""

    params = {"minimum": WholeNumber(0, LARGEST_WHOLE), "maximum": WholeNumber(0, LARGEST_WHOLE)}

    def value_type(self, spec: FieldSpec) -> ValueType:
        return ValueType.NUMBER

    def normalise(self, spec: FieldSpec, raw: object) -> int:
        if isinstance(raw, str):
            raw = _CURRENCY.sub("", half_width(one_line(raw))) if len(raw) < 100 else raw
            if _COMMA_GROUPS.fullmatch(raw):
                raw = raw.replace(",", "")
            # What a spreadsheet adds: there is nothing below a đồng.
            raw = _NO_FRACTION.sub("", raw)
        amount = read_whole(raw)
        minimum = spec.params.get("minimum", 0)
        if amount < minimum:
            raise AnswerError(
                "too_small", _("Số tiền nhỏ nhất được nhận là %(amount)s.") % {"amount": format_vnd(minimum)}
            )
        if "maximum" in spec.params and amount > spec.params["maximum"]:
            raise AnswerError(
                "too_large",
                _("Số tiền lớn nhất được nhận là %(amount)s.") % {"amount": format_vnd(spec.params["maximum"])},
            )
        return amount

    def format(self, spec: FieldSpec, value: Any) -> str:
        return format_vnd(value)

    def typed(self, spec: FieldSpec, value: Any) -> str:
        return group_thousands(value)

    def default_help(self, spec: FieldSpec) -> str:
        return _("Số tiền bằng đồng, ví dụ 135.000.")

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--short", inputmode="numeric", autocomplete="off")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "type": "integer",
            "minimum": spec.params.get("minimum", 0),
            "maximum": spec.params.get("maximum", LARGEST_WHOLE),
        }
