"""A telephone number, Vietnamese unless a foreign one is allowed."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.validators import normalise_phone, validate_phone
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, text_input
from procedures.form_definitions.kinds.personal_id import refused
from procedures.form_definitions.params import Flag
from procedures.form_definitions.texts import half_width, one_line

_FOREIGN = re.compile(r"\+[1-9][0-9]{6,14}")
# Eleven-digit mobile numbers became ten-digit ones in 2018.
_MOBILE_OF_OLD = re.compile(r"01[0-9]{9}")


@register("phone")
class PhoneKind(FieldKind):
    """Stored as E.164: `+84983512604`; shown in national form. `allow_foreign` takes numbers of other countries, typed
    with their +."""

    params = {"allow_foreign": Flag()}

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        typed = re.sub(r"[\s.\-()]", "", half_width(one_line(read_string(raw))))
        if typed.startswith("00"):
            typed = f"+{typed[2:]}"
        if typed.startswith("+") and not typed.startswith("+84"):
            if not spec.params.get("allow_foreign", False):
                raise AnswerError("foreign", _("Mục này cần số điện thoại Việt Nam, bắt đầu bằng 0 hoặc +84."))
            if not _FOREIGN.fullmatch(typed):
                raise AnswerError("phone", _("Số nước ngoài ghi cả dấu + và mã nước, ví dụ +49 30 1234567."))
            return typed
        # +84 (0)983…: the 0 in brackets is only for calls within the country.
        number = re.sub(r"^00", "0", normalise_phone(typed))
        if _MOBILE_OF_OLD.fullmatch(number):
            raise AnswerError("old_mobile", _("Số di động 11 chữ số đã đổi thành 10 chữ số. Hãy ghi số mới."))
        try:
            validate_phone(number)
        except ValidationError as error:
            raise refused(error) from None
        return f"+84{number[1:]}"

    def format(self, spec: FieldSpec, value: Any) -> str:
        national = _national(value)
        return "\u00a0".join((national[:4], national[4:7], national[7:])) if national.startswith("0") else national

    def typed(self, spec: FieldSpec, value: Any) -> str:
        return _national(value)

    def required_sentence(self) -> str:
        return _("Hãy ghi số điện thoại.")

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--id", type="tel", inputmode="tel", autocomplete="tel")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        foreign = "|[1-9][0-9]{6,14}" if spec.params.get("allow_foreign", False) else ""
        return {"type": "string", "pattern": rf"^\+(84([35789][0-9]{{8}}|2[0-9]{{8,9}}){foreign})$"}


def _national(value: str) -> str:
    """As people here write it; a number of another country stays what it is."""
    return f"0{value[3:]}" if value.startswith("+84") else value
