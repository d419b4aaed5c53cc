"""One of several options: radio buttons up to six, a drop-down list above."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register
from procedures.form_definitions.params import Option, Options

MOST_RADIOS = 6


def option_label(options: Iterable[Option], value: object) -> str:
    """The label of a stored value; the value itself when the options no longer know it."""
    return next((option.label.shown() for option in options if option.value == value), str(value))


@register("choice")
class ChoiceKind(FieldKind):
    """Stored: the option's value."""

    params = {"options": Options()}

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        value = read_string(raw).strip()
        if not any(option.value == value for option in spec.params["options"]):
            raise AnswerError("not_an_option", self.required_sentence())
        return value

    def listed_options(self, spec: FieldSpec) -> tuple[Option, ...]:
        options: tuple[Option, ...] = spec.params["options"]
        return options if len(options) <= MOST_RADIOS else ()

    def required_sentence(self) -> str:
        return _("Chọn một mục trong danh sách.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        return option_label(spec.params["options"], value)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        choices = [(option.value, option.label.shown()) for option in spec.params["options"]]
        if self.listed_options(spec):
            return forms.RadioSelect(choices=choices)
        return forms.Select(choices=[("", _("Chọn trong danh sách")), *choices])

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "enum": [option.value for option in spec.params["options"]]}
