"""What a page draws, as operators with their operands. Strings and dictionaries are passed over: only places matter here.

pyHanko's own reader takes the operators `f` and `n` for the beginnings of "false" and "null".
"""

import re
from collections.abc import Iterator
from typing import Any

_TOKEN = re.compile(
    rb"[\x00\t\n\x0c\r ]+"
    rb"|%[^\r\n]*"
    rb"|(?P<open><<|\[)"
    rb"|(?P<close>>>|\])"
    rb"|(?P<hex><[0-9A-Fa-f\x00\t\n\x0c\r ]*>)"
    rb"|(?P<text>\()"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)"
    rb"|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|$))"
    rb"|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
)
_PAREN = re.compile(rb"\\.|[()]", re.DOTALL)
_CONSTANTS = {b"true", b"false", b"null"}


class NotUnderstood(Exception):
    """Something whose place on the page cannot be told."""


def operators(data: bytes) -> Iterator[tuple[str, list[Any]]]:
    """Each operator with its numbers (float) and names (str, with the slash); anything else counts as None.

    Raises NotUnderstood for an inline picture and for what is no content stream.
    """
    given: list[Any] = []
    depth, place = 0, 0
    while place < len(data):
        found = _TOKEN.match(data, place)
        if found is None:
            raise NotUnderstood
        place, kind = found.end(), found.lastgroup
        if kind is None:
            continue
        if kind == "open":
            if depth == 0:
                given.append(None)
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth < 0:
                raise NotUnderstood
        elif kind == "text":
            place = _end_of_text(data, place)
            if depth == 0:
                given.append(None)
        elif depth:
            continue
        elif kind == "number":
            given.append(float(found[0]))
        elif kind == "name":
            given.append(found[0].decode("latin-1"))
        elif kind == "hex" or found[0] in _CONSTANTS:
            given.append(None)
        else:
            if found[0] == b"BI":
                raise NotUnderstood
            yield found[0].decode("latin-1"), given
            given = []


def _end_of_text(data: bytes, place: int) -> int:
    open_parens = 1
    for found in _PAREN.finditer(data, place):
        if found[0] == b"(":
            open_parens += 1
        elif found[0] == b")":
            open_parens -= 1
            if open_parens == 0:
                return found.end()
    raise NotUnderstood
