"""Finding what a person means in a list of names: with or without accents, with or without the word Phường before it."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from portal.core.text import fold

T = TypeVar("T")
_KIND_WORDS = re.compile(
    r"^(tinh|thanh pho|tp\.?|quan|huyen|thi xa|tx\.?|phuong|p\.|xa|thi tran|tt\.?|dac khu)\s+(?=\S)"
)
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'"})


def folded(name: str) -> str:
    """For comparing: no accents, one kind of apostrophe, dashes without blanks around them."""
    return re.sub(r"\s*[-–]\s*", "-", fold(name.translate(_APOSTROPHES))).strip(" .,")


def without_kind(name: str) -> str:
    """`Phường Xuân Hương - Đà Lạt` as `xuan huong-da lat`; a name that is only a number keeps its word."""
    short = _KIND_WORDS.sub("", folded(name))
    return folded(name) if short.isdigit() else short


def matches(typed: str, candidates: Sequence[T], names: Callable[[T], Iterable[str]]) -> list[T]:
    """The candidates meant: exactly as written, else without accents, else without the kind's word, else the part
    before a dash. The first of these that finds any decides; more than one found means it is not clear."""
    wanted, short = folded(typed), without_kind(typed)
    tests: tuple[Callable[[str], bool], ...] = (
        lambda name: name.casefold() == typed.casefold(),
        lambda name: folded(name) == wanted,
        lambda name: without_kind(name) == short,
        lambda name: "-" in without_kind(name) and without_kind(name).split("-")[0] == short,
    )
    for fits in tests:
        found = [candidate for candidate in candidates if any(fits(name) for name in names(candidate))]
        if found:
            return found
    return []


def closest(typed: str, names: Iterable[str], *, limit: int = 3) -> list[str]:
    """Names that look like a mistyped one, the likeliest first; those that hold all that was typed count, too."""
    by_short: dict[str, str] = {}
    for name in names:
        by_short.setdefault(without_kind(name), name)
    short = without_kind(typed)
    holding = [name for key, name in by_short.items() if len(short) > 1 and short in key]
    alike = [by_short[key] for key in difflib.get_close_matches(short, by_short, n=limit, cutoff=0.6)]
    return list(dict.fromkeys([*holding, *alike]))[:limit]
