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
from procedures.form_definitions.params import FieldReference, Flag
from procedures.form_definitions.texts import half_width, one_line

_SEXES = ("male", "female")
_OLD_ID = re.compile(r"[0-9]{9}")


def refused(error: ValidationError) -> AnswerError:
    """A validator's refusal as the refusal of an answer."""
    return AnswerError(str(error.code or "invalid"), " ".join(error.messages))


@register("personal_id")
class PersonalIdKind(FieldKind):
    """Stored: 12 digits. `date_of_birth` and `sex` name fields to agree with (date or year; choice of male, female).

    `allow_old_id` also takes the 9 digits of an identity card of before 2025, for papers that only bear that number.
    """

    params = {
        "date_of_birth": FieldReference(kinds=("date", "year")),
        "sex": FieldReference(kinds=("choice",)),
        "allow_old_id": Flag(),
    }

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        number = re.sub(r"[\s.\-]", "", half_width(one_line(read_string(raw))))
        if _OLD_ID.fullmatch(number):
            if spec.params.get("allow_old_id", False):
                return number
            raise AnswerError(
                "old_id",
                _("Đây là số chứng minh nhân dân cũ, 9 chữ số. Hãy ghi số định danh 12 chữ số, có trên thẻ căn cước."),
            )
        try:
            validate_personal_id_number(number)
        except ValidationError as error:
            raise refused(error) from None
        return number

    def cross_check(self, spec: FieldSpec, value: Any, answers: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        if _OLD_ID.fullmatch(value):
            # Nothing about its holder can be read from an old number.
            return
        born_on = _birth_day(answers.get(spec.params.get("date_of_birth", "")))
        sex = answers.get(spec.params.get("sex", ""))
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
        old = "|[0-9]{9}" if spec.params.get("allow_old_id", False) else ""
        return {"type": "string", "pattern": f"^([0-9]{{12}}{old})$"}


def _birth_day(answer: object) -> date | None:
    """A day in the year of birth: the number tells no more than the year."""
    try:
        if isinstance(answer, int) and not isinstance(answer, bool):
            return date(answer, 1, 1)
        return date.fromisoformat(answer) if isinstance(answer, str) else None
    except ValueError:
        return None
