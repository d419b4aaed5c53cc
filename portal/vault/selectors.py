"""Reads of the vault."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, DateField, Q, QuerySet
from django.db.models.functions import TruncMonth

from portal.accounts import selectors as account_selectors
from portal.accounts.enums import AssuranceLevel
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from portal.core.cursors import UuidCursor
from portal.documents.enums import ScanState
from portal.vault.codes import read_code
from portal.vault.enums import PaperState, RowState
from portal.vault.models import Digitisation, DigitisationDuty, DigitisationRun, IssuedPaper, PaperKind


def paper_with_code(typed: str) -> IssuedPaper | None:
    """The paper whose code was typed or scanned; None for no such code. What of it is public, the caller's page decides."""
    code = read_code(typed)
    if code is None:
        return None
    return IssuedPaper.objects.select_related("agency", "kind", "document", "replaced_by").filter(code=code).first()


def kind_with_code(code: str) -> PaperKind | None:
    return PaperKind.objects.filter(code=code).first() if code else None


def kinds_with_codes(codes: Iterable[str]) -> dict[str, PaperKind]:
    """The kinds by code, as far as the vault knows them; no query for no code."""
    wanted = set(codes)
    return {kind.code: kind for kind in PaperKind.objects.filter(code__in=wanted)} if wanted else {}


def papers_of(actor: Actor) -> QuerySet[IssuedPaper]:
    """The actor's own papers, those of organisations they speak for, and those that carry their verified number.

    A number somebody typed of themselves proves nothing: it counts from the first verified assurance level on.
    """
    if actor.user_id is None:
        return IssuedPaper.objects.none()
    organisations = [one.organisation for one in account_selectors.representations_of(actor.user_id)]
    verified = [one.pk for one in organisations if one.assurance_level > AssuranceLevel.SELF_DECLARED]
    mine = Q(owner_id=actor.user_id) | Q(owner_organisation_id__in=[one.pk for one in organisations])
    numbers = [one.tax_code for one in organisations if one.pk in verified]
    citizen = account_selectors.citizen_of(actor.user_id)
    if citizen is not None and citizen.assurance_level > AssuranceLevel.SELF_DECLARED and citizen.personal_id_number:
        numbers.append(citizen.personal_id_number)
    if numbers:
        mine |= Q(owner__isnull=True, owner_organisation__isnull=True, holder_id_number__in=numbers)
    return IssuedPaper.objects.select_related("kind", "document").filter(mine)


def usable_papers_of(actor: Actor, kinds: Iterable[PaperKind], day: date) -> QuerySet[IssuedPaper]:
    """Of the actor's own papers those of these kinds that may be used again and count on that day, the newest first."""
    usable = [kind.pk for kind in kinds if kind.is_reusable]
    return (
        papers_of(actor)
        .filter(kind_id__in=usable, state=PaperState.IN_FORCE, valid_from__lte=day)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day))
        .exclude(document__scan_state=ScanState.INFECTED)
        .order_by("-issued_on", "-id")
    )


def paper_with_key(paper_id: int) -> IssuedPaper | None:
    return IssuedPaper.objects.select_related("kind", "agency").filter(pk=paper_id).first()


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


def digitised_paper(actor: Actor, public_id: UUID) -> IssuedPaper | None:
    """A paper digitised by an agency the actor works for."""
    return (
        IssuedPaper.objects.select_related("kind", "document", "agency", "digitisation__digitised_by")
        .filter(public_id=public_id, digitisation__agency_id__in=actor.agencies_as())
        .first()
    )


def digitised_paper_with_key(actor: Actor, paper_id: int) -> IssuedPaper | None:
    """The same by its key, to lead to the one that is there already."""
    return IssuedPaper.objects.filter(pk=paper_id, digitisation__agency_id__in=actor.agencies_as()).first()


def kinds_to_choose() -> list[tuple[str, str]]:
    """(code, name) of every kind, in the order of their names."""
    return list(PaperKind.objects.order_by("name", "pk").values_list("code", "name"))
