"""The officer's worklist: queues and saved filters with counts, search, filters, order, pages, rows to choose."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_POST, require_safe

from dossiers import selectors, services
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.bulk_actions import BULK_ACTIONS, BulkAction, PaperLink
from dossiers.desk_views.criteria_words import conditions_of
from dossiers.desk_views.list_address import SAVED, Asked, asked_of, carried, list_address
from dossiers.desk_views.looks import (
    Badge,
    colleague_at_work,
    due_badge,
    holder_of,
    hours_of,
    is_held_by_another,
    state_badge,
)
from dossiers.desk_views.search_words import LOST, remember
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, SavedFilter
from dossiers.selectors.criteria import SORTS, Criteria
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import DESK_ROLES
from portal.core import clock
from portal.core.actors import Actor

_MOST_AGENCY_LINKS = 4


@dataclass(frozen=True, slots=True)
class QueueLink:
    """A queue or a saved filter with its count; "999+" stands for a count nobody waits for."""

    label: str | Promise
    url: str
    count: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A choice among several; `is_current` is the one in force."""

    label: str | Promise
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One dossier of the list."""

    dossier: Dossier
    due: Badge
    state: Badge
    holder: str
    is_held: bool
    step: str = ""
    colleague: str = ""
    # What is to be read before many are done at once.
    paper: PaperLink | None = None

    @property
    def pick(self) -> str:
        """How the row is named in a form: its code and the version that was seen."""
        return f"{self.dossier.code}:{self.dossier.version}"


@officers_only
@require_safe
def worklist(request: HttpRequest) -> HttpResponseBase:
    """See `selectors.criteria.NAMES` for the words of the address; `sau` and `truoc` page, `chon=trang` ticks all rows."""
    actor = actor_of(request)
    own = list(selectors.saved_filters_of(actor))
    asked = asked_of(request, actor, own)
    conditions = conditions_of(asked.criteria, actor)
    is_broken = any(condition.is_gone for condition in conditions)
    page = _page(request, actor, asked, is_broken=is_broken)
    queues, saved = list_links(actor, asked, own)
    return render(
        request,
        "desk/worklist.html",
        {
            "queues": queues,
            "saved": saved,
            "is_at_desk": bool(actor.agencies_as(*DESK_ROLES)),
            "title": asked.saved.name if asked.saved else _queue_label(asked.criteria),
            "asked": asked,
            "conditions": [(condition, asked.address(without=condition.name)) for condition in conditions],
            "is_broken": is_broken,
            "sorts": sort_links(asked),
            "agencies": agency_links(actor, asked),
            "rows": rows_of(page.rows, actor),
            "actions": actions_for(page.rows, actor),
            "are_all_picked": request.GET.get("chon") == "trang",
            "pick_all_url": asked.address(
                chon="trang", sau=request.GET.get("sau", ""), truoc=request.GET.get("truoc", "")
            ),
            "most_picked": services.MOST_DOSSIERS,
            "first_url": asked.address() if request.GET.get("sau") or request.GET.get("truoc") else "",
            "next_url": asked.address(sau=page.next_cursor) if page.next_cursor else "",
            "previous_url": asked.address(truoc=page.previous_cursor) if page.previous_cursor else "",
            "clear_url": list_address(asked.criteria),
            "filter_url": f"{reverse('desk:filter')}?{asked.written()}",
            "lost": LOST if asked.search.was_lost else "",
            # A list that names something forgotten is empty; its file would hold everybody.
            "export_url": ""
            if asked.search.was_lost or asked.is_lost
            else f"{reverse('desk:exports')}?{asked.written()}",
            "elsewhere": _outside_the_list(request, asked) if not page.rows else None,
        },
    )


@officers_only
@require_POST
def search(request: HttpRequest) -> HttpResponseBase:
    """Look for words in the list the form came from. What may be a name never gets into an address."""
    criteria = Criteria.read(carried(request.POST.get("tu", "")))
    return redirect(list_address(criteria, remember(request, request.POST.get("q", ""))))


def _page(request: HttpRequest, actor: Actor, asked: Asked, *, is_broken: bool) -> selectors.ListPage:
    """No row while a condition names something that is gone: fewer conditions would show more than was asked for."""
    if is_broken or asked.is_lost or asked.search.was_lost:
        return selectors.ListPage([], "", "")
    return selectors.worklist_page(
        actor,
        criteria=asked.criteria,
        search=asked.search.words,
        after=request.GET.get("sau", ""),
        before=request.GET.get("truoc", ""),
    )


def _queue_label(criteria: Criteria) -> str | Promise:
    return next((queue.label for queue in selectors.QUEUES if queue.key == criteria.queue), "")


def list_links(actor: Actor, asked: Asked, own: Sequence[SavedFilter]) -> tuple[list[QueueLink], list[QueueLink]]:
    """Queues and saved filters beside the list; every count of both in one query."""
    queues = selectors.queues_for(actor)
    only = asked.criteria.agency
    lists = [selectors.rows_of(actor, Criteria(queue=queue.key, agency=only)) for queue in queues]
    lists += [selectors.rows_of(actor, Criteria.read(saved.criteria)) for saved in own]
    counts = [
        f"{selectors.COUNT_CAP - 1}+" if count >= selectors.COUNT_CAP else str(count)
        for count in selectors.capped_counts(lists)
    ]
    links = [
        QueueLink(
            label=queue.label,
            url=list_address(Criteria(queue=queue.key, agency=only)),
            count=count,
            is_current=asked.saved is None and queue.key == asked.criteria.queue,
        )
        for queue, count in zip(queues, counts, strict=False)
    ]
    here = reverse("desk:worklist")
    saved_links = [
        QueueLink(
            saved.name, f"{here}?{SAVED}={saved.pk}", count, asked.saved is not None and saved.pk == asked.saved.pk
        )
        for saved, count in zip(own, counts[len(queues) :], strict=True)
    ]
    return links, saved_links


def sort_links(asked: Asked) -> list[Link]:
    return [
        Link(label, list_address(_with(asked.criteria, xep=key), asked.search), key == asked.criteria.sort)
        for key, label in SORTS.items()
    ]


def agency_links(actor: Actor, asked: Asked) -> list[Link]:
    """Who works at a few agencies can look at one of them; [] for one, and for so many that only the filter page lists them."""
    mine = actor.agencies_as()
    if not 2 <= len(mine) <= _MOST_AGENCY_LINKS:
        return []
    agencies = sorted(account_selectors.agencies_by_id(mine).values(), key=lambda agency: agency.name)
    return [
        Link(
            agency.name,
            list_address(_with(asked.criteria, **{"co-quan": str(agency.pk)}), asked.search),
            asked.criteria.agency == agency.pk,
        )
        for agency in agencies
    ]


def _with(criteria: Criteria, **words: str) -> Criteria:
    return Criteria.read({**criteria.written(), **words})


def actions_for(dossiers: Iterable[Dossier], actor: Actor) -> list[BulkAction]:
    """What can be done at once with at least one of these."""
    rows = list(dossiers)
    return [action for action in BULK_ACTIONS if any(not action.obstacle(actor, dossier) for dossier in rows)]


def rows_of(dossiers: Iterable[Dossier], actor: Actor) -> list[Row]:
    now = clock.now()
    return [
        Row(
            dossier=dossier,
            due=due_badge(dossier, now=now, calendar=hours_of(dossier)),
            state=state_badge(dossier),
            holder=holder_of(dossier, actor.user_id),
            is_held=is_held_by_another(dossier, actor.user_id),
            step=dossier.open_holding.title if dossier.open_holding is not None else "",
            colleague=colleague_at_work(dossier, actor.user_id, now=now),
        )
        for dossier in dossiers
    ]


def _outside_the_list(request: HttpRequest, asked: Asked) -> Dossier | None:
    """A dossier with exactly this code that is closed or in another list."""
    if not asked.search.words:
        return None
    try:
        return desk_dossier(request, asked.search.words.upper())
    except DossierNotFound:
        return None
