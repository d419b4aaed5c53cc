"""Search without accents, with typing errors mended, ranked, a page at a time by key; never empty without a suggestion.

All of it is PostgreSQL over one row a procedure (`ProcedureSearchDocument`). What was typed is read in the catalogue's
words (`query_words`); then the first of these that finds anything answers:

1. every word of a reading occurs, as a word;
2. every word occurs as a part of a word ("1.0041");
3. the words that weigh most occur (`is_loose`);
4. nothing: near names by trigrams, else what can be done online, as suggestions.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import (
    Case,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Least

from portal.core.text import fold
from procedures.models import PolicyArea, Procedure, ProcedureSearchDocument
from procedures.selectors.facets import Chosen, FacetCounts, count_facets
from procedures.selectors.offerings import Offered, offered
from procedures.selectors.query_words import UnderstoodQuery, clean_query, searchable, understand

__all__ = ["PAGE_SIZE", "SearchPage", "clean_query", "exact_code", "listed_areas", "search", "searchable"]

PAGE_SIZE = 20
SUGGESTIONS = 8
# Of the weight of what was asked, this much must occur where not everything does.
_LOOSE_SHARE = 0.6
_CURSOR = re.compile(r"^(\d{1,7})-([1-9]\.\d{6})$")
_CODE = re.compile(r"^[1-9]\.\d{6}$")
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
        return _page(UnderstoodQuery("", []), _by_listing(ProcedureSearchDocument.objects.all()), chosen, cursor)
    asked = understand(query)
    for is_loose, documents in _attempts(asked):
        page = _page(asked, documents, chosen, cursor, is_loose=is_loose)
        if page.counts.unfiltered:
            return page
    suggestions = _near(asked)
    counts = count_facets(_nothing(), chosen)
    return SearchPage(query, [], counts, suggestions=suggestions, offered=offered(suggestions))


def exact_code(text: str) -> str | None:
    """The code of the published procedure that was asked for by nothing but its code, else None."""
    code = clean_query(text)
    if not _CODE.match(code):
        return None
    is_published = ProcedureSearchDocument.objects.filter(code=code).exists()
    return code if is_published else None


def listed_areas() -> list[PolicyArea]:
    """Areas that have a published procedure, in the order of their folded names."""
    published = Procedure.objects.filter(policy_area=OuterRef("pk"), current_revision__isnull=False)
    return sorted(PolicyArea.objects.filter(Exists(published)), key=lambda area: fold(area.name))


def _nothing() -> QuerySet[ProcedureSearchDocument]:
    return ProcedureSearchDocument.objects.filter(code="")


def _page(
    asked: UnderstoodQuery,
    documents: QuerySet[ProcedureSearchDocument],
    chosen: Chosen,
    cursor: str,
    *,
    is_loose: bool = False,
) -> SearchPage:
    counts = count_facets(documents, chosen)
    if not counts.total:
        suggestions = _with_everything(documents.order_by("rank", "code")[:SUGGESTIONS]) if counts.unfiltered else []
        return SearchPage(
            asked.text,
            [],
            counts,
            mended=asked.mended,
            suggestions=suggestions,
            ignores_choice=bool(suggestions),
            offered=offered(suggestions),
        )
    hits = _after(documents.filter(chosen.condition()), cursor).order_by("rank", "code")
    rows = list(hits.values_list("procedure_id", "rank", "code")[: PAGE_SIZE + 1])
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


def _attempts(asked: UnderstoodQuery) -> Iterable[tuple[bool, QuerySet[ProcedureSearchDocument]]]:
    """(is it loose?, ranked documents), from the strictest on; each is only asked when those before found nothing."""
    if not asked.readings:
        return
    documents = ProcedureSearchDocument.objects.all()
    every_word, every_part = Q(), Q()
    for reading in asked.readings:
        every_word |= Q(words__contains=list(dict.fromkeys(reading)))
        part = Q()
        for word in reading:
            part &= Q(text__contains=word)
        every_part |= part
    yield False, _by_fit(documents.filter(every_word), asked)
    yield False, _by_fit(documents.filter(every_part), asked)
    loose = [reading for reading in asked.readings if len(reading) > 1]
    if loose:
        yield True, _by_weight(documents, loose, asked.weights)


def _by_listing(documents: QuerySet[ProcedureSearchDocument]) -> QuerySet[ProcedureSearchDocument]:
    """Those that go furthest online first."""
    return documents.annotate(rank=F("listing_rank"))


def _by_fit(documents: QuerySet[ProcedureSearchDocument], asked: UnderstoodQuery) -> QuerySet[ProcedureSearchDocument]:
    """The code, the name with its accents, the name; then those that hold the phrase in their names, then those that
    hold its words in their names, then the phrase anywhere, then the words.

    Within a step: exact accents, then what a person can do through this portal before what is only described, then the
    shorter name (only where the name fits), then the higher level.
    """
    typed = (asked.mended or asked.text).lower()
    phrases = [f" {' '.join(reading)} " for reading in asked.readings]
    is_title, has_phrase, has_words, says_phrase = Q(), Q(), Q(), Q()
    for reading, phrase in zip(asked.readings, phrases, strict=True):
        is_title |= Q(title=phrase)
        has_phrase |= Q(title__contains=phrase)
        has_words |= Q(title_words__contains=list(dict.fromkeys(reading)))
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
    return documents.annotate(rank=rank)


def _by_weight(
    documents: QuerySet[ProcedureSearchDocument], readings: list[tuple[str, ...]], weights: dict[str, float]
) -> QuerySet[ProcedureSearchDocument]:
    """Documents that hold enough of what was asked, by how much of it and how much of that in the name.

    Enough cannot be reached without one of the rarest words, so only documents with one of these are looked at.
    """
    likely, shares = Q(), []
    for reading in readings:
        words = sorted(dict.fromkeys(reading), key=lambda word: -weights[word])
        whole = sum(weights[word] for word in words)
        needed, left = [], whole
        while left >= _LOOSE_SHARE * whole:
            needed.append(words[len(needed)])
            left -= weights[needed[-1]]
        likely |= Q(words__overlap=needed)
        share: Combinable = Value(0.0, FloatField())
        for word in words:
            share += Case(
                When(title_words__contains=[word], then=Value(weights[word] / whole)),
                When(words__contains=[word], then=Value(0.8 * weights[word] / whole)),
                default=Value(0.0),
                output_field=FloatField(),
            )
        shares.append(share)
    found = documents.filter(likely)
    missing = [Value(1.0, FloatField()) - share for share in shares]
    least = Least(*missing) if len(missing) > 1 else missing[0]
    found = found.annotate(missing=least).filter(missing__lte=1 - _LOOSE_SHARE)
    steps = Cast(F("missing") * 10, IntegerField())
    return found.annotate(rank=5 * _STEP + steps * _STEP + _described() + _length() + F("listing_rank"))


def _described() -> Case:
    return Case(When(listing_rank=3, then=Value(_DESCRIBED)), default=Value(0), output_field=IntegerField())


def _accents(typed: str) -> Case:
    return Case(When(name__contains=typed, then=Value(0)), default=Value(_ACCENTS), output_field=IntegerField())


def _length() -> Combinable:
    return Least(F("title_words__len"), Value(_LONGEST_TITLE)) * _LENGTH


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
