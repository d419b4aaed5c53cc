"""Which agencies offer a procedure, and at which level."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from portal.core import clock
from portal.core.single_rows import only_row
from procedures.enums import ServiceLevel, ServiceScope
from procedures.errors import UnknownOffering
from procedures.models import Procedure, ProcedureRevision, ServiceOffering

# From the least to the most that is claimed.
SCOPE_RANKS = [ServiceScope.INFORMATION, ServiceScope.PARTIAL, ServiceScope.FULL]


@dataclass(frozen=True, slots=True)
class Offered:
    """What the offerings in force come to: highest level, the most that is claimed at it, how many agencies, and the
    agency's name if it is the only one.
    """

    level: ServiceLevel = ServiceLevel.L1
    scope: ServiceScope = ServiceScope.INFORMATION
    agency_count: int = 0
    agency_name: str = ""


def offered(procedures: Iterable[Procedure]) -> dict[int, Offered]:
    """By procedure key; one nobody offers is left out. One query and one row a procedure, however many agencies offer it:
    a commune's procedure has hundreds of offerings, and a list of procedures needs none of them.
    """
    scope_rank = Case(
        *(When(scope=scope, then=Value(rank)) for rank, scope in enumerate(SCOPE_RANKS)),
        output_field=IntegerField(),
    )
    rows = (
        ServiceOffering.objects.in_force()
        .filter(procedure__in=[procedure.pk for procedure in procedures])
        .order_by()
        .values("procedure_id")
        # One number holds the level and the best scope at that level.
        .annotate(highest=Max(F("level") * 10 + scope_rank), agency_count=Count("pk"), agency_name=Min("agency__name"))
    )
    return {
        row["procedure_id"]: Offered(
            level=ServiceLevel(row["highest"] // 10),
            scope=SCOPE_RANKS[row["highest"] % 10],
            agency_count=row["agency_count"],
            agency_name=row["agency_name"] if row["agency_count"] == 1 else "",
        )
        for row in rows
    }


def offerings_of(procedure: Procedure) -> QuerySet[ServiceOffering]:
    """Offerings in force, highest level first, with their agencies."""
    return (
        ServiceOffering.objects.in_force()
        .filter(procedure=procedure)
        .select_related("agency", "receiving_agency", "provider_system")
        .order_by("-level", "agency__name", "pk")
    )


def offering(offering_id: int) -> ServiceOffering:
    """One offering in force of a published procedure, with procedure, revision in force and agencies.

    Raises `UnknownOffering` (404).
    """
    found = only_row(
        ServiceOffering.objects.in_force()
        .filter(pk=offering_id, procedure__current_revision__isnull=False)
        .select_related(
            "agency",
            "receiving_agency",
            "provider_system",
            "procedure__policy_area",
            "procedure__current_revision",
        )
    )
    if found is None:
        raise UnknownOffering
    return found


def highest_level(offerings: Iterable[ServiceOffering]) -> ServiceLevel:
    """The highest level among offerings; a procedure nobody offers here is information only (level 1)."""
    return ServiceLevel(max((item.level for item in offerings), default=ServiceLevel.L1))


def best_offering(offerings: Iterable[ServiceOffering]) -> ServiceOffering | None:
    """The one with the highest level, and of those the most that is claimed; None where nobody offers it."""
    return max(offerings, key=lambda one: (one.level, SCOPE_RANKS.index(ServiceScope(one.scope))), default=None)


def offering_on(procedure: Procedure, agency_id: int, day: date) -> ServiceOffering | None:
    """What the agency offered of the procedure on a day, with its provider; None = nothing. Never more than one."""
    return only_row(
        ServiceOffering.objects.in_force_on(day)
        .filter(procedure=procedure, agency_id=agency_id)
        .select_related("agency", "receiving_agency", "provider_system")
    )


def offering_now(offering: ServiceOffering) -> ServiceOffering:
    """The period in force today of the same service: this one, or the one that took its place.

    Raises `UnknownOffering` (404) when the agency no longer offers the procedure, or was closed.
    """
    found = offering_on(offering.procedure, offering.agency_id, clock.today())
    if found is None:
        raise UnknownOffering(_("Cơ quan này không còn cung cấp thủ tục này."))
    return found


def periods_of(procedure: Procedure, agency_id: int) -> QuerySet[ServiceOffering]:
    """Every period of a service, newest first, struck-out ones too."""
    return ServiceOffering.objects.filter(procedure=procedure, agency_id=agency_id).order_by(
        F("valid_from").desc(nulls_last=True), "-pk"
    )


def revisions_during(offering: ServiceOffering) -> QuerySet[ProcedureRevision]:
    """The revisions of the procedure that were in force on a day of the period, oldest first: what the level was about."""
    revisions = ProcedureRevision.objects.filter(procedure=offering.procedure, published_at__isnull=False)
    if offering.valid_to is not None:
        revisions = revisions.filter(published_at__lt=_midnight(offering.valid_to + timedelta(days=1)))
    if offering.valid_from is not None:
        begin = _midnight(offering.valid_from)
        revisions = revisions.filter(Q(superseded_at__isnull=True) | Q(superseded_at__gt=begin))
    return revisions.order_by("number")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.VIETNAM)
