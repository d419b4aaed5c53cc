"""Which agencies offer a procedure, and at which level."""

from collections.abc import Iterable

from django.db.models import QuerySet

from procedures.enums import ServiceLevel
from procedures.errors import UnknownOffering
from procedures.models import Procedure, ServiceOffering


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
