"""The officer's worklist: capped counts, and keyset pages in both directions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from dossiers.models import Dossier
from dossiers.models.dossier import DossierQuerySet
from dossiers.selectors.criteria import CODE, NEWEST, OLDEST, URGENCY, Criteria
from dossiers.selectors.queues import QUEUE_OF, default_queue, queue_condition, queues_for
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor
from portal.core.text import normalise

PAGE_SIZE = 50
COUNT_CAP = 1000
"""Queues are counted up to here and shown as "999+": a count must never read a whole table."""

# A list shows none of it, and reading fifty declarations and form definitions costs more than the list itself.
_NOT_LISTED = (
    *("answers", "raw_invalid", "due_trace"),
    *("revision__form_definition", "revision__requirements", "revision__summary", "revision__receiving_address"),
    *("revision__audience", "revision__administrative_levels", "revision__procedure__search_text"),
    *("assignee__password", "assignee__sort_key", "claim__officer__password", "claim__officer__sort_key"),
)
_RECEIVED = Coalesce("received_at", "submitted_at")


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list. The cursors are empty where there is nothing further on that side."""

    rows: Sequence[Dossier]
    next_cursor: str
    previous_cursor: str


@dataclass(frozen=True, slots=True)
class _Order:
    """A total order of the list: `key` first, the primary key among equals. `is_down`: the greatest first."""

    key: str
    is_down: bool = False

    def sorted(self, rows: QuerySet[Dossier], *, is_backwards: bool) -> QuerySet[Dossier]:
        sign = "-" if self.is_down != is_backwards else ""
        return rows.order_by(f"{sign}{self.key}", f"{sign}id")

    def beyond(self, rows: QuerySet[Dossier], value: Any, pk: int, *, is_backwards: bool) -> QuerySet[Dossier]:
        """The rows after (or before) that key."""
        is_less = self.is_down != is_backwards
        if self.key == "code":
            # Unique, so that no second key decides.
            return rows.filter(**{f"code__{'lt' if is_less else 'gt'}": value})
        # A plain bound keeps the composite index in use where the usual OR form would not.
        rows = rows.filter(**{f"{self.key}__{'lte' if is_less else 'gte'}": value})
        return rows.exclude(**{self.key: value, f"pk__{'gte' if is_less else 'lte'}": pk})


_ORDERS = {
    URGENCY: _Order("next_date_at"),
    OLDEST: _Order("received_key"),
    NEWEST: _Order("received_key", is_down=True),
    CODE: _Order("code"),
}


def rows_of(actor: Actor, criteria: Criteria, *, search: str = "") -> DossierQuerySet:
    """The dossiers of a list, in no order. None for a queue the actor has not, or an agency where they do not work.

    `search` finds a code's beginning or end, a part of the name of whoever filed it or of the organisation it was filed
    for, and that one's tax code.
    """
    key = criteria.queue or default_queue(actor)
    if key not in {queue.key for queue in queues_for(actor)}:
        return Dossier.objects.none()
    rows = Dossier.objects.filter(queue_condition(key, actor, only=criteria.agency), criteria.condition(actor))
    term = normalise(search)
    if term:
        named = Q(applicant_name__icontains=term) | Q(organisation_name__icontains=term) | Q(organisation_tax_code=term)
        rows = rows.filter(Q(code__iendswith=term) | Q(code__istartswith=term) | named)
    return rows


def capped_counts(lists: Sequence[QuerySet[Dossier]]) -> list[int]:
    """How many dossiers each list holds, none counted beyond COUNT_CAP; one query for all."""
    parts: list[str] = []
    parameters: list[Any] = []
    for rows in lists:
        inner = rows.order_by().values_list("pk")[:COUNT_CAP]
        try:
            sql, values = inner.query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
            continue
        # Compiled by the ORM, values bound.
        parts.append(f"(SELECT count(*) FROM ({sql}) AS capped)")  # noqa: S608 # nosec B608
        parameters.extend(values)
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), parameters)
        return [int(count) for count in cursor.fetchone()]


def queue_counts(actor: Actor, *, agency: int | None = None) -> dict[str, int]:
    """What each of the actor's queues holds."""
    queues = queues_for(actor)
    counts = capped_counts([rows_of(actor, Criteria(queue=queue.key, agency=agency)) for queue in queues])
    return dict(zip((queue.key for queue in queues), counts, strict=True))


def worklist_page(actor: Actor, *, criteria: Criteria, search: str = "", after: str = "", before: str = "") -> ListPage:
    """`PAGE_SIZE` rows of a list: the first ones, those `after` a cursor, or those `before` one.

    A page begins after a key and not after a number of rows, so what others do meanwhile neither repeats nor hides a row
    that stays. Going back ends at the first page, which is then full. A spoilt cursor gives the first page.
    """
    order = _ORDERS[criteria.sort]
    rows = rows_of(actor, criteria, search=search).select_related("revision__procedure", "assignee", "claim__officer")
    rows = rows.with_open_holding("division").defer(*_NOT_LISTED)
    if order.key == "received_key":
        rows = rows.annotate(received_key=_RECEIVED)
    key = _read(criteria.sort, before)
    if key is not None:
        found = list(order.sorted(order.beyond(rows, *key, is_backwards=True), is_backwards=True)[: PAGE_SIZE + 1])
        if len(found) > PAGE_SIZE:
            found = found[PAGE_SIZE - 1 :: -1]
            return ListPage(found, _written(criteria.sort, found[-1]), _written(criteria.sort, found[0]))
        after = ""
    key = _read(criteria.sort, after)
    if key is not None:
        later: QuerySet[Dossier] = order.beyond(rows, *key, is_backwards=False)
    else:
        later = rows
    found = list(order.sorted(later, is_backwards=False)[: PAGE_SIZE + 1])
    more, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    return ListPage(
        rows=found,
        next_cursor=_written(criteria.sort, found[-1]) if more else "",
        previous_cursor=_written(criteria.sort, found[0]) if found and key is not None else "",
    )


def in_order(rows: QuerySet[Dossier], sort: str) -> QuerySet[Dossier]:
    """The rows as the list shows them."""
    order = _ORDERS[sort]
    if order.key == "received_key":
        rows = rows.annotate(received_key=_RECEIVED)
    return order.sorted(rows, is_backwards=False)


def _written(sort: str, row: Dossier) -> str:
    if sort == CODE:
        return row.code or ""
    moment: datetime | None = getattr(row, _ORDERS[sort].key)
    return write_cursor(moment, row.pk) if moment else ""


def _read(sort: str, cursor: str) -> tuple[Any, int] | None:
    if sort != CODE:
        return read_cursor(cursor)
    return (cursor, 0) if cursor and "\x00" not in cursor and len(cursor) <= 60 else None


def is_queue(actor: Actor, key: str) -> bool:
    """Is it one of the actor's queues?"""
    return key in QUEUE_OF and any(queue.key == key for queue in queues_for(actor))
