"""The shape of a comparison, and how rows are set against each other. Pure: no queries."""

import difflib
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procedures.models import ProcedureRevision

# Beyond this a word by word look costs much and shows nothing: the texts stand as they are.
_LONGEST_MARKED = 4_000
_WORDS = re.compile(r"\s+|[^\s]+")


class Sign(TextChoices):
    """What happened to a row."""

    ADDED = "added", gettext_lazy("Thêm mới")
    REMOVED = "removed", gettext_lazy("Bỏ đi")
    CHANGED = "changed", gettext_lazy("Thay đổi")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text; `is_marked` = they are not in the other one."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """One property of a row, before and after; "" = it had, or has, none."""

    label: str
    before: str
    after: str

    @property
    def before_pieces(self) -> list[Piece]:
        return _pieces(self.before, self.after)

    @property
    def after_pieces(self) -> list[Piece]:
        return _pieces(self.after, self.before)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row that differs. An added one has only `after` in its details, a removed one only `before`."""

    sign: Sign
    title: str
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """What differs in one part of a revision: facts, cases, documents, and so on."""

    key: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class RevisionComparison:
    """`groups` holds only parts that differ, in the order in which a procedure is read."""

    before: ProcedureRevision
    after: ProcedureRevision
    groups: tuple[Group, ...] = field(default=())

    @property
    def is_empty(self) -> bool:
        return not self.groups

    @property
    def count(self) -> int:
        """How many rows differ."""
        return sum(len(group.entries) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Row:
    """A row in words: what it is called, and its properties by label. `key` matches it with its other version."""

    key: Hashable
    title: str
    values: Mapping[str, str]


def entries_of(before: Sequence[Row], after: Sequence[Row], *, is_ordered: bool = False) -> tuple[Entry, ...]:
    """Added, removed and changed rows, in the order of the newer revision, removed ones where they stood.

    `is_ordered`: the order of the rows means something, so a change of it is told too.
    """
    olds, news = unique(before), unique(after)
    found: list[Entry] = []
    for key in _merged(list(olds), list(news)):
        old, new = olds.get(key), news.get(key)
        if old is None and new is not None:
            details = tuple(Detail(label, "", text) for label, text in new.values.items() if text)
            found.append(Entry(Sign.ADDED, new.title, details))
        elif new is None and old is not None:
            details = tuple(Detail(label, text, "") for label, text in old.values.items() if text)
            found.append(Entry(Sign.REMOVED, old.title, details))
        elif old is not None and new is not None:
            details = _differences(old.values, new.values)
            if details:
                found.append(Entry(Sign.CHANGED, new.title, details))
    if is_ordered:
        found += _order(olds, news)
    return tuple(found)


def unique(rows: Sequence[Row]) -> dict[Hashable, Row]:
    """Rows by key; a second one of the same key is told apart by its number."""
    found: dict[Hashable, Row] = {}
    for row in rows:
        key, number = row.key, 2
        while key in found:
            key, number = (row.key, number), number + 1
        found[key] = row
    return found


def _merged(olds: list[Hashable], news: list[Hashable]) -> list[Hashable]:
    """Keys of both, the newer order, each removed key after the one it stood behind."""
    merged = list(news)
    for position, key in enumerate(olds):
        if key in news:
            continue
        before = [other for other in olds[:position] if other in merged]
        merged.insert(merged.index(before[-1]) + 1 if before else 0, key)
    return merged


def _differences(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Detail, ...]:
    return tuple(
        Detail(label, before.get(label, ""), after.get(label, ""))
        for label in dict.fromkeys([*after, *before])
        if before.get(label, "") != after.get(label, "")
    )


def _order(olds: Mapping[Hashable, Row], news: Mapping[Hashable, Row]) -> list[Entry]:
    stayed_before, stayed_after = [key for key in olds if key in news], [key for key in news if key in olds]
    if stayed_before == stayed_after:
        return []
    was = "; ".join(olds[key].title for key in stayed_before)
    now = "; ".join(news[key].title for key in stayed_after)
    return [Entry(Sign.CHANGED, _("Thứ tự"), (Detail(_("Thứ tự"), was, now),))]


def _pieces(text: str, other: str) -> list[Piece]:
    """The text cut where it differs from the other; whole and unmarked when one of them is blank or they are long."""
    if not text:
        return []
    if not other or max(len(text), len(other)) > _LONGEST_MARKED:
        return [Piece(text, is_marked=bool(not other))]
    words, other_words = _WORDS.findall(text), _WORDS.findall(other)
    matcher = difflib.SequenceMatcher(a=words, b=other_words, autojunk=False)
    return [
        Piece("".join(words[start:end]), is_marked=operation != "equal")
        for operation, start, end, _other_start, _other_end in matcher.get_opcodes()
        if end > start
    ]
