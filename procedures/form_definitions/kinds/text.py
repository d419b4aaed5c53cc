"""One line of text: names, titles, places."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import AUTOCOMPLETE, FieldKind, read_string, register, text_input
from procedures.form_definitions.params import OneOf, WholeNumber
from procedures.form_definitions.texts import has_control_characters, one_line


def check_length(value: str, *, shortest: int, longest: int) -> str:
    """The value, when its length is in bounds; else the sentence tells how many characters it has."""
    if len(value) > longest:
        raise AnswerError(
            "too_long",
            _("Dài %(count)s ký tự, nhiều nhất là %(limit)s. Hãy viết gọn hơn.")
            % {"count": len(value), "limit": longest},
        )
    if len(value) < shortest:
        raise AnswerError(
            "too_short",
            ngettext("Cần ít nhất %(limit)s ký tự.", "Cần ít nhất %(limit)s ký tự.", shortest) % {"limit": shortest},
        )
    return value


def read_line(raw: object, *, shortest: int = 0, longest: int) -> str:
    """A one-line answer in normal form, without control characters, in bounds."""
    value = one_line(read_string(raw))
    if has_control_characters(value):
        raise AnswerError("characters", _("Có ký tự không đọc được. Hãy gõ lại mục này."))
    return check_length(value, shortest=shortest, longest=longest)


@register("text")
class TextKind(FieldKind):
    """Stored: string in NFC, blanks folded. Default at most 200 characters."""

    params = {
        "min_length": WholeNumber(1, 1_000),
        "max_length": WholeNumber(1, 1_000),
        "autocomplete": OneOf(AUTOCOMPLETE),
    }

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        return read_line(raw, shortest=spec.params.get("min_length", 0), longest=spec.params.get("max_length", 200))

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(autocomplete=spec.params.get("autocomplete"))

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {
            "type": "string",
            "minLength": spec.params.get("min_length", 1),
            "maxLength": spec.params.get("max_length", 200),
        }
