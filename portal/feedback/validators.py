"""What must not stand in an answer that everybody reads. Pure."""

import re

from portal.core.text import fold

# Nine digits and more are a card, an identity number, a tax code or a telephone, whatever stands between them.
_BETWEEN = r"[\s.,\-/()]{0,3}"
_NUMBER = re.compile(rf"\d(?:{_BETWEEN}\d){{8,}}")
# Sums of money and dates are no numbers of persons, alone or one after the other.
_SUM_OR_DATE = r"(?:[1-9]\d{0,2}(?:\.\d{3})+|(?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])/(?:19|20)\d\d)"
_HARMLESS = re.compile(rf"{_SUM_OR_DATE}(?:[\s,\-]{{1,3}}{_SUM_OR_DATE})*")
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


def personal_parts(text: str, *, sender_name: str, dossier_code: str) -> list[str]:
    """What in the text tells of a person, as words for the officer: "name", "number", "email", "dossier_code"."""
    found = []
    name = fold(sender_name)
    # A name of one word is a word like any other ("An", "Hoa").
    if " " in name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", fold(text)):
        found.append("name")
    if dossier_code and dossier_code.lower() in text.lower():
        found.append("dossier_code")
    if any(not _HARMLESS.fullmatch(number[0]) for number in _NUMBER.finditer(text)):
        found.append("number")
    if _EMAIL.search(text):
        found.append("email")
    return found
