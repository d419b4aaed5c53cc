"""Shapes of the catalogue's codes and keys."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

# The national catalogue uses 1 to 3 for procedures of state agencies; 5 and 6 occur for Party and inner-agency ones.
PROCEDURE_CODE_PATTERN = r"^[1-9]\.[0-9]{6}$"
validate_procedure_code = RegexValidator(
    PROCEDURE_CODE_PATTERN, _("Mã thủ tục có dạng 1.004194: một chữ số, dấu chấm, sáu chữ số.")
)

KEY_PATTERN = r"^[a-z][a-z0-9_]*$"
validate_key = RegexValidator(KEY_PATTERN, _("Khóa gồm chữ thường không dấu, số và dấu gạch dưới, bắt đầu bằng chữ."))

# Old codes, local forms (1.001193.000.00.00.H56) and codes of online services (1.001193.01), in upper case.
ALIAS_PATTERN = r"^[A-Z0-9][A-Z0-9._-]{2,39}$"
validate_alias = RegexValidator(ALIAS_PATTERN, _("Mã chỉ gồm chữ không dấu, số, dấu chấm và dấu gạch, dài nhất 40."))
