"""An e-mail address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, text_input
from procedures.form_definitions.texts import one_line

LONGEST = 254
_is_address = EmailValidator()


@register("email")
class EmailKind(FieldKind):
    """Stored: the address, its domain in lower case."""

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        address = one_line(read_string(raw))
        if len(address) > LONGEST:
            raise AnswerError("too_long", _("Địa chỉ thư điện tử dài quá 254 ký tự."))
        try:
            _is_address(address)
        except ValidationError:
            raise AnswerError(
                "not_an_address", _("Địa chỉ thư điện tử có dạng ten@vidu.vn, không có dấu cách.")
            ) from None
        name, _at, domain = address.rpartition("@")
        return f"{name}@{domain.lower()}"

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(type="email", inputmode="email", autocomplete="email", spellcheck="false")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": LONGEST}
