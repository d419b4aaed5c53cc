"""House number, street, hamlet: the free part of an address."""

from typing import Any

from django import forms

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.kinds.base import FieldKind, register, text_input
from procedures.form_definitions.kinds.text import read_line

LONGEST = 255


@register("address_line")
class AddressLineKind(FieldKind):
    """Stored: string in NFC, blanks folded, at most 255 characters."""

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        return read_line(raw, longest=LONGEST)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(autocomplete="street-address")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": LONGEST}
