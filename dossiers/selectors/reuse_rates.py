"""How often nobody had to hand in a paper again: S3's share, and 4.3 and 4.4 of QĐ 766/QĐ-TTg, with what they are made of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from dossiers.models import Dossier, DossierComponent, DossierFile
from portal.core import clock


@dataclass(frozen=True, slots=True)
class Rate:
    """A share that can be checked: both numbers, and the per cent with two decimals; None where there is nothing to share."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        return round(100 * self.part / self.whole, 2) if self.whole else None


@dataclass(frozen=True, slots=True)
class ReuseRates:
    """Of dossiers that an agency resolves, received in a period.

    `of_applicants`: people and enterprises (S3: at least 30 %); `of_dossiers`: 4.3, full at 80 %; `from_vault`: 4.4, taken
    from the vault; `from_others`: of those the paper of another agency; `where_asked`: of the dossiers that ask for a
    paper which can be used again at all. An enterprise is an organisation that somebody filed for, known by its tax code
    whoever filed; a dossier of before that was recorded says nothing of one and counts as its applicant's own.
    """

    of_applicants: Rate = Rate(0, 0)
    of_people: Rate = Rate(0, 0)
    of_enterprises: Rate = Rate(0, 0)
    of_dossiers: Rate = Rate(0, 0)
    from_vault: Rate = Rate(0, 0)
    from_others: Rate = Rate(0, 0)
    where_asked: Rate = Rate(0, 0)


_FOR_AN_ORGANISATION = Q(organisation__isnull=False)


def reuse_rates(agency_ids: Collection[int], first_day: date, last_day: date) -> dict[int, ReuseRates]:
    """By resolving agency; both days are in the period. One query; an agency without a dossier is left out."""
    rows = (
        _with_facts(_received(agency_ids, first_day, last_day))
        .order_by()
        .values("resolving_agency_id")
        .annotate(
            whole=Count("pk"),
            reusing=Count("pk", filter=Q(is_reusing=True)),
            vault=Count("pk", filter=Q(is_from_vault=True)),
            others=Count("pk", filter=Q(is_from_others=True)),
            asking=Count("pk", filter=Q(is_asking=True)),
            people=Count("applicant", distinct=True, filter=~_FOR_AN_ORGANISATION),
            people_reusing=Count("applicant", distinct=True, filter=~_FOR_AN_ORGANISATION & Q(is_reusing=True)),
            enterprises=Count("organisation_tax_code", distinct=True, filter=_FOR_AN_ORGANISATION),
            enterprises_reusing=Count(
                "organisation_tax_code", distinct=True, filter=_FOR_AN_ORGANISATION & Q(is_reusing=True)
            ),
        )
    )
    return {
        row["resolving_agency_id"]: ReuseRates(
            of_applicants=Rate(row["people_reusing"] + row["enterprises_reusing"], row["people"] + row["enterprises"]),
            of_people=Rate(row["people_reusing"], row["people"]),
            of_enterprises=Rate(row["enterprises_reusing"], row["enterprises"]),
            of_dossiers=Rate(row["reusing"], row["whole"]),
            from_vault=Rate(row["vault"], row["whole"]),
            from_others=Rate(row["others"], row["whole"]),
            where_asked=Rate(row["reusing"], row["asking"]),
        )
        for row in rows
    }


def _received(agency_ids: Collection[int], first_day: date, last_day: date) -> QuerySet[Dossier]:
    begin = datetime.combine(first_day, time.min, clock.VIETNAM)
    end = datetime.combine(last_day + timedelta(days=1), time.min, clock.VIETNAM)
    return Dossier.objects.filter(resolving_agency_id__in=agency_ids, received_at__gte=begin, received_at__lt=end)


def _with_facts(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    files = DossierFile.objects.filter(component__dossier=OuterRef("pk"))
    return dossiers.annotate(
        is_reusing=Exists(files.exclude(paper__isnull=True, reused_from__isnull=True)),
        is_from_vault=Exists(files.filter(paper__isnull=False)),
        is_from_others=Exists(
            files.filter(paper__isnull=False).exclude(paper__agency_id=F("component__dossier__resolving_agency_id"))
        ),
        is_asking=Exists(
            DossierComponent.objects.filter(dossier=OuterRef("pk"), is_needed=True).exclude(
                required_document__paper_kinds=[]
            )
        ),
    )
