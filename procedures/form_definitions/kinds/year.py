"""A year of the common calendar."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.core import clock
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, read_number, register, text_input
from procedures.form_definitions.kinds.date import FIRST_YEAR, LAST_YEAR
from procedures.form_definitions.params import Flag, WholeNumber
from procedures.form_definitions.texts import half_width, one_line
from procedures.form_definitions.values import ValueType


@register("year")
class YearKind(FieldKind):
    """Stored: JSON integer of four digits. `not_future`: this year at the latest."""

    params = {
        "minimum": WholeNumber(FIRST_YEAR, LAST_YEAR),
        "maximum": WholeNumber(FIRST_YEAR, LAST_YEAR),
        "not_future": Flag(),
    }

    def value_type(self, spec: FieldSpec) -> ValueType:
        return ValueType.NUMBER

    def normalise(self, spec: FieldSpec, raw: object) -> int:
        typed = half_width(one_line(read_number(raw)))
        if not re.fullmatch(r"[0-9]{4}", typed):
            raise AnswerError("not_a_year", _("Năm gồm 4 chữ số, ví dụ 1998."))
        year = int(typed)
        minimum, maximum = spec.params.get("minimum", FIRST_YEAR), spec.params.get("maximum", LAST_YEAR)
        if not minimum <= year <= maximum:
            raise AnswerError(
                "out_of_range", _("Năm phải từ %(first)s đến %(last)s.") % {"first": minimum, "last": maximum}
            )
        if spec.params.get("not_future", False) and year > clock.today().year:
            raise AnswerError("future", _("Năm này chưa tới. Hãy xem lại."))
        return year

    def default_help(self, spec: FieldSpec) -> str:
        return _("4 chữ số, ví dụ 1998.")

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--short", inputmode="numeric", autocomplete="off")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "type": "integer",
            "minimum": spec.params.get("minimum", FIRST_YEAR),
            "maximum": spec.params.get("maximum", LAST_YEAR),
        }
