"""Search without accents, ranked, a page at a time by key, and never an empty answer without a suggestion.

`Procedure.search_text` holds "folded name | code | folded area | folded summary", indexed by trigrams. Every word must occur.
When nothing does, the nearest procedures by trigram similarity are offered instead: typing errors find their target.
"""

import re
from dataclasses import dataclass, field

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from portal.core.text import fold, normalise
from procedures.enums import ServiceLevel
from procedures.models import PolicyArea, Procedure, ServiceOffering

PAGE_SIZE = 20
# Beyond this the exact number helps nobody and costs a scan.
COUNT_CAP = 1_000
SUGGESTIONS = 8
_LONGEST_QUERY = 200
_MOST_WORDS = 10
_NEAR_ENOUGH = 0.35
_CURSOR = re.compile(r"^(\d{1,3})-([1-9]\.\d{6})$")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of hits. `procedures` carry area, revision in force, terms, fee rules and offerings in force.

    `total` counts up to `COUNT_CAP`; with `is_capped` there are more. `suggestions` are near misses, given only when there
    is no hit at all; `ignores_filters` says that they were found by leaving the filters out.
    """

    text: str
    procedures: list[Procedure]
    total: int
    is_capped: bool = False
    next_cursor: str = ""
    suggestions: list[Procedure] = field(default_factory=list)
    ignores_filters: bool = False


def clean_query(text: str) -> str:
    """What was typed as one line, without control characters, cut to a length that no honest query reaches."""
    return normalise(_UNPRINTABLE.sub(" ", text))[:_LONGEST_QUERY].strip()


def search(text: str = "", *, area: str = "", level: int | None = None, cursor: str = "") -> SearchPage:
    """Search published procedures. `area` is a slug, `level` 1 to 4, `cursor` the `next_cursor` of the page before."""
    query = clean_query(text)
    matching = _matching(query)
    filtered = _filtered(matching, area, level)
    total = filtered.order_by()[: COUNT_CAP + 1].count()
    if total == 0:
        suggestions, ignores_filters = _suggestions(query, matching, has_filters=bool(area or level))
        return SearchPage(query, [], 0, suggestions=suggestions, ignores_filters=ignores_filters)
    rows = list(_shown(_after(_ranked(filtered, query), cursor))[: PAGE_SIZE + 1])
    has_more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    return SearchPage(
        query,
        rows,
        min(total, COUNT_CAP),
        is_capped=total > COUNT_CAP,
        next_cursor=f"{rows[-1].rank}-{rows[-1].code}" if has_more else "",  # type: ignore[attr-defined]
    )


def listed_areas() -> list[PolicyArea]:
    """Areas that have a published procedure, in the order of their folded names."""
    published = Procedure.objects.filter(policy_area=OuterRef("pk"), current_revision__isnull=False)
    return sorted(PolicyArea.objects.filter(Exists(published)), key=lambda area: fold(area.name))


def _matching(query: str) -> QuerySet[Procedure]:
    found = Procedure.objects.filter(current_revision__isnull=False)
    for word in fold(query).split()[:_MOST_WORDS]:
        found = found.filter(search_text__contains=word)
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


def _ranked(procedures: QuerySet[Procedure], query: str) -> QuerySet[Procedure]:
    """Order by how well the name fits (code, exact accents, then folded), then by what can be done online, then by code."""
    if not query:
        return procedures.annotate(rank=F("listing_rank")).order_by("listing_rank", "code")
    folded = fold(query)
    fit = Case(
        When(code=query, then=Value(0)),
        When(name__iexact=query, then=Value(1)),
        When(search_text__startswith=Concat(Value(f"{folded} | "), F("code")), then=Value(2)),
        When(name__istartswith=query, then=Value(3)),
        When(name__icontains=query, then=Value(4)),
        When(search_text__startswith=folded, then=Value(5)),
        When(search_text__contains=folded, then=Value(6)),
        default=Value(7),
        output_field=IntegerField(),
    )
    return procedures.annotate(rank=fit * 4 + F("listing_rank")).order_by("rank", "code")


def _after(procedures: QuerySet[Procedure], cursor: str) -> QuerySet[Procedure]:
    """Rows behind the cursor; one that was tampered with starts from the top."""
    found = _CURSOR.match(cursor)
    if found is None:
        return procedures
    rank, code = int(found[1]), found[2]
    return procedures.filter(Q(rank__gt=rank) | Q(rank=rank, code__gt=code))


def _shown(procedures: QuerySet[Procedure]) -> QuerySet[Procedure]:
    offerings = ServiceOffering.objects.in_force().select_related("agency").order_by("-level", "agency__name", "pk")
    return (
        procedures.select_related("policy_area", "current_revision")
        .defer("current_revision__requirements", "current_revision__form_definition")
        .prefetch_related(
            "current_revision__terms", "current_revision__fee_rules", Prefetch("offerings", offerings)
        )
    )


def _suggestions(query: str, matching: QuerySet[Procedure], *, has_filters: bool) -> tuple[list[Procedure], bool]:
    if has_filters:
        unfiltered = list(_shown(_ranked(matching, query))[:SUGGESTIONS])
        if unfiltered:
            return unfiltered, True
    published = Procedure.objects.filter(current_revision__isnull=False)
    near = (
        published.annotate(nearness=TrigramWordSimilarity(fold(query), "search_text"))
        .filter(nearness__gte=_NEAR_ENOUGH)
        .order_by("-nearness", "listing_rank", "code")
    )
    return list(_shown(near)[:SUGGESTIONS]) or list(_shown(published.order_by("listing_rank", "code"))[:SUGGESTIONS]), False
