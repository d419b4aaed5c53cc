"""Whole Vietnamese đồng: how an amount is written."""

NO_BREAK_SPACE = "\u00a0"


def format_vnd(amount: int) -> str:
    """`135000` as `135.000 đ`, the blank not breaking."""
    return f"{amount:,}".replace(",", ".") + NO_BREAK_SPACE + "đ"
