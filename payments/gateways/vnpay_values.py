"""Texts, amounts and instants as VNPAY writes them, and what of a message is kept."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.core import clock
from portal.core.text import fold

MAX_VALUE_LENGTH = 512
MAX_MESSAGE_PARAMETERS = 40
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]+")
_DIGITS = re.compile(r"[0-9]{1,14}")


def plain_order_info(text: str) -> str:
    """Unaccented, only [A-Za-z0-9 ], at most 255: encoders disagree on anything else and the hash would break."""
    # fold() lowers the case, so it is used letter by letter to keep codes in capitals readable.
    unaccented = "".join(fold(char).upper() if char.isupper() else fold(char) or " " for char in text)
    return " ".join(_NOT_PLAIN.sub(" ", unaccented).split())[:255]


def stamp(instant: datetime) -> str:
    """yyyyMMddHHmmss on a Vietnamese wall clock."""
    return f"{clock.local(instant):%Y%m%d%H%M%S}"


def whole_dong(text: str) -> int | None:
    """đồng × 100 as digits -> whole đồng; None for anything else, hundredths included."""
    if not _DIGITS.fullmatch(text) or int(text) % 100:
        return None
    return int(text) // 100


def kept(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The vnp_ parameters as text fit for a JSON column: bounded in number and length, no NUL, no lone surrogate."""
    fit: dict[str, str] = {}
    for key, value in parameters.items():
        if not key.startswith("vnp_") or len(fit) >= MAX_MESSAGE_PARAMETERS or len(key) > 64:
            continue
        text = "" if value is None else str(value)
        fit[_storable(key)] = _storable(text[:MAX_VALUE_LENGTH])
    return fit


def _storable(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
