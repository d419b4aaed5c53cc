"""Whole Vietnamese đồng: how an amount is written and read."""

import re

NO_BREAK_SPACE = "\u00a0"
# At most fifteen digits, in one piece or in threes parted by one sign throughout: 12.5 is a slip, not 125.
_WHOLE = re.compile(r"[0-9]{1,15}|[0-9]{1,3}([.,\s])[0-9]{3}(?:\1[0-9]{3}){0,3}")
_CURRENCY = re.compile(r"\s*(?:đ|₫|vnd)$", re.IGNORECASE)


def format_vnd(amount: int) -> str:
    """`135000` as `135.000 đ`, the blank not breaking."""
    return f"{amount:,}".replace(",", ".") + NO_BREAK_SPACE + "đ"


def read_vnd(typed: str) -> int | None:
    """Whole đồng from what people type: 135000, 135.000, 135 000 đ; None for anything else."""
    return read_whole(_CURRENCY.sub("", typed.strip(), count=1))


def read_whole(typed: str) -> int | None:
    """A whole number as people type it: 1000, 1.000, 1 000; None for anything else, a fraction among it."""
    text = typed.strip()
    return int(re.sub(r"[.,\s]", "", text)) if _WHOLE.fullmatch(text) is not None else None
