"""What was typed, understood: folded words, spelling mended by the words of the catalogue, other words for the same.

Everything that knows the catalogue's language is data (`SearchWord`, `SearchSynonym`); here is only the way of reading.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from django.db.models import F, TextField, Value
from django.db.models.functions import Concat

from portal.core.text import fold, normalise
from procedures.enums import SynonymKind
from procedures.models import SearchSynonym, SearchWord

_LONGEST_QUERY = 200
_MOST_WORDS = 12
# What was typed and a few readings of it: more would cost and find little.
_MOST_READINGS = 5
# A mend of a shorter word would be a guess.
_SHORTEST_MENDED = 3
_LONGEST_MENDED = 12
# Stands for the size of the catalogue where the weight of a word is worked out; its order of magnitude is enough.
_CATALOGUE_SIZE = 4_000
# A rare word may be the one that matters as well as chatter; one that is in no procedure cannot help.
_MOST_WEIGHT = 4.5
_UNKNOWN_WEIGHT = 0.5
# A full stop stays only inside a number or a name ("1.004194").
_NOT_SEARCHED = re.compile(r"(?:[^a-z0-9.]|\.(?![a-z0-9])|(?<![a-z0-9])\.)+")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# Of what is typed: accented letters stay, "đăng-ký" is two words.
_NOT_A_LETTER = re.compile(r"[^\w.]+|_")
_LETTERS = "abcdeghiklmnopqrstuvx"
_TELEX_SHAPES = (("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("aw", "a"), ("ow", "o"), ("uw", "u"), ("w", "u"))
_TELEX_TONE = re.compile(r"(?<=[aeiou])[sfrxj]|[sfrxj]$")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: as typed (NFC, lower case) and folded."""

    typed: str
    folded: str

    @property
    def has_accents(self) -> bool:
        return not self.typed.isascii()


@dataclass(frozen=True, slots=True)
class UnderstoodQuery:
    """`readings` are sequences of folded words, the likeliest first; each is another way to say what was asked.

    `mended` is the query with its typing errors mended, "" when nothing was.
    """

    text: str
    readings: list[tuple[str, ...]]
    mended: str = ""


def searchable(*parts: str) -> str:
    """Folded words between single blanks, parts between bars: " dang ki tam tru | 1.004194 | cu tru ".

    y and i are one letter here and nowhere else: people write "kỹ" and "kĩ" for the same word.
    """
    texts = [_NOT_SEARCHED.sub(" ", fold(part).replace("y", "i")).strip() for part in parts]
    return f" {' | '.join(text for text in texts if text)} "


def clean_query(text: str) -> str:
    """What was typed as one line, without control characters, cut to a length that no honest query reaches."""
    return normalise(_UNPRINTABLE.sub(" ", text))[:_LONGEST_QUERY].strip()


def words_of(text: str, *, most: int | None = _MOST_WORDS) -> list[Word]:
    """The words of a line; a full stop ends a word unless it stands inside one ("1.004194")."""
    words = []
    for typed in _NOT_A_LETTER.sub(" ", text.lower()).split():
        folded = searchable(typed).split()
        spelt = [typed.strip(".")] if len(folded) == 1 else folded
        words += [Word(one, plain) for one, plain in zip(spelt, folded, strict=True)]
    return words[:most]


def understand(query: str) -> UnderstoodQuery:
    """Read a cleaned query. Two short lookups by key; two more when a word is not in the catalogue's language."""
    words = words_of(query)
    mended = _mend(words)
    if mended is None:
        return UnderstoodQuery(query, _readings(words))
    return UnderstoodQuery(query, _readings(mended), " ".join(_with_accents(mended)))


def weights(readings: Iterable[Sequence[str]]) -> dict[str, float]:
    """How rare words are, and pairs of neighbours that stand together in some name; other pairs are left out."""
    asked = {word for reading in readings for word in reading}
    pairs = {f"{left} {right}" for reading in readings for left, right in pairwise(reading)}
    return dict.fromkeys(asked, _UNKNOWN_WEIGHT) | {
        row.word: min(math.log(1 + _CATALOGUE_SIZE / max(row.document_count, 1)), _MOST_WEIGHT)
        for row in SearchWord.objects.filter(word__in=asked | pairs)
    }


# --- Spelling


def _mend(words: Sequence[Word]) -> list[Word] | None:
    """The words with those the catalogue does not know mended; None when there is nothing to mend or no way to."""
    folded = {word.folded for word in words}
    known = set(SearchWord.objects.filter(word__in=folded).values_list("word", flat=True)) if folded else set()
    ways = {
        position: _near(word.folded)
        for position, word in enumerate(words)
        if word.folded not in known
        and word.folded.isalpha()
        and _SHORTEST_MENDED <= len(word.folded) <= _LONGEST_MENDED
    }
    candidates = {part for near in ways.values() for parts in near for part in parts}
    if not candidates:
        return None
    exist = {row.word: row for row in SearchWord.objects.filter(word__in=candidates)}
    possible = {
        position: [parts for parts in near if all(part in exist for part in parts)] for position, near in ways.items()
    }
    if not any(possible.values()):
        return None
    pairs = _pairs(words, possible)
    result: list[Word] = []
    for position, word in enumerate(words):
        choices = possible.get(position)
        if not choices:
            result.append(word)
            continue
        before = result[-1].folded if result else ""
        after = words[position + 1].folded if position + 1 < len(words) else ""
        best = max(choices, key=lambda parts: _likelihood(word, parts, before, after, exist, pairs))  # noqa: B023
        result += [Word(part, part) for part in best]
    return result


def _near(word: str) -> list[tuple[str, ...]]:
    """Words one slip away: Telex that was not composed, a blank left out, a letter too many, too few, wrong or swapped."""
    near: dict[tuple[str, ...], None] = {}
    composed = word
    for shape, letter in _TELEX_SHAPES:
        composed = composed.replace(shape, letter)
    for spelling in (composed, _TELEX_TONE.sub("", composed), _TELEX_TONE.sub("", word)):
        if spelling and spelling != word:
            near[(spelling,)] = None
    splits = [(word[:at], word[at:]) for at in range(1, len(word))]
    near |= dict.fromkeys((left, right) for left, right in splits if len(left) > 1 and len(right) > 1)
    ends = [*splits, ("", word), (word, "")]
    for left, right in ends:
        edits = [left + letter + right for letter in _LETTERS]
        if right:
            edits += [left + right[1:], *(left + letter + right[1:] for letter in _LETTERS)]
        if len(right) > 1:
            edits.append(left + right[1] + right[0] + right[2:])
        near |= dict.fromkeys((edit,) for edit in edits if len(edit) > 1 and edit != word)
    return list(near)


def _pairs(words: Sequence[Word], possible: dict[int, list[tuple[str, ...]]]) -> dict[str, SearchWord]:
    asked: set[str] = set()
    for position, choices in possible.items():
        before = _endings(words, possible, position - 1)
        after = _beginnings(words, possible, position + 1)
        for parts in choices:
            asked.update(f"{word} {parts[0]}" for word in before)
            asked.update(f"{parts[-1]} {word}" for word in after)
            asked.update(f"{left} {right}" for left, right in pairwise(parts))
    return {row.word: row for row in SearchWord.objects.filter(word__in=asked)} if asked else {}


def _endings(words: Sequence[Word], possible: dict[int, list[tuple[str, ...]]], position: int) -> list[str]:
    if position < 0:
        return []
    return [parts[-1] for parts in possible.get(position, [])] or [words[position].folded]


def _beginnings(words: Sequence[Word], possible: dict[int, list[tuple[str, ...]]], position: int) -> list[str]:
    if position >= len(words):
        return []
    return [parts[0] for parts in possible.get(position, [])] or [words[position].folded]


def _likelihood(
    word: Word,
    parts: tuple[str, ...],
    before: str,
    after: str,
    exist: dict[str, SearchWord],
    pairs: dict[str, SearchWord],
) -> tuple[int, bool, int]:
    """How often it stands beside its neighbours, whether the accents are those typed, how often it occurs at all."""
    chain = [before, *parts, after]
    beside = sum(pairs[key].document_count for left, right in pairwise(chain) if (key := f"{left} {right}") in pairs)
    has_its_accents = word.has_accents and _is_one_slip(word.typed, " ".join(exist[part].shown for part in parts))
    return beside, has_its_accents, min(exist[part].document_count for part in parts)


def _is_one_slip(typed: str, shown: str) -> bool:
    """Do the two differ in one letter, or in two that changed places?"""
    start = next((at for at, (one, other) in enumerate(zip(typed, shown, strict=False)) if one != other), None)
    if start is None:
        return abs(len(typed) - len(shown)) <= 1
    one, other = typed[start:], shown[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])


def _with_accents(words: Sequence[Word]) -> list[str]:
    """Words as they were typed; those without accents as they are written beside their neighbours, or mostly."""
    folded = [word.folded for word in words]
    asked = {*folded, *(f"{left} {right}" for left, right in pairwise(folded))}
    rows = {row.word: row.shown for row in SearchWord.objects.filter(word__in=asked)}
    shown = []
    for position, word in enumerate(words):
        before = f"{folded[position - 1]} {word.folded}" if position else ""
        after = f"{word.folded} {folded[position + 1]}" if position + 1 < len(words) else ""
        if word.has_accents:
            shown.append(word.typed)
        elif before in rows:
            shown.append(rows[before].split(" ")[-1])
        elif after in rows:
            shown.append(rows[after].split(" ")[0])
        else:
            shown.append(rows.get(word.folded, word.typed))
    return shown


# --- Other words for the same


@dataclass(frozen=True, slots=True)
class _Segment:
    """Some words of the query and what they may be replaced by, the likeliest first; () drops them."""

    ways: tuple[tuple[str, ...], ...]


def _readings(words: Sequence[Word]) -> list[tuple[str, ...]]:
    """What was asked in the catalogue's words, then what was typed."""
    typed = tuple(word.folded for word in words)
    if not typed:
        return []
    segments = _segments(words, _synonyms_in(typed))
    readings: dict[tuple[str, ...], None] = {}
    for chosen in product(*(segment.ways for segment in segments)):
        reading = tuple(word for way in chosen for word in way)
        if reading:
            readings[reading] = None
        if len(readings) == _MOST_READINGS - 1:
            break
    readings[typed] = None
    return list(readings)


def _synonyms_in(typed: tuple[str, ...]) -> dict[tuple[str, ...], list[SearchSynonym]]:
    padded = Concat(Value(" "), F("folded_term"), Value(" "), output_field=TextField())
    rows = SearchSynonym.objects.filter(is_active=True).alias(asked=Value(f" {' '.join(typed)} ", TextField()))
    found: dict[tuple[str, ...], list[SearchSynonym]] = {}
    for row in rows.filter(asked__contains=padded).order_by("pk"):
        found.setdefault(tuple(row.folded_term.split(" ")), []).append(row)
    return found


def _segments(words: Sequence[Word], synonyms: dict[tuple[str, ...], list[SearchSynonym]]) -> list[_Segment]:
    """The query cut from left to right, the longest term first."""
    lengths = sorted({len(term) for term in synonyms}, reverse=True)
    segments: list[_Segment] = []
    position = 0
    while position < len(words):
        for length in lengths:
            here = words[position : position + length]
            term = tuple(word.folded for word in here)
            meant = [row for row in synonyms.get(term, ()) if _is_meant(row, here)]
            if len(here) == length and meant:
                ways = dict.fromkeys(tuple(searchable(row.meaning).split()) for row in meant)
                # Names of the catalogue use abbreviations too.
                ways |= {} if () in ways else {term: None}
                segments.append(_Segment(tuple(ways)))
                position += length
                break
        else:
            segments.append(_Segment(((words[position].folded,),)))
            position += 1
    return segments


def _is_meant(row: SearchSynonym, words: Sequence[Word]) -> bool:
    """A filler is short and common, so one with other accents is another word: "chợ" is not "cho"."""
    if row.kind != SynonymKind.FILLER or not any(word.has_accents for word in words):
        return True
    return " ".join(word.typed for word in words) == normalise(row.term).lower()
