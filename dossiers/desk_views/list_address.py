"""The list an address asks for: queue, filters or a saved filter, search, and the address of every other list."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from dossiers import selectors
from dossiers.desk_views.search_words import Search, search_of
from dossiers.models import SavedFilter
from dossiers.selectors import Criteria
from portal.core.actors import Actor

SAVED = "bo-loc"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is listed. `saved` when it comes from a saved filter; `is_lost` when the address names one that is gone."""

    criteria: Criteria
    search: Search
    saved: SavedFilter | None = None
    is_lost: bool = False

    def address(self, *, without: str = "", **more: str) -> str:
        """The address of this list, or of this list with something changed."""
        criteria = self.criteria.without(without) if without else self.criteria
        return list_address(criteria, self.search, **more)

    def written(self) -> str:
        """The list as a form carries it along, to come back to it."""
        return urlencode([*self.criteria.written().items(), *self.search.address])


def asked_of(request: HttpRequest, actor: Actor, own: list[SavedFilter]) -> Asked:
    """The list of this address. Without any word in it: the officer's default filter, else the role's default queue."""
    search = search_of(request)
    wanted = request.GET.get(SAVED, "")
    if wanted:
        found = next((saved for saved in own if str(saved.pk) == wanted), None)
        if found is not None:
            return Asked(_with_queue(Criteria.read(found.criteria), actor), search, saved=found)
        return Asked(_with_queue(Criteria(), actor), search, is_lost=True)
    first = next((saved for saved in own if saved.is_default), None)
    if first is not None and not request.GET:
        return Asked(_with_queue(Criteria.read(first.criteria), actor), search, saved=first)
    return Asked(_known_queue(Criteria.read(as_mapping(request.GET)), actor), search)


def _with_queue(criteria: Criteria, actor: Actor) -> Criteria:
    """A saved filter keeps a queue that is gone, so that the page can say so."""
    return criteria if criteria.queue else replace(criteria, queue=selectors.default_queue(actor))


def _known_queue(criteria: Criteria, actor: Actor) -> Criteria:
    """An address with an unknown queue shows the role's default."""
    if selectors.is_queue(actor, criteria.queue):
        return criteria
    return replace(criteria, queue=selectors.default_queue(actor))


def carried(text: str) -> dict[str, str]:
    """What `Asked.written` put into a form, as far as it makes sense: criteria and search, nothing else."""
    given = dict(parse_qsl(text[:2000]))
    kept = Criteria.read(given).written()
    return kept | {name: given[name] for name in ("q", "tim") if name in given}


def list_address(criteria: Criteria, search: Search | None = None, **more: str) -> str:
    """The address of a list; `more`: cursor (`sau`, `truoc`), `chon`."""
    pairs = [*criteria.written().items(), *(search.address if search else ()), *((k, v) for k, v in more.items() if v)]
    here = reverse("desk:worklist")
    return f"{here}?{urlencode(pairs)}" if pairs else here


def as_mapping(query: QueryDict) -> Mapping[str, str]:
    return {name: query.get(name) or "" for name in query}
