"""Search without accents, with typing errors mended, ranked, a page at a time by key; never empty without a suggestion.

All of it is PostgreSQL over one row a procedure (`ProcedureSearchDocument`). What was typed is read in the catalogue's
words (`query_words`); then the first of these that finds anything answers:

1. every word of a reading occurs, and close together in a name when there are many;
2. the words that weigh most occur (`is_loose` when no procedure has all of them);
3. every word occurs as a part of a word ("1.0041");
4. nothing: near names by trigrams, else what can be done online, as suggestions.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import (
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Least, StrIndex
from django.db.models.lookups import GreaterThan

from procedures.models import Procedure, ProcedureSearchDocument
from procedures.selectors.aliases import resolve_code
from procedures.selectors.facets import Chosen, FacetCounts, count_facets
from procedures.selectors.offerings import Offered, offered
from procedures.selectors.query_words import UnderstoodQuery, clean_query, searchable, understand, weights

__all__ = ["PAGE_SIZE", "SearchPage", "clean_query", "exact_code", "search", "searchable"]

PAGE_SIZE = 20
SUGGESTIONS = 8
# From so many words on it matters that they stand together.
_MANY_WORDS = 3
# Words in another order still fill a name that is not longer than so many times their number.
_FILLED = 2
# How far an answer is: what it lacks (1.0 = all), so much for a name that is long, for a word that is not in the name,
# and for what was typed as against its likeliest reading.
_CHANCE = 0.4
_OUTSIDE_NAME = 0.8
_LESS_LIKELY = 0.1
# The best ones: beyond them they have little to do with the question.
_MOST_LOOSE = 60
_TELLING = 4
# Of the weight of what was asked, this much must occur where not everything does.
_LOOSE_SHARE = 0.5
_CURSOR = re.compile(r"^(\d{1,7})-([1-9]\.\d{6})$")
_LIKE_A_CODE = re.compile(r"^[1-9]\.\d{6}(?:\.[0-9A-Za-z._-]+)?$")
# A rank is a step, then what sorts within it; each factor is larger than what stands below it can reach.
_STEP, _ACCENTS, _DESCRIBED, _LENGTH = 100_000, 50_000, 20_000, 10
_LONGEST_TITLE = 999


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits. `procedures` carry area, revision in force, terms and fee rules; `offered` tells what is offered
    of them and of `suggestions` (a procedure nobody offers is not in it).

    `mended` is the query as it was understood when a typing error was mended. `is_loose` says that no procedure has
    every word. `suggestions` are given only without a hit; `ignores_choice` says that they were found by leaving the
    chosen facets out.
    """

    text: str
    procedures: list[Procedure]
    counts: FacetCounts
    mended: str = ""
    is_loose: bool = False
    next_cursor: str = ""
    suggestions: list[Procedure] = field(default_factory=list)
    ignores_choice: bool = False
    offered: dict[int, Offered] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.counts.total


def search(text: str = "", *, chosen: Chosen | None = None, cursor: str = "") -> SearchPage:
    """Search published procedures. `cursor` is the `next_cursor` of the page before."""
    chosen = chosen or Chosen()
    query = clean_query(text)
    if not query:
        documents = _by_listing(ProcedureSearchDocument.objects.all())
        return _page(UnderstoodQuery("", []), documents, count_facets(documents, chosen), chosen, cursor)
    asked = understand(query)
    documents, counts, is_loose = _answer(asked, chosen)
    if counts.unfiltered:
        return _page(asked, documents, counts, chosen, cursor, is_loose=is_loose)
    suggestions = _near(asked)
    return SearchPage(query, [], counts, suggestions=suggestions, offered=offered(suggestions))


def exact_code(text: str) -> str | None:
    """The code of the procedure that was asked for by nothing but a code, its own, an old or a longer one; else None."""
    code = clean_query(text)
    if not _LIKE_A_CODE.match(code):
        return None
    resolved = resolve_code(code)
    return None if resolved is None else resolved.procedure.code


def _page(
    asked: UnderstoodQuery,
    documents: QuerySet[ProcedureSearchDocument],
    counts: FacetCounts,
    chosen: Chosen,
    cursor: str,
    *,
    is_loose: bool = False,
) -> SearchPage:
    if not counts.total:
        suggestions = _with_everything(_ordered(documents)[:SUGGESTIONS]) if counts.unfiltered else []
        return SearchPage(
            asked.text,
            [],
            counts,
            mended=asked.mended,
            suggestions=suggestions,
            ignores_choice=bool(suggestions),
            offered=offered(suggestions),
        )
    hits = _ordered(_after(documents.filter(chosen.condition()), cursor))
    rows: list[Any] = list(hits.values_list("procedure_id", "rank", "code")[: PAGE_SIZE + 1])  # type: ignore[misc]
    has_more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    procedures = shown_in_order([pk for pk, _rank, _code in rows])
    return SearchPage(
        asked.text,
        procedures,
        counts,
        mended=asked.mended,
        is_loose=is_loose,
        next_cursor=f"{rows[-1][1]}-{rows[-1][2]}" if has_more else "",
        offered=offered(procedures),
    )


# --- Which documents answer


def _answer(asked: UnderstoodQuery, chosen: Chosen) -> tuple[QuerySet[ProcedureSearchDocument], FacetCounts, bool]:
    """Ranked documents, their counts, and whether no document has every word."""
    documents = ProcedureSearchDocument.objects.all()
    if not asked.readings:
        nothing = documents.none().annotate(rank=Value(0), is_close=Value(True))
        return nothing, count_facets(nothing, chosen), False
    every_word = Q()
    for reading in asked.readings:
        every_word |= Q(words__contains=list(dict.fromkeys(reading)))
    strict = _by_fit(documents.filter(every_word), asked)
    counts = count_facets(strict, chosen)
    many = [reading for reading in asked.readings if len(reading) >= _MANY_WORDS]
    if counts.unfiltered and (counts.close or not many):
        return strict, counts, False
    # Many words that stand far apart in a long name are rarely what was meant.
    # The likeliest reading and what was typed: with more, chance finds more than sense.
    loose = [reading for reading in dict.fromkeys((asked.readings[0], asked.readings[-1])) if len(reading) > 1]
    if loose:
        wider = _by_weight(documents, loose, weights(loose))
        wider_counts = count_facets(wider, chosen)
        if wider_counts.unfiltered:
            return wider, wider_counts, not counts.unfiltered
    if counts.unfiltered:
        return strict, counts, False
    every_part = Q()
    for reading in asked.readings:
        part = Q()
        for word in reading:
            part &= Q(text__contains=word)
        every_part |= part
    parts = _by_fit(documents.filter(every_part), asked)
    return parts, count_facets(parts, chosen), False


def _by_listing(documents: QuerySet[ProcedureSearchDocument]) -> QuerySet[ProcedureSearchDocument]:
    """Those that go furthest online first."""
    return documents.annotate(rank=F("listing_rank"), is_close=Value(True))


def _by_fit(documents: QuerySet[ProcedureSearchDocument], asked: UnderstoodQuery) -> QuerySet[ProcedureSearchDocument]:
    """The code, the name with its accents, the name; then those that hold the phrase in their names, then those that
    hold its words in their names, then the phrase anywhere, then the words.

    Within a step: exact accents, then what a person can do through this portal before what is only described, then the
    shorter name (only where the name fits), then the higher level.
    """
    typed = (asked.mended or asked.text).lower()
    phrases = [f" {' '.join(reading)} " for reading in asked.readings]
    is_title, has_phrase, has_words, fills_name, says_phrase = Q(), Q(), Q(), Q(), Q()
    for reading, phrase in zip(asked.readings, phrases, strict=True):
        is_title |= Q(title=phrase)
        has_phrase |= Q(title__contains=phrase)
        words_in_name = Q(title_words__contains=list(dict.fromkeys(reading)))
        has_words |= words_in_name
        fills_name |= words_in_name & Q(title_length__lte=_FILLED * len(set(reading)))
        says_phrase |= Q(text__contains=phrase)
    fits_name = has_phrase | has_words
    within_name = _described() + _accents(typed) + _length() + F("listing_rank")
    within_text = F("listing_rank")
    rank = Case(
        When(code=asked.text, then=Value(0)),
        When(name=typed, then=Value(1)),
        When(is_title, then=2 + F("listing_rank")),
        When(has_phrase, then=_STEP + within_name),
        When(fits_name, then=2 * _STEP + within_name),
        When(says_phrase, then=3 * _STEP + within_text),
        default=4 * _STEP + within_text,
        output_field=IntegerField(),
    )
    return documents.annotate(rank=rank, is_close=ExpressionWrapper(has_phrase | fills_name, BooleanField()))


def _by_weight(
    documents: QuerySet[ProcedureSearchDocument], readings: list[tuple[str, ...]], worth: dict[str, float]
) -> QuerySet[ProcedureSearchDocument]:
    """Documents that hold enough of what was asked, by how much of it, how much of that in the name, and how long it is.

    Only documents with one of the most telling pairs of words are looked at; the best of them are found by one
    statement and taken by their keys from then on.
    """
    likely, distances = Q(), []
    for place, reading in enumerate(readings):
        words = list(dict.fromkeys(reading))
        # Most Vietnamese words are two syllables: together they say more than apart.
        pairs = [pair for left, right in pairwise(reading) if (pair := f"{left} {right}") in worth]
        whole = sum(worth[one] for one in (*words, *pairs)) or 1.0
        likely |= Q(words__overlap=_telling(words, pairs, worth))
        lacking: Combinable = Value(1.0 + place * _LESS_LIKELY, FloatField())
        for word in words:
            share = worth[word] / whole
            lacking -= _worth(f" {word} ", title=share, text=_OUTSIDE_NAME * share)
        for pair in pairs:
            lacking -= _worth(f" {pair} ", title=worth[pair] / whole)
        distances.append(lacking)
    lacking = Least(*distances) if len(distances) > 1 else distances[0]
    found = documents.filter(likely).values_list("procedure_id", lacking, "title_length", "listing_rank", "code")
    longest = max(len(reading) for reading in readings)
    # A long name holds many words by chance.
    ranked = sorted(
        (round(lacks + _CHANCE * (1 - min(longest / length, 1)), 2), length, listing_rank, code, key)
        for key, lacks, length, listing_rank, code in found
        if lacks <= 1 - _LOOSE_SHARE
    )
    keys = [key for *_rank, key in ranked[:_MOST_LOOSE]]
    place_among = Func(
        Value(keys, ArrayField(IntegerField())),
        F("procedure_id"),
        function="array_position",
        output_field=IntegerField(),
    )
    return documents.filter(pk__in=keys).annotate(rank=place_among, is_close=Value(True))


def _worth(phrase: str, *, title: float, text: float = 0.0) -> Case:
    """What it is worth that the name, or else the rest of the text, says so."""
    # A plain search in the text, faster than LIKE, which goes letter by letter.
    cases = [When(GreaterThan(StrIndex("title", Value(phrase)), 0), then=Value(title))]
    if text:
        cases.append(When(GreaterThan(StrIndex("text", Value(phrase)), 0), then=Value(text)))
    return Case(*cases, default=Value(0.0), output_field=FloatField())


def _telling(words: list[str], pairs: list[str], worth: dict[str, float]) -> list[str]:
    """The rarest pairs, or words where nothing stands together: without any of them it is no answer."""
    return sorted(pairs or words, key=lambda one: (-worth[one], one))[:_TELLING]


def _described() -> Case:
    return Case(When(listing_rank=3, then=Value(_DESCRIBED)), default=Value(0), output_field=IntegerField())


def _accents(typed: str) -> Case:
    return Case(When(name__contains=typed, then=Value(0)), default=Value(_ACCENTS), output_field=IntegerField())


def _length() -> Combinable:
    return Least(F("title_length"), Value(_LONGEST_TITLE)) * _LENGTH


def _ordered(documents: QuerySet[ProcedureSearchDocument]) -> QuerySet[ProcedureSearchDocument]:
    # `rank` is annotated by the functions above.
    return documents.order_by("rank", "code")  # type: ignore[misc]


def _after(documents: QuerySet[ProcedureSearchDocument], cursor: str) -> QuerySet[ProcedureSearchDocument]:
    """Rows behind the cursor; one that was tampered with starts from the top."""
    found = _CURSOR.match(cursor)
    if found is None:
        return documents
    rank, code = int(found[1]), found[2]
    return documents.filter(Q(rank__gt=rank) | Q(rank=rank, code__gt=code))


# --- Rows to show


def shown_in_order(keys: list[int]) -> list[Procedure]:
    """Procedures with all that a card shows, in the order of their keys; three queries."""
    found = (
        Procedure.objects.filter(pk__in=keys)
        .select_related("policy_area", "current_revision")
        .defer("search_text", "current_revision__requirements", "current_revision__form_definition")
        .prefetch_related("current_revision__terms", "current_revision__fee_rules")
    )
    by_key = {procedure.pk: procedure for procedure in found}
    return [by_key[key] for key in keys if key in by_key]


def _with_everything(documents: QuerySet[ProcedureSearchDocument]) -> list[Procedure]:
    return shown_in_order(list(documents.values_list("procedure_id", flat=True)))


def _near(asked: UnderstoodQuery) -> list[Procedure]:
    """Names that look like what was typed, through the trigram index; else what can be done online."""
    words = searchable(asked.mended or asked.text).strip()
    documents = ProcedureSearchDocument.objects.all()
    found: list[Procedure] = []
    if words:
        near = documents.filter(text__trigram_word_similar=words)
        nearness = TrigramWordSimilarity(words, "title")
        found = _with_everything(near.annotate(nearness=nearness).order_by("-nearness", "code")[:SUGGESTIONS])
    return found or _with_everything(documents.order_by("listing_rank", "code")[:SUGGESTIONS])
