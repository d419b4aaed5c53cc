"""A tax code (mã số thuế), with its check digit (DOMAIN 8)."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.validators import has_right_check_digit, validate_personal_id_number
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, text_input
from procedures.form_definitions.kinds.personal_id import refused
from procedures.form_definitions.params import Flag
from procedures.form_definitions.texts import half_width, one_line


@register("tax_code")
class TaxCodeKind(FieldKind):
    """Stored: `0360123455`, of a branch `0360123455-001`, of a person the 12-digit identity number (since 1/7/2025).

    `organisations_only` refuses the number of a person.
    """

    params = {"organisations_only": Flag()}

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        digits = re.sub(r"[\s.\-]", "", half_width(one_line(read_string(raw))))
        if not digits.isascii() or not digits.isdigit():
            raise AnswerError("not_digits", _("Mã số thuế chỉ gồm chữ số, mã của chi nhánh có thêm 3 số sau dấu gạch."))
        if len(digits) == 12 and not spec.params.get("organisations_only", False):
            try:
                validate_personal_id_number(digits)
            except ValidationError as error:
                raise refused(error) from None
            return digits
        if len(digits) not in (10, 13):
            raise AnswerError(
                "length",
                _("Có %(count)s chữ số. Mã số thuế có 10 chữ số, của chi nhánh có 13.") % {"count": len(digits)}
                if spec.params.get("organisations_only", False)
                else _("Có %(count)s chữ số. Mã số thuế có 10 chữ số, của chi nhánh có 13, của cá nhân có 12.")
                % {"count": len(digits)},
            )
        if not has_right_check_digit(digits[:10]):
            raise AnswerError("check_digit", _("Mã số thuế này không đúng. Xem lại xem có gõ nhầm số nào."))
        if digits.endswith("000") and len(digits) == 13:
            raise AnswerError("branch", _("Số thứ tự của chi nhánh bắt đầu từ 001."))
        return digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"

    def required_sentence(self) -> str:
        return _("Hãy gõ mã số thuế.")

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--id", inputmode="numeric", autocomplete="off", spellcheck="false")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        person = "" if spec.params.get("organisations_only", False) else "|[0-9]{12}"
        return {"type": "string", "pattern": f"^([0-9]{{10}}(-[0-9]{{3}})?{person})$"}
