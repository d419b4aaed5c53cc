"""Which agencies offer a procedure, and at which level."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Max, Min, QuerySet

from procedures.enums import ServiceLevel
from procedures.errors import UnknownOffering
from procedures.models import Procedure, ServiceOffering


@dataclass(frozen=True, slots=True)
class Offered:
    """What the offerings in force come to: highest level, how many agencies, and the agency's name if it is the only one."""

    level: ServiceLevel = ServiceLevel.L1
    agency_count: int = 0
    agency_name: str = ""


def offered(procedures: Iterable[Procedure]) -> dict[int, Offered]:
    """By procedure key; one nobody offers is left out. One query and one row a procedure, however many agencies offer it:
    a commune's procedure has hundreds of offerings, and a list of procedures needs none of them.
    """
    rows = (
        ServiceOffering.objects.in_force()
        .filter(procedure__in=[procedure.pk for procedure in procedures])
        .order_by()
        .values("procedure_id")
        .annotate(highest=Max("level"), agency_count=Count("pk"), agency_name=Min("agency__name"))
    )
    return {
        row["procedure_id"]: Offered(
            level=ServiceLevel(row["highest"]),
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
        .select_related("agency", "receiving_agency")
        .order_by("-level", "agency__name", "pk")
    )


def offering(offering_id: int) -> ServiceOffering:
    """One offering in force of a published procedure, with procedure, revision in force and agencies.

    Raises `UnknownOffering` (404).
    """
    found = (
        ServiceOffering.objects.in_force()
        .filter(pk=offering_id, procedure__current_revision__isnull=False)
        .select_related("agency", "receiving_agency", "procedure__policy_area", "procedure__current_revision")
        .first()
    )
    if found is None:
        raise UnknownOffering
    return found


def highest_level(offerings: Iterable[ServiceOffering]) -> ServiceLevel:
    """The highest level among offerings; a procedure nobody offers here is information only (level 1)."""
    return ServiceLevel(max((item.level for item in offerings), default=ServiceLevel.L1))
