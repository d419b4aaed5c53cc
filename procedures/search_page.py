"""What the search page shows around its hits: addresses of every state, boxes to narrow by, what is chosen. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from procedures.enums import SearchFacet
from procedures.selectors import Chosen, FacetValue, SearchPage

# More boxes of a facet are one press away.
_SHOWN_AT_ONCE = 6
_IN_VIETNAMESE = {SearchFacet.AREA, SearchFacet.AGENCY}


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """The boxes of one facet: those shown at once, those behind "more", and a page that lists them all."""

    name: str
    label: str
    values: Sequence[FacetValue]
    more: Sequence[FacetValue]
    browse_url: str = ""
    # Names of areas and agencies are Vietnamese on English pages too.
    is_vietnamese: bool = False


@dataclass(frozen=True, slots=True)
class Removable:
    """Something chosen, with the address of the page without it."""

    facet: str
    label: str
    url: str
    is_vietnamese: bool


class SearchAddresses:
    """Addresses that keep the question, what is chosen, or both."""

    def __init__(self, text: str, chosen: Chosen) -> None:
        self._text, self._chosen = text, chosen

    def of(self, chosen: Chosen, *, text: str | None = None, cursor: str = "") -> str:
        asked = [("q", self._text if text is None else text)]
        asked += [(facet.value, value) for facet, value in chosen.pairs()]
        asked.append(("sau", cursor))
        query = urlencode([(name, value) for name, value in asked if value])
        here = reverse("procedures:list")
        return f"{here}?{query}" if query else here

    def page_after(self, cursor: str) -> str:
        return self.of(self._chosen, cursor=cursor) if cursor else ""

    def first_page(self) -> str:
        return self.of(self._chosen)

    def nothing_chosen(self) -> str:
        return self.of(Chosen())

    def without(self, facet: SearchFacet, value: str) -> str:
        return self.of(self._chosen.without(facet, value))


def facet_groups(page: SearchPage) -> list[FacetGroup]:
    """Facets that can narrow anything; a value all hits share is shown, so that the reader learns it."""
    browse = {
        SearchFacet.AREA: reverse("procedures:areas"),
        SearchFacet.AGENCY: reverse("procedures:agencies"),
        SearchFacet.LIFE_EVENT: reverse("procedures:life_events"),
    }
    groups = []
    for facet, values in page.counts.facets.items():
        chosen_or_first = sum(value.is_chosen for value in values)
        at_once = max(_SHOWN_AT_ONCE, chosen_or_first)
        # One box behind a press would take more room than the press.
        at_once = len(values) if len(values) <= at_once + 1 else at_once
        if values:
            groups.append(
                FacetGroup(
                    facet.value,
                    str(facet.label),
                    values[:at_once],
                    values[at_once:],
                    browse.get(facet, ""),
                    facet in _IN_VIETNAMESE,
                )
            )
    return groups


def removables(page: SearchPage, addresses: SearchAddresses) -> list[Removable]:
    """What is chosen, in the order of the facets."""
    return [
        Removable(str(facet.label), value.label, addresses.without(facet, value.key), facet in _IN_VIETNAMESE)
        for facet, values in page.counts.facets.items()
        for value in values
        if value.is_chosen
    ]
