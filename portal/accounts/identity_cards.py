"""Reads the text in the QR code of a Vietnamese identity card (căn cước công dân since 2021, căn cước since 2024).

A hardware scanner types it like a keyboard: `number|old number|name|ddmmyyyy|sex|address|ddmmyyyy issued`, on newer cards
with more parts behind. Pure: text in, facts out.
"""

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.accounts.enums import Sex
from portal.accounts.errors import CardUnreadable
from portal.accounts.validators import validate_id_matches_profile, validate_personal_id_number
from portal.core import clock
from portal.core.text import fold, normalise

LONGEST = 2000
_BARS = str.maketrans({"｜": "|", "¦": "|", "│": "|"})
# What scanners and copying put around the text: byte order mark, control characters, zero-width blanks.
_NOISE = re.compile("[\ufeff\u200b-\u200f\u2060\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DATE = re.compile(r"^(\d{2})[./-]?(\d{2})[./-]?(\d{4})$")
_SEXES = {"nam": Sex.MALE, "male": Sex.MALE, "nu": Sex.FEMALE, "female": Sex.FEMALE}
_LEAST_PARTS = 6


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """What a card says. `old_number` is the former 9-digit one, "" for none; `issued_on` None when it is not told."""

    personal_id_number: str
    full_name: str
    date_of_birth: date | None
    sex: str
    address: str
    old_number: str = ""
    issued_on: date | None = None


def looks_like_card(text: str) -> bool:
    """Was a card scanned into the box, or something typed?"""
    return text.translate(_BARS).count("|") >= 2


def read_card(text: str) -> IdentityCard:
    """The facts of a card. Raises CardUnreadable with the part that is wrong; never guesses a number or a date."""
    parts = _parts(text)
    if len(parts) < _LEAST_PARTS:
        raise CardUnreadable
    number, old_number, name, born, sex_word, address = parts[:6]
    number, old_number = "".join(number.split()), "".join(old_number.split())
    sex = _SEXES.get(fold(sex_word), "")
    try:
        validate_personal_id_number(number)
    except ValidationError as error:
        raise _wrong(" ".join(error.messages)) from None
    if not any(char.isalpha() for char in name):
        raise _wrong(str(_("Mã QR không có họ tên.")))
    date_of_birth = _date(born)
    if (born and date_of_birth is None) or (sex_word and not sex):
        raise CardUnreadable
    try:
        validate_id_matches_profile(number, date_of_birth, sex)
    except ValidationError as error:
        raise _wrong(" ".join(error.messages)) from None
    return IdentityCard(
        personal_id_number=number,
        full_name=_readable(name)[:120],
        date_of_birth=date_of_birth,
        sex=sex,
        address=address[:255],
        old_number=old_number if old_number.isascii() and old_number.isdigit() else "",
        issued_on=_date(parts[6]) if len(parts) > 6 else None,
    )


def _parts(text: str) -> list[str]:
    """The parts of the first scan in the text: a finger on the trigger twice types the card twice."""
    cleaned = _NOISE.sub("", text[:LONGEST].translate(_BARS)).strip()
    lines = cleaned.splitlines()
    return [normalise(part) for part in (lines[0] if lines else "").split("|")]


def _date(text: str) -> date | None:
    """A day as printed on the card; None for one that is not on the calendar or is still to come."""
    found = _DATE.match(text)
    if found is None:
        return None
    day, month, year = (int(part) for part in found.groups())
    try:
        read = date(year, month, day)
    except ValueError:
        return None
    return read if read.year >= 1900 and read <= clock.today() else None


def _readable(name: str) -> str:
    """Cards print names in capitals; people write them with a capital each."""
    return " ".join(word.capitalize() for word in name.split()) if name.isupper() else name


def _wrong(sentence: str) -> CardUnreadable:
    return CardUnreadable(fields={"who": sentence})
