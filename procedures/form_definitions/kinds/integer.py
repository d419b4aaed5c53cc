"""A whole number, typed with or without thousand dots."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import LARGEST_WHOLE, FieldKind, read_number, register, text_input
from procedures.form_definitions.params import WholeNumber, Words
from procedures.form_definitions.texts import half_width, one_line
from procedures.form_definitions.values import ValueType

_PLAIN = re.compile(r"[+-]?[0-9]+")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}([. ][0-9]{3})+")


def group_thousands(value: int) -> str:
    """1234567 as `1.234.567`."""
    return f"{value:,}".replace(",", ".")


def read_whole(raw: object) -> int:
    """5, `5`, `1.500`, `1 500`; a fraction or a word is refused."""
    if isinstance(raw, float):
        raise AnswerError("not_whole", _("Chỉ nhận số nguyên, không có phần thập phân."))
    typed = half_width(one_line(read_number(raw))).replace("−", "-")
    if not _PLAIN.fullmatch(typed) and not _GROUPED.fullmatch(typed):
        if re.fullmatch(r"[+-]?[0-9.]+,[0-9]+|[+-]?[0-9]+\.[0-9]{1,2}", typed):
            raise AnswerError("not_whole", _("Chỉ nhận số nguyên, không có phần thập phân."))
        raise AnswerError("not_a_number", _("Chỉ gõ chữ số, ví dụ 1.500."))
    digits = re.sub(r"[. ]", "", typed)
    if len(digits.lstrip("+-").lstrip("0")) > 15:
        raise AnswerError("too_large", _("Số quá lớn, nhiều nhất 15 chữ số."))
    # Python itself refuses to read thousands of leading zeros.
    sign = "-" if digits.startswith("-") else ""
    return int(sign + (digits.lstrip("+-").lstrip("0") or "0"))


def check_bounds(value: int, *, minimum: int | None, maximum: int | None) -> int:
    """The value, when it is in bounds; the sentence names the bound that was passed."""
    if minimum is not None and value < minimum:
        raise AnswerError("too_small", _("Số nhỏ nhất được nhận là %(limit)s.") % {"limit": group_thousands(minimum)})
    if maximum is not None and value > maximum:
        raise AnswerError("too_large", _("Số lớn nhất được nhận là %(limit)s.") % {"limit": group_thousands(maximum)})
    return value


@register("integer")
class IntegerKind(FieldKind):
    """Stored: JSON integer, at most 15 digits."""

    params = {
        "minimum": WholeNumber(-LARGEST_WHOLE, LARGEST_WHOLE),
        "maximum": WholeNumber(-LARGEST_WHOLE, LARGEST_WHOLE),
        "unit": Words(),
    }

    def value_type(self, spec: FieldSpec) -> ValueType:
        return ValueType.NUMBER

    def normalise(self, spec: FieldSpec, raw: object) -> int:
        return check_bounds(read_whole(raw), minimum=spec.params.get("minimum"), maximum=spec.params.get("maximum"))

    def format(self, spec: FieldSpec, value: Any) -> str:
        unit = spec.params["unit"].shown() if "unit" in spec.params else ""
        return f"{group_thousands(value)}\u00a0{unit}".rstrip()

    def typed(self, spec: FieldSpec, value: Any) -> str:
        return group_thousands(value)

    def default_help(self, spec: FieldSpec) -> str:
        return _("Đơn vị: %(unit)s.") % {"unit": spec.params["unit"].shown()} if "unit" in spec.params else ""

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--short", inputmode="numeric", autocomplete="off")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "type": "integer",
            "minimum": spec.params.get("minimum", -LARGEST_WHOLE),
            "maximum": spec.params.get("maximum", LARGEST_WHOLE),
        }
