"""The short text by which a transfer is recognised on a bank statement. Pure but for the random part.

`DVC`, eleven random signs (55 bits) and two check signs, of an alphabet without I, L, O and U. The check tells every
single wrong sign and every two signs that changed places, so that a slip of the payer's goes to a person and never to
another payer's charge. Banks add words and blanks, fold the case and cut the end: `references_in` looks for the signs
alone, and a text that was cut is not recognised.
"""

import re
import secrets

from portal.core.text import fold

PREFIX = "DVC"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM, _CHECK = 11, 2
_PRIME = 1021
LENGTH = len(PREFIX) + _RANDOM + _CHECK
_VALUE = {sign: value for value, sign in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_NOT_SIGNS = re.compile(r"[^0-9A-Z]+")
# Overlapping: the prefix may stand in the words before it.
_CANDIDATE = re.compile(rf"(?={PREFIX}([0-9A-Z]{{{_RANDOM + _CHECK}}}))")


def new_reference() -> str:
    signs = "".join(secrets.choice(ALPHABET) for _sign in range(_RANDOM))
    return f"{PREFIX}{signs}{check_signs(signs)}"


def check_signs(signs: str) -> str:
    """Two signs for the random part: a sum with a weight of its own for each place, modulo a prime."""
    total = sum(weight * _VALUE[sign] for weight, sign in enumerate(signs, start=2)) % _PRIME
    return ALPHABET[total // 32] + ALPHABET[total % 32]


def references_in(text: str) -> list[str]:
    """The references that stand in a statement's text, in our spelling, each once."""
    folded = _NOT_SIGNS.sub("", fold(text).upper())
    found = []
    for match in _CANDIDATE.finditer(folded):
        try:
            signs = "".join(ALPHABET[_VALUE[sign]] for sign in match[1])
        except KeyError:
            continue
        if check_signs(signs[:_RANDOM]) == signs[_RANDOM:]:
            found.append(PREFIX + signs)
    return list(dict.fromkeys(found))
