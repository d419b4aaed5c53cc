"""Shapes of the catalogue's codes and keys."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# The national catalogue uses 1 to 3 for procedures of state agencies; 5 and 6 occur for Party and inner-agency ones.
PROCEDURE_CODE_PATTERN = r"^[1-9]\.[0-9]{6}$"
validate_procedure_code = RegexValidator(
    PROCEDURE_CODE_PATTERN, _("Mã thủ tục có dạng 1.004194: một chữ số, dấu chấm, sáu chữ số.")
)

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"
validate_key = RegexValidator(KEY_PATTERN, _("Khóa gồm chữ thường không dấu, số và dấu gạch dưới, bắt đầu bằng chữ."))

PAPER_CODE_PATTERN = r"^[A-Z0-9][A-Z0-9._-]{0,39}$"
_PAPER_CODE = re.compile(PAPER_CODE_PATTERN)


def validate_paper_codes(value: object) -> None:
    """A list of codes of kinds of papers (KQ.G15.000031), none of them twice."""
    if not isinstance(value, list) or not all(isinstance(code, str) and _PAPER_CODE.match(code) for code in value):
        raise ValidationError(
            _("Phải là danh sách mã loại giấy tờ, chữ hoa không dấu, số, dấu chấm, ví dụ KQ.G15.000031.")
        )
    if len(set(value)) != len(value):
        raise ValidationError(_("Một mã loại giấy tờ được ghi hai lần."))
    if len(value) > 20:
        raise ValidationError(_("Nhiều nhất 20 loại giấy tờ."))


# Old codes, local forms (1.001193.000.00.00.H56) and codes of online services (1.001193.01), in upper case.
ALIAS_PATTERN = r"^[A-Z0-9][A-Z0-9._-]{2,39}$"
validate_alias = RegexValidator(ALIAS_PATTERN, _("Mã chỉ gồm chữ không dấu, số, dấu chấm và dấu gạch, dài nhất 40."))
