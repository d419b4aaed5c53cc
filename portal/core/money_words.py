"""Whole đồng in Vietnamese words, as papers about money want them: "Một trăm ba mươi lăm nghìn đồng chẵn"."""

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
# After "mươi" three digits sound otherwise: hai mươi mốt, hai mươi tư, hai mươi lăm.
_AFTER_TENS = {1: "mốt", 4: "tư", 5: "lăm"}
_GROUPS = ("", "nghìn", "triệu")
_BILLION = 10**9


def number_in_words(number: int) -> str:
    """A whole number not below zero in lower case, read as accountants read it.

    Groups of three digits with "nghìn", "triệu", "tỷ"; what is above a thousand "tỷ" is counted in "tỷ" again. A group
    after the first is read in full ("không trăm linh năm"), an empty one is left out. Raises ValueError below zero.
    """
    if number < 0:
        raise ValueError("an amount in words is not below zero")
    return " ".join(_words(number, is_first=True)) or _DIGITS[0]


def amount_in_words(amount: int) -> str:
    """`amount` whole đồng, with a capital and the unit. Round thousands end in "chẵn", so that nothing can be added."""
    words = number_in_words(amount)
    unit = "đồng chẵn" if amount and amount % 1000 == 0 else "đồng"
    return f"{words[0].upper()}{words[1:]} {unit}"


def _words(number: int, *, is_first: bool) -> list[str]:
    billions, rest = divmod(number, _BILLION)
    words = [*_words(billions, is_first=True), "tỷ"] if billions else []
    is_first = is_first and not billions
    for power in (2, 1, 0):
        group = rest // 1000**power % 1000
        if not group:
            continue
        words += [*_group(group, is_first=is_first), *([_GROUPS[power]] if power else [])]
        is_first = False
    return words


def _group(number: int, *, is_first: bool) -> list[str]:
    """Three digits. The first group of a number has no "không trăm" and no "linh" before it."""
    hundreds, tens, units = number // 100, number // 10 % 10, number % 10
    has_hundreds = hundreds > 0 or not is_first
    words = [_DIGITS[hundreds], "trăm"] if has_hundreds else []
    if tens == 0:
        if units:
            words += [*(["linh"] if has_hundreds else []), _DIGITS[units]]
    elif tens == 1:
        words.append("mười")
        if units:
            words.append("lăm" if units == 5 else _DIGITS[units])
    else:
        words += [_DIGITS[tens], "mươi"]
        if units:
            words.append(_AFTER_TENS.get(units, _DIGITS[units]))
    return words
