"""Places of birth registration, the first three digits of a personal id number: the 63 provinces under the codes of QĐ
124/2004/QĐ-TTg (numbers given before 1/7/2025 keep them, a merged province keeps one of them), from 100 on other countries."""

PROVINCES = frozenset(
    (
        1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45, 46,
        48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94,
        95, 96,
    )
)  # fmt: skip
FIRST_FOREIGN = 100


def is_registration_place(code: str) -> bool:
    """Can the three digits stand at the head of a number?"""
    return int(code) in PROVINCES or int(code) >= FIRST_FOREIGN
