"""A number with a fraction, typed the Vietnamese way: comma before the fraction, dots between thousands."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError, DefinitionError
from procedures.form_definitions.kinds.base import FieldKind, read_number, register, text_input
from procedures.form_definitions.kinds.integer import group_thousands
from procedures.form_definitions.params import Number, WholeNumber, Words
from procedures.form_definitions.texts import half_width, one_line
from procedures.form_definitions.values import ValueType

_TYPED = re.compile(r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,3}(?:[. ][0-9]{3})+|[0-9]+)(?:,(?P<fraction>[0-9]+))?")
_POINTED = re.compile(r"[+-]?[0-9]+\.[0-9]+")


def show_decimal(text: str) -> str:
    """`1234.50` as `1.234,5`."""
    sign = "-" if text.startswith("-") else ""
    whole, _dot, fraction = text.lstrip("-").partition(".")
    fraction = fraction.rstrip("0")
    return sign + group_thousands(int(whole)) + (f",{fraction}" if fraction else "")


@register("decimal")
class DecimalKind(FieldKind):
    """Stored: string with a dot and exactly `places` digits after it (default 2), `"1234.50"`.

    `places` may not be 3: `1.234` would be both one thousand two hundred and thirty-four, as Vietnamese write it, and a
    stored 1,234. With any other number of places a dot before three digits can only be a thousand dot.
    """

    params = {"places": WholeNumber(1, 6), "minimum": Number(), "maximum": Number(), "unit": Words()}

    def check_params(self, params: Mapping[str, Any]) -> None:
        if params.get("places") == 3:
            raise DefinitionError(_("Tham số “places” không nhận 3, vì 1.234 sẽ có hai cách hiểu. Hãy dùng 2 hoặc 4."))
        if "minimum" in params and "maximum" in params and Decimal(params["minimum"]) > Decimal(params["maximum"]):
            raise DefinitionError(_("Tham số “%(low)s” lớn hơn “%(high)s”.") % {"low": "minimum", "high": "maximum"})

    def value_type(self, spec: FieldSpec) -> ValueType:
        return ValueType.NUMBER

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        places = spec.params.get("places", 2)
        value = self._read(raw)
        if abs(value) >= 10**15:
            raise AnswerError("too_large", _("Số quá lớn, nhiều nhất 15 chữ số."))
        rounded = value.quantize(Decimal(1).scaleb(-places))
        if rounded != value:
            raise AnswerError("too_many_places", _("Nhiều nhất %(places)s chữ số sau dấu phẩy.") % {"places": places})
        self._check_bounds(spec, value)
        return f"{abs(rounded) if rounded == 0 else rounded:f}"

    def _read(self, raw: object) -> Decimal:
        if isinstance(raw, float):
            # JSON has no other way to write a fraction; repr is the shortest text that means this number.
            text = f"{Decimal(read_number(raw)):f}"
            return Decimal(text) if len(text) <= 40 else Decimal(10**15)
        typed = half_width(one_line(read_number(raw))).replace("−", "-")
        if len(typed) > 60:
            raise AnswerError("too_large", _("Số quá lớn, nhiều nhất 15 chữ số."))
        match = _TYPED.fullmatch(typed)
        if match:
            whole = re.sub(r"[. ]", "", match["whole"])
            return Decimal(f"{match['sign']}{whole}.{match['fraction'] or '0'}")
        if _POINTED.fullmatch(typed):
            return Decimal(typed)
        raise AnswerError("not_a_number", _("Chỉ gõ chữ số, dùng dấu phẩy cho phần thập phân, ví dụ 12,5."))

    def _check_bounds(self, spec: FieldSpec, value: Decimal) -> None:
        minimum, maximum = spec.params.get("minimum"), spec.params.get("maximum")
        if minimum is not None and value < Decimal(minimum):
            raise AnswerError("too_small", _("Số nhỏ nhất được nhận là %(limit)s.") % {"limit": show_decimal(minimum)})
        if maximum is not None and value > Decimal(maximum):
            raise AnswerError("too_large", _("Số lớn nhất được nhận là %(limit)s.") % {"limit": show_decimal(maximum)})

    def format(self, spec: FieldSpec, value: Any) -> str:
        unit = spec.params["unit"].shown() if "unit" in spec.params else ""
        return f"{show_decimal(value)}\u00a0{unit}".rstrip()

    def typed(self, spec: FieldSpec, value: Any) -> str:
        return show_decimal(value)

    def default_help(self, spec: FieldSpec) -> str:
        if "unit" in spec.params:
            return _("Đơn vị: %(unit)s. Dùng dấu phẩy cho phần thập phân, ví dụ 12,5.") % {
                "unit": spec.params["unit"].shown()
            }
        return _("Dùng dấu phẩy cho phần thập phân, ví dụ 12,5.")

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--short", inputmode="decimal", autocomplete="off")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^-?[0-9]{{1,15}}\.[0-9]{{{spec.params.get('places', 2)}}}$"}
