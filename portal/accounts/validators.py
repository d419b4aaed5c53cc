"""Checks of Vietnamese identity data (DOMAIN 8)."""

import re
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Sex
from portal.accounts.registration_places import is_registration_place
from portal.core import clock

_ID = re.compile(r"^\d{12}$")
_MOBILE = re.compile(r"^0[35789]\d{8}$")
_LANDLINE = re.compile(r"^02\d{8,9}$")
_TAX_CODE = re.compile(r"^\d{10}(-\d{3})?$")
_TAX_CODE_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def validate_personal_id_number(value: str) -> None:
    """12 digits: 3 place of registration, 1 century and sex, 2 birth year, 6 random; no checksum (NĐ 137/2015)."""
    if not value.isascii() or not value.isdigit():
        raise ValidationError(_("Số định danh chỉ gồm chữ số."), code="not_digits")
    if len(value) != 12:
        raise ValidationError(
            _("Mới có %(count)s chữ số. Số định danh cần đủ 12 chữ số.")
            if len(value) < 12
            else _("Có %(count)s chữ số. Số định danh chỉ có 12 chữ số."),
            code="length",
            params={"count": len(value)},
        )
    if not is_registration_place(value[:3]):
        raise ValidationError(
            _("Ba chữ số đầu là mã nơi đăng ký khai sinh, không thể là %(place)s."),
            code="place",
            params={"place": value[:3]},
        )
    year, _sex = birth_facts(value)
    if year > clock.today().year:
        raise ValidationError(
            _("Theo số này thì năm sinh là %(year)s. Hãy xem lại từng chữ số."),
            code="birth_year",
            params={"year": year},
        )


def birth_facts(personal_id_number: str) -> tuple[int, Sex]:
    """Birth year and sex that the fourth to sixth digits tell (0/1 = 1900s male/female, 2/3 = 2000s, 4/5 = 2100s…)."""
    if not _ID.match(personal_id_number):
        raise ValueError("not a personal id number")
    century_and_sex = int(personal_id_number[3])
    year = 1900 + 100 * (century_and_sex // 2) + int(personal_id_number[4:6])
    return year, Sex.FEMALE if century_and_sex % 2 else Sex.MALE


def validate_id_matches_profile(personal_id_number: str, date_of_birth: date | None, sex: str = "") -> None:
    """The number must agree with the birth year and sex that are given beside it."""
    year, id_sex = birth_facts(personal_id_number)
    if date_of_birth is not None and date_of_birth.year != year:
        raise ValidationError(
            _("Số định danh này của người sinh năm %(year)s, khác với ngày sinh đã ghi."),
            code="birth_year",
            params={"year": year},
        )
    if sex and sex != id_sex:
        raise ValidationError(_("Số định danh này không khớp với giới tính đã ghi."), code="sex")


def normalise_phone(value: str) -> str:
    """National form without blanks: `+84 983 512 604` and `0983.512.604` both give `0983512604`."""
    digits = re.sub(r"[\s.\-()]", "", value)
    if digits.startswith("+84"):
        digits = "0" + digits[3:]
    elif digits.startswith("84") and len(digits) in (11, 12):
        digits = "0" + digits[2:]
    return digits


def validate_phone(value: str) -> None:
    """A Vietnamese mobile (03, 05, 07, 08, 09) or landline (02) number."""
    number = normalise_phone(value)
    if not _MOBILE.match(number) and not _LANDLINE.match(number):
        raise ValidationError(
            _("Số điện thoại gồm 10 chữ số, bắt đầu bằng 03, 05, 07, 08 hoặc 09 (máy bàn bắt đầu bằng 02)."),
            code="phone",
        )


def has_right_check_digit(tax_code: str) -> bool:
    """Of ten digits the last is 10 minus the weighted sum of the others modulo 11; no code has a remainder of 0."""
    total = sum(weight * int(digit) for weight, digit in zip(_TAX_CODE_WEIGHTS, tax_code[:9], strict=True))
    return 10 - total % 11 == int(tax_code[9])


def normalise_tax_code(value: str) -> str:
    """`0360123455`, of a branch `0360123455-001`, without blanks and dots; anything else comes back as it is."""
    digits = re.sub(r"[\s.\-]", "", value)
    return f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits


def validate_organisation_tax_code(value: str) -> None:
    """The tax code of an organisation or a branch, with its check digit (DOMAIN 8)."""
    if not value.isascii() or not _TAX_CODE.match(value):
        raise ValidationError(_("Mã số thuế có 10 chữ số, của chi nhánh có 13."), code="length")
    if not has_right_check_digit(value[:10]):
        raise ValidationError(_("Mã số thuế này không đúng. Xem lại xem có gõ nhầm số nào."), code="check_digit")
