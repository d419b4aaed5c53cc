"""The list "Sắp đến hạn và quá hạn": what comes near or is late in the agencies an officer answers for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.deadlines import working_days_after
from dossiers.enums import OPEN_STATES, DossierState, EscalationLevel
from dossiers.errors import DossierNotFound, HandoffNotFound
from dossiers.models import Dossier, Escalation, Handoff, Reschedule
from dossiers.models.dossier import DossierQuerySet
from dossiers.selectors.handoffs import MOST_NUMBER, overdue_handoffs
from dossiers.selectors.paging import Page
from dossiers.selectors.worklists import COUNT_CAP
from portal.accounts import selectors as account_selectors
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor
from portal.core.working_time import WorkingCalendar

PAGE_SIZE = 50
_AGENCY_ACTS = (DossierState.SUBMITTED, DossierState.RECEIVED, DossierState.PROCESSING)
_RUNNING = (DossierState.RECEIVED, DossierState.PROCESSING)
# A list shows none of it.
_NOT_LISTED = (
    *("answers", "raw_invalid", "due_trace", "answer_sources", "answer_writes"),
    *("revision__form_definition", "revision__requirements", "revision__summary", "revision__receiving_address"),
    *("revision__audience", "revision__administrative_levels", "revision__procedure__search_text"),
    *("assignee__password", "assignee__sort_key"),
)


@dataclass(frozen=True, slots=True)
class View:
    """One of the lists. `key` is its address word."""

    key: str
    label: str | Promise


VIEWS = (
    View("qua-han", _("Quá hạn")),
    View("sap-den-han", _("Sắp đến hạn")),
    View("hen-lai", _("Chờ duyệt hẹn lại")),
)
VIEW_KEYS = frozenset(view.key for view in VIEWS)


def watched_agencies(actor: Actor) -> dict[int, str]:
    """Agencies whose dates an officer answers for, with their names: the own ones, and those right below the ones they
    head; one query."""
    return account_selectors.agencies_and_children(
        own=actor.agencies_as(), headed=actor.agencies_as(OfficerRole.AGENCY_HEAD)
    )


def _condition(key: str, now: datetime, agencies: Iterable[int]) -> Q:
    # Late is measured by the due date also when an apology gave a new one.
    late = Q(next_date_at__lt=now) | Q(state__in=_RUNNING, due_at__lt=now)
    if key == "qua-han":
        return Q(state__in=sorted(OPEN_STATES)) & late
    if key == "sap-den-han":
        return Q(state__in=_AGENCY_ACTS, prepay_by__isnull=True) & _comes_near(now, agencies) & ~late
    is_open = Reschedule.objects.filter(dossier=OuterRef("pk"), approved_at__isnull=True, declined_at__isnull=True)
    return Q(state__in=_RUNNING) & Q(Exists(is_open))


def _comes_near(now: datetime, agencies: Iterable[int]) -> Q:
    """Within the last working days before the date, each agency by its own hours: before the decision, who has a dossier
    is also whose hours its date runs by."""
    days = int(settings.DUE_SOON_WORKING_DAYS)
    alike: dict[int, tuple[WorkingCalendar, list[int]]] = {}
    for agency_id in agencies:
        # Agencies without hours of their own share one calendar.
        calendar = account_selectors.agency_calendar(agency_id)
        alike.setdefault(id(calendar), (calendar, []))[1].append(agency_id)
    found = Q(pk__in=[])
    for calendar, ids in alike.values():
        until = working_days_after(now, days, calendar)
        found |= Q(responsible_agency_id__in=sorted(ids), next_date_at__lte=until)
    return found


def _rows(
    key: str, agencies: dict[int, str], *, agency_id: int | None = None, officer_id: int | None = None
) -> DossierQuerySet:
    chosen = [agency_id] if agency_id in agencies else sorted(agencies)
    rows = Dossier.objects.filter(_condition(key, clock.now(), chosen), responsible_agency_id__in=chosen)
    return rows if officer_id is None else rows.filter(assignee_id=officer_id)


def late_counts(agencies: dict[int, str]) -> dict[str, int]:
    """How many each list holds, none counted beyond COUNT_CAP; one query for all."""
    parts: list[str] = []
    parameters: list[Any] = []
    for view in VIEWS:
        sql, values = _rows(view.key, agencies).order_by().values_list("pk")[:COUNT_CAP].query.sql_with_params()
        # Compiled by the ORM, values bound.
        parts.append(f"(SELECT count(*) FROM ({sql}) AS capped)")  # noqa: S608 # nosec B608
        parameters.extend(values)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(parts), parameters)
        row = cursor.fetchone()
    return {view.key: int(count) for view, count in zip(VIEWS, row, strict=True)}


def late_page(
    *,
    view: str,
    agencies: dict[int, str],
    agency_id: int | None = None,
    officer_id: int | None = None,
    cursor: str = "",
) -> Page:
    """`PAGE_SIZE` rows, longest late first, each with `told` (escalations, newest first) and `proposals` (open ones).

    Three queries, however many rows.
    """
    told = Escalation.objects.exclude(level=EscalationLevel.CITIZEN).order_by("-id")
    told = told.select_related("agency", "acknowledged_by")
    open_proposals = Reschedule.objects.filter(approved_at__isnull=True, declined_at__isnull=True)
    rows = (
        _rows(view, agencies, agency_id=agency_id, officer_id=officer_id)
        .with_open_holding("agency", "officer")
        .select_related("revision__procedure", "assignee", "receiving_agency", "resolving_agency")
        .defer(*_NOT_LISTED)
        .prefetch_related(
            Prefetch("escalations", queryset=told, to_attr="told"),
            Prefetch("reschedules", queryset=open_proposals.select_related("proposed_by"), to_attr="proposals"),
        )
        .order_by("next_date_at", "id")
    )
    key = read_cursor(cursor)
    if key is not None:
        instant, pk = key
        rows = rows.filter(next_date_at__gte=instant).exclude(next_date_at=instant, pk__lte=pk)
    found = list(rows[: PAGE_SIZE + 1])
    more = len(found) > PAGE_SIZE
    found = found[:PAGE_SIZE]
    last = found[-1] if found else None
    next_cursor = write_cursor(last.next_date_at, last.pk) if more and last and last.next_date_at else ""
    return Page(rows=found, next_cursor=next_cursor)


def late_handoffs(
    agencies: dict[int, str], *, agency_id: int | None = None, officer_id: int | None = None
) -> list[Handoff]:
    """What these agencies were asked and have not answered in time: `PAGE_SIZE` at most, longest late first.

    Each with `told` (escalations, newest first); two queries, however many.
    """
    chosen = [agency_id] if agency_id in agencies else sorted(agencies)
    told = Escalation.objects.select_related("agency", "acknowledged_by").order_by("-id")
    rows = (
        overdue_handoffs()
        .filter(to_agency_id__in=chosen)
        .select_related("dossier__revision__procedure")
        .defer(*(f"dossier__{name}" for name in _NOT_LISTED if not name.startswith("assignee__")), "due_trace")
        .prefetch_related(Prefetch("escalations", queryset=told, to_attr="told"))
    )
    if officer_id is not None:
        rows = rows.filter(assignee_id=officer_id)
    return list(rows[:PAGE_SIZE])


def watched_handoff(*, actor: Actor, code: str, number: int) -> Handoff:
    """A handoff that a watched agency still has to answer. Raises HandoffNotFound."""
    if "\x00" in code or number > MOST_NUMBER:
        raise HandoffNotFound
    rows = Handoff.objects.still_open().filter(to_agency_id__in=watched_agencies(actor))
    found = rows.select_related("dossier", "to_agency").filter(dossier__code=code, number=number).first()
    if found is None:
        raise HandoffNotFound
    return found


def watched_dossier(*, actor: Actor, code: str) -> Dossier:
    """An open dossier of a watched agency, by its code. Raises DossierNotFound."""
    if "\x00" in code:
        # PostgreSQL takes no NUL in a text.
        raise DossierNotFound
    found = Dossier.objects.filter(
        code=code, state__in=sorted(OPEN_STATES), responsible_agency_id__in=watched_agencies(actor)
    )
    dossier = found.select_related("receiving_agency", "resolving_agency").first()
    if dossier is None:
        raise DossierNotFound
    return dossier


def open_reschedule(dossier: Dossier) -> Reschedule | None:
    """The apology that waits for a signature."""
    return (
        dossier.reschedules.filter(approved_at__isnull=True, declined_at__isnull=True)
        .select_related("proposed_by")
        .first()
    )
