"""An e-mail address."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.encoding import punycode
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, text_input
from procedures.form_definitions.texts import half_width, one_line

LONGEST = 254
_is_address = EmailValidator()


@register("email")
class EmailKind(FieldKind):
    """Stored: the address with its domain in lower case and in ASCII (`xn--`), the form that goes into a mail's head; a
    domain with accents is shown as it was typed."""

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        address = half_width(one_line(read_string(raw)))
        if len(address) > LONGEST:
            raise AnswerError("too_long", _("Địa chỉ thư điện tử dài quá 254 ký tự."))
        name, _at, domain = address.rpartition("@")
        try:
            # The validator would let an unencodable domain pass to the mail server.
            address = f"{name}@{punycode(domain.lower())}"
            _is_address(address)
        except (UnicodeError, ValidationError):
            raise AnswerError(
                "not_an_address", _("Địa chỉ thư điện tử có dạng ten@vidu.vn, không có dấu cách.")
            ) from None
        return address

    def format(self, spec: FieldSpec, value: Any) -> str:
        name, _at, domain = value.rpartition("@")
        try:
            return f"{name}@{domain.encode('ascii').decode('idna')}"
        except UnicodeError:
            return str(value)

    def typed(self, spec: FieldSpec, value: Any) -> str:
        return self.format(spec, value)

    def required_sentence(self) -> str:
        return _("Hãy ghi địa chỉ thư điện tử.")

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(type="email", inputmode="email", autocomplete="email", spellcheck="false")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "email", "maxLength": LONGEST}
