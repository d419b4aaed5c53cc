"""The officer's worklist: saved filters with counts, search, most urgent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from dossiers import selectors
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.desk_views.looks import Badge, colleague_at_work, due_badge, holder_of, is_held_by_another, state_badge
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import Actor
from portal.core.calendars import working_calendar
from portal.core.text import normalise

_LONGEST_SEARCH = 120


@dataclass(frozen=True, slots=True)
class QueueLink:
    """A saved filter with its count; "999+" stands for a count nobody waits for."""

    label: str | Promise
    url: str
    count: str
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


@officers_only
@require_safe
def worklist(request: HttpRequest) -> HttpResponseBase:
    """`loc` names the queue, `q` searches in it, `sau` continues after the last row of the page before."""
    actor = actor_of(request)
    queue = request.GET.get("loc", "")
    if queue not in selectors.queue_keys():
        queue = default_queue(actor)
    # PostgreSQL takes no NUL in a text; nobody searches for one either.
    search = normalise(request.GET.get("q", "").replace("\x00", ""))[:_LONGEST_SEARCH]
    cursor = request.GET.get("sau", "")
    page = selectors.worklist_page(actor, queue=queue, search=search, cursor=cursor)
    queues = queue_links(actor, queue)
    return render(
        request,
        "desk/worklist.html",
        {
            "queues": queues,
            "current": next(link for link in queues if link.is_current),
            "queue": queue,
            "search": search,
            "rows": rows_of(page.rows, actor),
            "first_url": worklist_url(queue, search) if cursor else "",
            "next_url": worklist_url(queue, search, page.next_cursor) if page.next_cursor else "",
            "clear_url": worklist_url(queue),
            "elsewhere": None if page.rows or not search else _outside_the_queue(request, search),
        },
    )


def default_queue(actor: Actor) -> str:
    """Where a role's work begins: those who only take money look for dossiers that wait for it, all others for work."""
    only_cashier = all(duty.role == OfficerRole.CASHIER for duty in actor.duties)
    return "tat-ca" if only_cashier else "can-lam"


def queue_links(actor: Actor, current: str) -> list[QueueLink]:
    counts = selectors.queue_counts(actor)
    return [
        QueueLink(
            label=queue.label,
            url=worklist_url(queue.key),
            count=f"{selectors.COUNT_CAP - 1}+" if counts[queue.key] >= selectors.COUNT_CAP else str(counts[queue.key]),
            is_current=queue.key == current,
        )
        for queue in selectors.QUEUES
    ]


def rows_of(dossiers: Iterable[Dossier], actor: Actor) -> list[Row]:
    now, calendar = clock.now(), working_calendar()
    return [
        Row(
            dossier=dossier,
            due=due_badge(dossier, now=now, calendar=calendar),
            state=state_badge(dossier),
            holder=holder_of(dossier, actor.user_id),
            is_held=is_held_by_another(dossier, actor.user_id),
            step=dossier.open_holding.title if dossier.open_holding is not None else "",
            colleague=colleague_at_work(dossier, actor.user_id, now=now),
        )
        for dossier in dossiers
    ]


def worklist_url(queue: str, search: str = "", cursor: str = "") -> str:
    """The address of a page of the list; blanks are left out."""
    values = {"loc": queue, "q": search, "sau": cursor}
    return f"{reverse('desk:worklist')}?{urlencode({name: value for name, value in values.items() if value})}"


def _outside_the_queue(request: HttpRequest, search: str) -> Dossier | None:
    """A dossier with exactly this code that is closed or in another queue."""
    try:
        return desk_dossier(request, search.upper())
    except DossierNotFound:
        return None
