"""Verification codes: drawn at random, typed from paper by people (a leaf: no rows).

Crockford's base 32: no I, L, O, U; 15 random signs (75 bits, so none is guessed) and one check sign by Luhn mod 32, which
catches every single wrong sign and nearly every swap of neighbours before the database is asked.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1", "Đ": "D"})


def draw_code() -> str:
    """A new code of 16 signs. It is printed on the paper before the paper is registered."""
    body = "".join(secrets.choice(ALPHABET) for _position in range(LENGTH - 1))
    return body + _check_sign(body)


def printed_code(code: str) -> str:
    """As it stands on the paper: groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def read_code(typed: str) -> str | None:
    """The code a person typed: case, blanks, dashes and look-alike letters forgiven; None when it cannot be one."""
    if len(typed) > 4 * LENGTH:
        return None
    kept = "".join(sign for sign in typed.upper().translate(_READ_AS) if not sign.isspace() and sign not in "-–.")
    if len(kept) != LENGTH or any(sign not in ALPHABET for sign in kept):
        return None
    return kept if kept[-1] == _check_sign(kept[:-1]) else None


def _check_sign(body: str) -> str:
    total = 0
    for position, sign in enumerate(reversed(body)):
        value = ALPHABET.index(sign) * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
