"""From a statement's lines to its movements: the row of titles found, each line read, every fault told at once.

Either every line is understood or nothing of the file is used: half a statement would make the other half look like
missing money. What stands in a line is never repeated.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from payments.enums import StatementMeaning
from payments.gateways.base import StatementRow, StatementUnreadable, StatementWords
from payments.gateways.statement_cells import cells_of
from payments.gateways.statement_values import Problem, begins_with_digit, plain

# How far down the row of titles may stand: exports begin with the bank, the account and the period.
TITLES_WITHIN = 40
MOST_PROBLEMS_TOLD = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the titles: its number in the file, the cells by the meaning of their column, and all of them."""

    number: int
    values: Mapping[str, Any]
    cells: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Movement:
    """A line that was read. `facts` are what makes it the same movement when it is listed again."""

    row: StatementRow
    facts: Hashable = ()


def with_more(words: StatementWords, more: StatementWords) -> dict[str, tuple[str, ...]]:
    """The built-in words and those of an installation, which come first; meanings that nobody reads are left out."""
    return {meaning: (*more.get(meaning, ()), *known) for meaning, known in words.items()}


def lines_of(
    content: bytes, *, words: StatementWords, columns: Collection[str], needed: Sequence[Sequence[str]]
) -> list[Line]:
    """The lines below the titles. `needed` are the columns that must be there, each a choice of some.

    Raises StatementUnreadable with the columns that are missing.
    """
    lines = list(cells_of(content))
    known = {column: words[column] for column in columns}
    places, begin = _find_titles(lines, known, needed)
    return [
        Line(number, {name: cells[at] if at < len(cells) else None for name, at in places.items()}, cells)
        for number, cells in lines[begin:]
    ]


def movements_of(lines: Iterable[Line], read: Callable[[Line], Movement | None]) -> list[StatementRow]:
    """What `read` makes of each line (None: no movement), the same movement listed twice given once.

    Raises StatementUnreadable with all problems, one a line of `fields["file"]`; lines that share a number and say
    different things are one.
    """
    problems: list[str] = []
    seen: dict[str, tuple[int, Movement]] = {}
    for line in lines:
        try:
            movement = read(line)
            if movement is None:
                continue
            first, known = seen.setdefault(movement.row.movement_id, (line.number, movement))
            if known != movement:
                raise Problem(_("cùng mã giao dịch với dòng %(first)d nhưng nội dung khác") % {"first": first})
        except Problem as problem:
            problems.append(_("Dòng %(line)d: %(what)s.") % {"line": line.number, "what": problem})
    if problems:
        told = problems[:MOST_PROBLEMS_TOLD]
        if len(problems) > len(told):
            told.append(_("và %(count)d dòng nữa.") % {"count": len(problems) - len(told)})
        raise StatementUnreadable(
            _("Không nhập dòng nào: có %(count)d dòng không đọc được.") % {"count": len(problems)},
            fields={"file": "\n".join(told)},
        )
    return [movement.row for _number, movement in seen.values()]


def _find_titles(
    lines: Sequence[tuple[int, list[Any]]], known: StatementWords, needed: Sequence[Sequence[str]]
) -> tuple[dict[str, int], int]:
    """Which column stands where, and the place of the first line below. Two rows may share the titles: a cell merged
    over "Nợ" and "Có", or each title once more in English."""
    missing = [choice[0] for choice in needed]
    for at, (number, cells) in enumerate(lines):
        if number > TITLES_WITHIN:
            break
        own, below = [_titles_in(cell) for cell in cells], lines[at + 1][1] if at + 1 < len(lines) else []
        for titles, rows in ((_joined(own, below, known), 2), (own, 1)):
            places = _places(titles, known)
            lacking = [choice[0] for choice in needed if not places.keys() & set(choice)]
            if not lacking:
                return places, at + rows
            missing = lacking if len(lacking) < len(missing) else missing
    names = ", ".join(str(StatementMeaning(name).label) for name in missing)
    if len(missing) == len(needed):
        raise StatementUnreadable(
            _("Không tìm thấy dòng tiêu đề trong %(most)d dòng đầu. Cần có các cột: %(names)s.")
            % {"most": TITLES_WITHIN, "names": names}
        )
    raise StatementUnreadable(
        _(
            "Dòng tiêu đề thiếu cột: %(names)s. Nếu cột ấy mang tên khác, quản trị viên khai tên ở mục “Từ trong sao kê”."
        )
        % {"names": names}
    )


def _titles_in(cell: Any) -> set[str]:
    """The words of a title, whole and by its parts: two languages are split at "/" or at the line."""
    if not isinstance(cell, str):
        return set()
    return {plain(part) for part in (cell, *re.split(r"[/\n\r|]", cell))} - {""}


def _joined(own: list[set[str]], below: Sequence[Any], known: StatementWords) -> list[set[str]]:
    """The titles of two rows, column by column; nothing unless both are rows of titles."""
    under = [_titles_in(cell) for cell in below]
    words = {word for choice in known.values() for word in choice}
    if not all(any(titles & words for titles in row) for row in (own, under)) or any(map(begins_with_digit, below)):
        return []
    width = max(len(own), len(under))
    own, under = (titles + [set()] * (width - len(titles)) for titles in (own, under))
    return [above | titles for above, titles in zip(own, under, strict=True)]


def _places(titles: Sequence[set[str]], known: StatementWords) -> dict[str, int]:
    places: dict[str, int] = {}
    taken: set[int] = set()
    # "Nợ/Có" tells the direction; its parts would name two columns of amounts.
    for name in sorted(known, key=lambda name: name != StatementMeaning.DIRECTION):
        # The earlier word of the list wins: "ngay giao dich" is the day even where "ngay hieu luc" stands first.
        found = (at for word in known[name] for at, words in enumerate(titles) if word in words and at not in taken)
        at = next(found, None)
        if at is not None:
            places[name] = at
            if name == StatementMeaning.DIRECTION:
                taken.add(at)
    return places
