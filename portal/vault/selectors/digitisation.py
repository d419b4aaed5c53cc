"""Reads of the digitisation of old results: runs, what was digitised, the duty to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, Q
from django.db.models.functions import TruncMonth

from portal.accounts import selectors as account_selectors
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.cursors import UuidCursor
from portal.vault.enums import PaperState, RowState
from portal.vault.models import Digitisation, DigitisationDuty, DigitisationRow, DigitisationRun, IssuedPaper


@dataclass(frozen=True, slots=True)
class DigitisedMonth:
    """What an agency digitised in a month (its first day): all, and of them how many are in force today."""

    agency: Agency
    month: date
    total: int
    in_force: int


def digitised_by_month(agency_ids: Collection[int], first_day: date, last_day: date) -> list[DigitisedMonth]:
    """By agency (in the order of their codes) and month, newest month first; days are Vietnam's. Two queries.

    In force today: not revoked, not replaced, begun and not past its last day. A paper digitised anew counts once.
    """
    today = clock.today()
    in_force = Q(paper__state=PaperState.IN_FORCE, paper__valid_from__lte=today) & (
        Q(paper__valid_until__isnull=True) | Q(paper__valid_until__gte=today)
    )
    rows = (
        Digitisation.objects.filter(agency_id__in=agency_ids, is_current=True)
        .annotate(month=TruncMonth("digitised_at", tzinfo=clock.VIETNAM, output_field=DateField()))
        .filter(month__gte=first_day.replace(day=1), month__lte=last_day)
        .order_by()
        .values("agency_id", "month")
        .annotate(total=Count("pk"), in_force=Count("pk", filter=in_force))
    )
    found = list(rows)
    agencies = account_selectors.agencies_by_id({row["agency_id"] for row in found})
    months = [DigitisedMonth(agencies[row["agency_id"]], row["month"], row["total"], row["in_force"]) for row in found]
    return sorted(months, key=lambda one: (one.agency.code, -one.month.toordinal()))


def duties() -> dict[str, DigitisationDuty]:
    """By level; a level without a row has no day yet."""
    return {duty.level: duty for duty in DigitisationDuty.objects.all()}


def runs_of(agency_ids: Collection[int], cursor: str = "", *, size: int = 30) -> tuple[list[DigitisationRun], str]:
    """Bulk digitisations of these agencies, newest first, and the cursor of the next page ("" for none).

    Each with `row_count`, `done_count`, `failed_count`: counted for this page alone. Two queries.
    """
    rows = (
        DigitisationRun.objects.filter(agency_id__in=agency_ids)
        .select_related("agency", "owner")
        .order_by("-created_at", "-pk")
    )
    key = UuidCursor.read(cursor)
    if key is not None:
        rows = rows.filter(Q(created_at__lt=key.instant) | Q(created_at=key.instant, pk__lt=key.pk))
    found: list[DigitisationRun] = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    _count_rows(found)
    return found, UuidCursor(found[-1].created_at, found[-1].pk).written() if more else ""


def _count_rows(runs: list[DigitisationRun]) -> None:
    counted = (
        DigitisationRow.objects.filter(run__in=runs)
        .order_by()
        .values_list("run_id", "state")
        .annotate(count=Count("pk"))
    )
    counts: dict[UUID, dict[str, int]] = {}
    for run_id, state, count in counted if runs else ():
        counts.setdefault(run_id, {})[state] = count
    for run in runs:
        of_run: Any = run
        mine = counts.get(run.pk, {})
        of_run.row_count = sum(mine.values())
        of_run.done_count = mine.get(RowState.DONE, 0) + mine.get(RowState.ALREADY, 0)
        of_run.failed_count = mine.get(RowState.FAILED, 0)


def digitised_paper_with_key(actor: Actor, paper_id: int) -> IssuedPaper | None:
    """A paper digitised by an agency the actor works for, to lead to the one that is there already."""
    return IssuedPaper.objects.filter(pk=paper_id, digitisation__agency_id__in=actor.agencies_as()).first()
