"""Search without accents, ranked, a page at a time by key, and never an empty answer without a suggestion.

`Procedure.search_text` holds name, code, area and summary in `searchable` form, indexed by trigrams. Every word asked
for must occur as a word; if nothing fits so, as a part of a word; if still nothing, the nearest by trigram similarity
are offered instead, so that typing errors find their target.
"""

import re
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramSimilarity, TrigramWordSimilarity
from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Concat

from portal.core.text import fold, normalise
from procedures.enums import ServiceLevel
from procedures.models import PolicyArea, Procedure, ServiceOffering
from procedures.selectors.offerings import Offered, offered

PAGE_SIZE = 20
# Beyond this the exact number helps nobody and costs a scan.
COUNT_CAP = 1_000
SUGGESTIONS = 8
_LONGEST_QUERY = 200
_MOST_WORDS = 10
# Sum of two similarities, each 0 to 1.
_NEAR_ENOUGH = 0.5
_NOT_SEARCHED = re.compile(r"[^a-z0-9.]+")
_CURSOR = re.compile(r"^(\d{1,3})-([1-9]\.\d{6})$")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits. `procedures` carry area, revision in force, terms and fee rules; `offered` tells what is offered
    of them and of `suggestions` (a procedure nobody offers is not in it).

    `total` counts up to `COUNT_CAP`; with `is_capped` there are more. `suggestions` are near misses, given only when
    there is no hit at all; `ignores_filters` says that they were found by leaving the filters out.
    """

    text: str
    procedures: list[Procedure]
    total: int
    is_capped: bool = False
    next_cursor: str = ""
    suggestions: list[Procedure] = field(default_factory=list)
    ignores_filters: bool = False
    offered: dict[int, Offered] = field(default_factory=dict)


def searchable(*parts: str) -> str:
    """Folded words between single blanks, parts between bars: " dang ki tam tru | 1.004194 | cu tru ".

    y and i are one letter here and nowhere else: people write "kỹ" and "kĩ" for the same word.
    """
    texts = [_NOT_SEARCHED.sub(" ", fold(part).replace("y", "i")).strip() for part in parts]
    return f" {' | '.join(text for text in texts if text)} "


def clean_query(text: str) -> str:
    """What was typed as one line, without control characters, cut to a length that no honest query reaches."""
    return normalise(_UNPRINTABLE.sub(" ", text))[:_LONGEST_QUERY].strip()


def search(text: str = "", *, area: str = "", level: int | None = None, cursor: str = "") -> SearchPage:
    """Search published procedures. `area` is a slug, `level` 1 to 4, `cursor` the `next_cursor` of the page before."""
    query = clean_query(text)
    for whole_words in (True, False) if query else (True,):
        filtered = _filtered(_matching(query, whole_words=whole_words), area, level)
        total = filtered.order_by()[: COUNT_CAP + 1].count()
        if total:
            break
    else:
        suggestions, ignores_filters = _suggestions(query, area, level)
        return SearchPage(
            query,
            [],
            0,
            suggestions=suggestions,
            ignores_filters=ignores_filters,
            offered=offered(suggestions),
        )
    rows = list(_shown(_after(_ranked(filtered, query), cursor))[: PAGE_SIZE + 1])
    has_more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return SearchPage(
        query,
        rows,
        min(total, COUNT_CAP),
        is_capped=total > COUNT_CAP,
        next_cursor=f"{rows[-1].rank}-{rows[-1].code}" if has_more else "",  # type: ignore[attr-defined]
        offered=offered(rows),
    )


def listed_areas() -> list[PolicyArea]:
    """Areas that have a published procedure, in the order of their folded names."""
    published = Procedure.objects.filter(policy_area=OuterRef("pk"), current_revision__isnull=False)
    return sorted(PolicyArea.objects.filter(Exists(published)), key=lambda area: fold(area.name))


def _matching(query: str, *, whole_words: bool) -> QuerySet[Procedure]:
    found = Procedure.objects.filter(current_revision__isnull=False)
    words = searchable(query).split()
    if query and not words:
        return found.none()
    for word in words[:_MOST_WORDS]:
        found = found.filter(search_text__contains=f" {word} " if whole_words else word)
    return found


def _filtered(procedures: QuerySet[Procedure], area: str, level: int | None) -> QuerySet[Procedure]:
    if area:
        procedures = procedures.filter(policy_area__slug=area)
    if level is None:
        return procedures
    offered = ServiceOffering.objects.in_force().filter(procedure=OuterRef("pk"))
    if level == ServiceLevel.L1:
        return procedures.filter(Exists(offered.filter(level=level)) | ~Exists(offered))
    return procedures.filter(Exists(offered.filter(level=level)))


def _folded_name() -> Func:
    """The first part of the search text, without its leading blank."""
    return Func(F("search_text"), Value(" | "), Value(1), function="split_part", output_field=TextField())


def _ranked(procedures: QuerySet[Procedure], query: str) -> QuerySet[Procedure]:
    """Exact code or name first; then those that hold the phrase; then those that hold its words.

    Of those that hold the phrase, what a person can do through this portal goes before what is only described, then the
    better fit of the name, then the higher level.
    """
    if not query:
        return procedures.annotate(rank=F("listing_rank")).order_by("listing_rank", "code")
    words = searchable(query)
    phrase = words.rstrip()
    fit = Case(
        When(name__istartswith=query, then=Value(0)),
        When(name__icontains=query, then=Value(1)),
        When(search_text__startswith=words, then=Value(2)),
        When(folded_name__contains=phrase, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    is_only_described = Case(When(listing_rank=3, then=Value(30)), default=Value(0), output_field=IntegerField())
    rank = Case(
        When(code=query, then=Value(0)),
        When(name__iexact=query, then=Value(1)),
        When(search_text__startswith=Concat(Value(f"{words}| "), F("code"), Value(" ")), then=Value(2)),
        When(search_text__contains=words, then=10 + is_only_described + fit * 4 + F("listing_rank")),
        default=70 + F("listing_rank"),
        output_field=IntegerField(),
    )
    return procedures.annotate(folded_name=_folded_name(), rank=rank).order_by("rank", "code")


def _after(procedures: QuerySet[Procedure], cursor: str) -> QuerySet[Procedure]:
    """Rows behind the cursor; one that was tampered with starts from the top."""
    found = _CURSOR.match(cursor)
    if found is None:
        return procedures
    rank, code = int(found[1]), found[2]
    return procedures.filter(Q(rank__gt=rank) | Q(rank=rank, code__gt=code))


def _shown(procedures: QuerySet[Procedure]) -> QuerySet[Procedure]:
    return (
        procedures.select_related("policy_area", "current_revision")
        .defer("search_text", "current_revision__requirements", "current_revision__form_definition")
        .prefetch_related("current_revision__terms", "current_revision__fee_rules")
    )


def _suggestions(query: str, area: str, level: int | None) -> tuple[list[Procedure], bool]:
    """Hits without the level, then without any filter; then near misses; then what can be done online at all."""
    for kept_area in dict.fromkeys([area, ""] if level else [""] if area else []):
        for whole_words in (True, False):
            wider = _filtered(_matching(query, whole_words=whole_words), kept_area, None)
            found = list(_shown(_ranked(wider, query))[:SUGGESTIONS])
            if found:
                return found, True
    published = Procedure.objects.filter(current_revision__isnull=False)
    words = searchable(query).strip()
    # Word similarity finds the words inside a long text, plain similarity prefers short names that are about them.
    near = (
        published.annotate(
            folded_name=_folded_name(),
            nearness=TrigramWordSimilarity(words, "search_text") + TrigramSimilarity("folded_name", words),
        )
        .filter(nearness__gte=_NEAR_ENOUGH)
        .order_by("-nearness", "listing_rank", "code")
    )
    found = list(_shown(near)[:SUGGESTIONS]) if words else []
    return found or list(_shown(published.order_by("listing_rank", "code"))[:SUGGESTIONS]), False
