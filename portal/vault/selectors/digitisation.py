"""Reads of the digitisation of old results: runs, what was digitised, the duty to."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, DateField, Q
from django.db.models.functions import TruncMonth

from portal.accounts import selectors as account_selectors
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.cursors import UuidCursor
from portal.vault.enums import PaperState, RowState
from portal.vault.models import Digitisation, DigitisationDuty, DigitisationRun, IssuedPaper


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
    """Bulk digitisations of these agencies, newest first, and the cursor of the next page ("" for none)."""
    rows = (
        DigitisationRun.objects.filter(agency_id__in=agency_ids)
        .select_related("agency", "owner")
        .annotate(
            row_count=Count("rows"),
            done_count=Count("rows", filter=Q(rows__state__in=[RowState.DONE, RowState.ALREADY])),
            failed_count=Count("rows", filter=Q(rows__state=RowState.FAILED)),
        )
        .order_by("-created_at", "-pk")
    )
    key = UuidCursor.read(cursor)
    if key is not None:
        rows = rows.filter(Q(created_at__lt=key.instant) | Q(created_at=key.instant, pk__lt=key.pk))
    found: list[DigitisationRun] = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    return found, UuidCursor(found[-1].created_at, found[-1].pk).written() if more else ""


def digitised_paper_with_key(actor: Actor, paper_id: int) -> IssuedPaper | None:
    """A paper digitised by an agency the actor works for, to lead to the one that is there already."""
    return IssuedPaper.objects.filter(pk=paper_id, digitisation__agency_id__in=actor.agencies_as()).first()
