"""What hits can be narrowed by, with counts: one statement, whatever is chosen.

Values of one facet are alternatives, facets combine. A count says how many hits there would be with that value and
what is chosen in the other facets, so no box that is offered leads to an empty page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.core.text import fold
from procedures.enums import AdministrativeLevel, SearchFacet, ServiceLevel, Subject
from procedures.models import LifeEvent, PolicyArea, ProcedureSearchDocument
from procedures.policies import scope_of

# Address values of the vocabularies; agencies, areas and life events bring their own.
AUDIENCE_KEYS: dict[str, str] = {
    Subject.CITIZEN: "cong-dan",
    Subject.OVERSEAS_VIETNAMESE: "nguoi-viet-o-nuoc-ngoai",
    Subject.FOREIGNER: "nguoi-nuoc-ngoai",
    Subject.ENTERPRISE: "doanh-nghiep",
    Subject.FOREIGN_INVESTED_ENTERPRISE: "doanh-nghiep-von-nuoc-ngoai",
    Subject.COOPERATIVE: "hop-tac-xa",
    Subject.ORGANISATION: "to-chuc",
    Subject.FOREIGN_ORGANISATION: "to-chuc-nuoc-ngoai",
    Subject.CIVIL_SERVANT: "can-bo",
    Subject.PARTY_MEMBER: "dang-vien",
    Subject.PARTY_ORGANISATION: "to-chuc-dang",
}
GOVERNMENT_LEVEL_KEYS: dict[str, str] = {
    AdministrativeLevel.MINISTRY: "bo",
    AdministrativeLevel.PROVINCE: "tinh",
    AdministrativeLevel.COMMUNE: "xa",
    AdministrativeLevel.OTHER: "khac",
}
_COLUMNS: dict[SearchFacet, str] = {
    SearchFacet.LEVEL: "service_levels",
    SearchFacet.AUDIENCE: "audiences",
    SearchFacet.LIFE_EVENT: "life_events",
    SearchFacet.GOVERNMENT_LEVEL: "government_levels",
    SearchFacet.AREA: "areas",
    SearchFacet.AGENCY: "agencies",
}
_UNNAMED = "''"
_AGENCIES = "unnest(agencies, agency_names) AS value(key, name)"
_NAMES: dict[SearchFacet, str] = {
    SearchFacet.AGENCY: "min(value.name)",
    SearchFacet.AREA: "(SELECT name FROM procedures_policyarea WHERE slug = value.key)",
    SearchFacet.LIFE_EVENT: "(SELECT <title> FROM procedures_lifeevent WHERE slug = value.key)",
}
# Of long facets the fullest values are offered; the pages that list them all are a link away.
_MOST_VALUES = 40
_MOST_CHOSEN = 10
_LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is chosen, by facet, in the order of the address. Values nobody knows find nothing and can be removed."""

    values: Mapping[SearchFacet, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Mapping[str, Iterable[str]]) -> "Chosen":
        """From address parameters; what is empty, repeated or too much is left out."""
        values = {}
        for facet in SearchFacet:
            kept = dict.fromkeys(text.replace("\x00", "")[:_LONGEST_KEY].strip() for text in asked.get(facet.value, ()))
            if facet == SearchFacet.LEVEL:
                kept = {text: None for text in kept if text in {str(level.value) for level in ServiceLevel}}
            if found := tuple(text for text in kept if text)[:_MOST_CHOSEN]:
                values[facet] = found
        return cls(values)

    def __bool__(self) -> bool:
        return bool(self.values)

    def pairs(self) -> list[tuple[SearchFacet, str]]:
        return [(facet, value) for facet, values in self.values.items() for value in values]

    def without(self, facet: SearchFacet, value: str) -> "Chosen":
        kept = {**self.values, facet: tuple(one for one in self.values.get(facet, ()) if one != value)}
        return Chosen({name: values for name, values in kept.items() if values})

    def condition(self) -> Q:
        """For documents."""
        condition = Q()
        for facet, values in self.values.items():
            condition &= Q(**{f"{_COLUMNS[facet]}__overlap": list(values)})
        return condition


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One box: its value in the address, its label in the language of the page, and how many hits it would leave."""

    key: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """`total` hits with everything chosen, `unfiltered` without, `close` of these that hold what was asked as a phrase;
    `facets` in the order of `SearchFacet`.
    """

    total: int
    unfiltered: int
    close: int
    facets: dict[SearchFacet, list[FacetValue]]


def count_facets(documents: QuerySet[ProcedureSearchDocument], chosen: Chosen) -> FacetCounts:
    """Count hits and every facet's values, in one statement."""
    counted = _count(documents, chosen)
    totals = {key: count for facet, key, _name, count in counted if facet == ""}
    rows: dict[SearchFacet, list[tuple[str, str, int]]] = {facet: [] for facet in SearchFacet}
    for facet, key, name, count in counted:
        if facet:
            rows[SearchFacet(facet)].append((key, name, count))
    facets = {facet: _values(facet, rows[facet], chosen.values.get(facet, ())) for facet in SearchFacet}
    return FacetCounts(totals["total"], totals["unfiltered"], totals["close"], facets)


def _count(documents: QuerySet[ProcedureSearchDocument], chosen: Chosen) -> list[tuple[str, str, str, int]]:
    """(facet, key, name, hits), and ("", "total", "unfiltered" or "close", "", hits).

    `documents` are annotated with `is_close`.
    """
    columns = documents.order_by().values(*_COLUMNS.values(), "agency_names", "is_close")
    try:
        hits, parameters = columns.query.sql_with_params()
    except EmptyResultSet:
        return [("", name, "", 0) for name in ("unfiltered", "close", "total")]
    tests = {facet: f"{_COLUMNS[facet]} && %s::text[]" for facet in chosen.values}
    given = {facet: list(values) for facet, values in chosen.values.items()}

    def where(*, besides: SearchFacet | None = None) -> tuple[str, list[list[str]]]:
        others = [facet for facet in tests if facet != besides]
        condition = " AND ".join(tests[facet] for facet in others) or "true"
        return f"WHERE {condition}", [given[facet] for facet in others]

    condition, values = where()
    # Column names are ours, every value is a parameter.
    branches = [
        "SELECT '', 'unfiltered', '', count(*) FROM hits",
        "SELECT '', 'close', '', count(*) FROM hits WHERE is_close",
        f"SELECT '', 'total', '', count(*) FROM hits {condition}",  # noqa: S608 # nosec B608
    ]
    all_parameters: list[Any] = [*parameters, *values]
    for facet, column in _COLUMNS.items():
        condition, values = where(besides=facet)
        name = _NAMES.get(facet, _UNNAMED)
        unnested = _AGENCIES if facet == SearchFacet.AGENCY else f"unnest({column}) AS value(key)"
        branches.append(
            f"SELECT '{facet.value}', value.key, {name}, count(*) FROM hits, {unnested} {condition} GROUP BY value.key"  # noqa: S608 # nosec B608
        )
        all_parameters += values
    statement = f"WITH hits AS MATERIALIZED ({hits}) {' UNION ALL '.join(branches)}"  # noqa: S608
    statement = statement.replace("<title>", "title_en" if get_language() == "en" else "title_vi")
    with connection.cursor() as cursor:
        cursor.execute(statement, all_parameters)
        return cursor.fetchall()


def _vocabulary_labels(facet: SearchFacet) -> dict[str, str]:
    """Labels by key of the facets whose values are ours, in their order."""
    if facet == SearchFacet.LEVEL:
        return {
            str(level.value): _("%(scope)s (mức độ %(level)s)") % {"scope": scope_of(level).label, "level": level.value}
            for level in reversed(ServiceLevel)
        }
    if facet == SearchFacet.AUDIENCE:
        return {AUDIENCE_KEYS[subject]: str(subject.label) for subject in Subject}
    if facet == SearchFacet.GOVERNMENT_LEVEL:
        return {GOVERNMENT_LEVEL_KEYS[level]: str(level.label) for level in AdministrativeLevel}
    return {}


def _values(facet: SearchFacet, rows: list[tuple[str, str, int]], chosen: tuple[str, ...]) -> list[FacetValue]:
    """What is chosen stays, also without hits. Vocabularies in their order; the others by choice, count and name."""
    labels = _vocabulary_labels(facet)
    found = {key: (name or labels.get(key) or key, count) for key, name, count in rows}
    for key in chosen:
        found.setdefault(key, (labels.get(key) or _name_without_hits(facet, key), 0))
    values = [FacetValue(key, label, count, key in chosen) for key, (label, count) in found.items()]
    if labels:
        order = list(labels)
        return sorted(values, key=lambda value: order.index(value.key) if value.key in labels else len(order))
    values.sort(key=lambda value: (not value.is_chosen, -value.count, fold(value.label)))
    return values[:_MOST_VALUES]


def _name_without_hits(facet: SearchFacet, key: str) -> str:
    if facet == SearchFacet.AREA:
        area = PolicyArea.objects.filter(slug=key).first()
        return area.name if area else key
    if facet == SearchFacet.LIFE_EVENT:
        event = LifeEvent.objects.filter(slug=key).first()
        return event.title if event else key
    return key.replace("-", " ")
