"""The 12-digit personal identification number (DOMAIN 8; NĐ 137/2015)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.validators import validate_id_matches_profile, validate_personal_id_number
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, text_input
from procedures.form_definitions.params import FieldReference
from procedures.form_definitions.texts import one_line

_SEXES = ("male", "female")


def refused(error: ValidationError) -> AnswerError:
    """A validator's refusal as the refusal of an answer."""
    return AnswerError(str(error.code or "invalid"), " ".join(error.messages))


@register("personal_id")
class PersonalIdKind(FieldKind):
    """Stored: 12 digits. `date_of_birth` and `sex` name fields to agree with (date; choice of male, female)."""

    params = {"date_of_birth": FieldReference(kinds=("date",)), "sex": FieldReference(kinds=("choice",))}

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        number = re.sub(r"[\s.\-]", "", one_line(read_string(raw)))
        try:
            validate_personal_id_number(number)
        except ValidationError as error:
            raise refused(error) from None
        return number

    def cross_check(self, spec: FieldSpec, value: Any, answers: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        born = answers.get(spec.params.get("date_of_birth", ""))
        sex = answers.get(spec.params.get("sex", ""))
        try:
            born_on = date.fromisoformat(born) if isinstance(born, str) else None
        except ValueError:
            born_on = None
        try:
            validate_id_matches_profile(value, born_on, sex if sex in _SEXES else "")
        except ValidationError as error:
            raise refused(error) from None

    def required_sentence(self) -> str:
        return _("Hãy gõ số định danh gồm 12 chữ số.")

    def default_help(self, spec: FieldSpec) -> str:
        return _("12 chữ số ở mặt trước thẻ căn cước")

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--id", inputmode="numeric", autocomplete="off", spellcheck="false")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9]{12}$"}
