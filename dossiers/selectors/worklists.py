"""The officer's worklist: queues, their counts, and one keyset page, most urgent first."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.enums import OPEN_STATES, WAITING_FOR_CITIZEN, DossierState
from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.selectors.paging import Page
from portal.core import clock
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor
from portal.core.text import normalise

PAGE_SIZE = 50
COUNT_CAP = 1000
"""Queues are counted up to here and shown as "999+": a count must never read a whole table."""


@dataclass(frozen=True, slots=True)
class Queue:
    """A saved view of the worklist. `key` is its address word."""

    key: str
    label: str | Promise


# A list shows none of it, and reading fifty declarations and form definitions costs more than the list itself.
_NOT_LISTED = (
    *("answers", "raw_invalid", "due_trace"),
    *("revision__form_definition", "revision__requirements", "revision__summary", "revision__receiving_address"),
    *("revision__audience", "revision__administrative_levels", "revision__procedure__search_text"),
    *("assignee__password", "assignee__sort_key", "claim__officer__password", "claim__officer__sort_key"),
)

QUEUES = (
    Queue("can-lam", _("Cần làm")),
    Queue("cho-tiep-nhan", _("Chờ tiếp nhận")),
    Queue("toi-giu", _("Tôi đang giữ")),
    Queue("chua-ai-nhan", _("Chưa ai nhận xử lý")),
    Queue("qua-han", _("Quá hạn")),
    Queue("hom-nay", _("Đến hạn hôm nay")),
    Queue("cho-cong-dan", _("Chờ công dân")),
    Queue("cho-tra", _("Chờ trả kết quả")),
    Queue("tat-ca", _("Tất cả đang mở")),
)


def _queue_condition(key: str, actor: Actor) -> Q:
    now = clock.now()
    end_of_today = clock.local(now).replace(hour=23, minute=59, second=59, microsecond=999999)
    # The agency's own turn: a clock of the agency runs.
    running = Q(state__in=[DossierState.SUBMITTED, DossierState.RECEIVED, DossierState.PROCESSING])
    return {
        # Everything that waits for the agency and not for the citizen.
        "can-lam": Q(state__in=sorted(OPEN_STATES - WAITING_FOR_CITIZEN)),
        "cho-tiep-nhan": Q(state=DossierState.SUBMITTED),
        "toi-giu": Q(state__in=sorted(OPEN_STATES), assignee_id__in=sorted(actor.acts_for)),
        "chua-ai-nhan": Q(state=DossierState.RECEIVED, assignee__isnull=True),
        "qua-han": running & Q(next_date_at__lt=now),
        "hom-nay": running & Q(next_date_at__gte=now, next_date_at__lte=end_of_today),
        "cho-cong-dan": Q(state__in=sorted(WAITING_FOR_CITIZEN)),
        "cho-tra": Q(state=DossierState.RESOLVED),
        "tat-ca": Q(state__in=sorted(OPEN_STATES)),
    }[key]


def queue_keys() -> frozenset[str]:
    return frozenset(queue.key for queue in QUEUES)


def _rows(actor: Actor, key: str) -> DossierQuerySet:
    return Dossier.objects.filter(_queue_condition(key, actor), responsible_agency_id__in=sorted(actor.agencies_as()))


def queue_counts(actor: Actor) -> dict[str, int]:
    """How many dossiers each queue holds, none counted beyond COUNT_CAP; one query for all."""
    if not actor.is_officer:
        return {queue.key: 0 for queue in QUEUES}
    parts: list[str] = []
    parameters: list[Any] = []
    for queue in QUEUES:
        inner = _rows(actor, queue.key).order_by().values_list("pk")[:COUNT_CAP]
        sql, values = inner.query.sql_with_params()
        # Compiled by the ORM, values bound.
        parts.append(f"(SELECT count(*) FROM ({sql}) AS capped)")  # noqa: S608 # nosec B608
        parameters.extend(values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), parameters)
        row = cursor.fetchone()
    return {queue.key: int(count) for queue, count in zip(QUEUES, row, strict=True)}


def worklist_page(actor: Actor, *, queue: str, search: str = "", cursor: str = "") -> Page:
    """`PAGE_SIZE` rows of a queue, most urgent first. `search` finds a code's beginning or end, or a name."""
    rows = _rows(actor, queue).select_related("revision__procedure", "assignee", "claim__officer").defer(*_NOT_LISTED)
    rows = rows.with_open_holding("division")
    rows = rows.order_by("next_date_at", "id")
    term = normalise(search)
    if term:
        rows = rows.filter(Q(code__iendswith=term) | Q(code__istartswith=term) | Q(applicant_name__icontains=term))
    key = read_cursor(cursor)
    if key is not None:
        instant, pk = key
        # A plain lower bound keeps the composite index in use where the usual OR form would not.
        rows = rows.filter(next_date_at__gte=instant).exclude(next_date_at=instant, pk__lte=pk)
    found = list(rows[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    last = found[-1] if found else None
    next_cursor = write_cursor(last.next_date_at, last.pk) if more and last and last.next_date_at else ""
    return Page(rows=found, next_cursor=next_cursor)
