"""What must not stand in an answer that everybody reads. Pure."""

import re

from portal.core.text import fold

# Nine digits and more are a card, an identity number, a tax code or a telephone, whatever stands between them.
_NUMBER = re.compile(r"(?:\d[\s.\-]?){8,}\d")
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
    if _NUMBER.search(text):
        found.append("number")
    if _EMAIL.search(text):
        found.append("email")
    return found
