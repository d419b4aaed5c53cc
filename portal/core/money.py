"""Whole Vietnamese đồng: how an amount is written and read."""

import re

NO_BREAK_SPACE = "\u00a0"
# At most fifteen digits, in one piece or in threes parted by one sign throughout: 12.5 is a slip, not 125.
_TYPED = re.compile(r"([0-9]{1,15}|[0-9]{1,3}([.,\s])[0-9]{3}(?:\2[0-9]{3}){0,3})\s*(?:đ|₫|vnd)?", re.IGNORECASE)


def format_vnd(amount: int) -> str:
    """`135000` as `135.000 đ`, the blank not breaking."""
    return f"{amount:,}".replace(",", ".") + NO_BREAK_SPACE + "đ"


def read_vnd(typed: str) -> int | None:
    """Whole đồng from what people type: 135000, 135.000, 135 000 đ; None for anything else."""
    found = _TYPED.fullmatch(typed.strip())
    return int(re.sub(r"[.,\s]", "", found[1])) if found is not None else None
