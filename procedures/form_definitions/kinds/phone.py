"""A Vietnamese telephone number."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.accounts.validators import normalise_phone, validate_phone
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, text_input
from procedures.form_definitions.kinds.personal_id import refused
from procedures.form_definitions.texts import one_line


@register("phone")
class PhoneKind(FieldKind):
    """Stored in national form, as in the citizen's profile: `0983512604`."""

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        number = normalise_phone(one_line(read_string(raw)))
        try:
            validate_phone(number)
        except ValidationError as error:
            raise refused(error) from None
        return number

    def format(self, spec: FieldSpec, value: Any) -> str:
        return "\u00a0".join((value[:4], value[4:7], value[7:]))

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--id", type="tel", inputmode="tel", autocomplete="tel")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": "^0([35789][0-9]{8}|2[0-9]{8,9})$"}
