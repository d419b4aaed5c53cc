"""Several lines of text: reasons, descriptions."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register
from procedures.form_definitions.kinds.text import check_length
from procedures.form_definitions.params import WholeNumber
from procedures.form_definitions.texts import has_control_characters, many_lines


@register("long_text")
class LongTextKind(FieldKind):
    """Stored: string in NFC, lines ended by a single line feed. Default at most 2,000 characters."""

    params = {"max_length": WholeNumber(1, 20_000), "rows": WholeNumber(2, 20)}

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        value = many_lines(read_string(raw))
        if has_control_characters(value):
            raise AnswerError("characters", _("Có ký tự không đọc được. Hãy gõ lại mục này."))
        return check_length(value, shortest=0, longest=spec.params.get("max_length", 2_000))

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return forms.Textarea(attrs={"rows": spec.params.get("rows", 5)})

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": spec.params.get("max_length", 2_000)}
