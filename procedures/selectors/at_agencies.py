"""What is offered where: for those who choose among the procedures that agencies receive or decide."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from procedures.models import PolicyArea, Procedure, ServiceOffering


def procedures_at(agency_ids: Iterable[int]) -> QuerySet[Procedure]:
    """Procedures that one of the agencies receives or decides, now or once, with their policy areas, by name."""
    ids = list(agency_ids)
    offered = ServiceOffering.objects.filter(Q(agency_id__in=ids) | Q(receiving_agency_id__in=ids))
    return (
        Procedure.objects.filter(pk__in=offered.values("procedure_id"))
        .select_related("policy_area")
        .defer("search_text")
        .order_by("name", "pk")
    )


def procedure_name(code: str) -> str | None:
    """The name of a procedure; None for a code nobody has."""
    return Procedure.objects.filter(code=code).values_list("name", flat=True).first()


def policy_area_name(slug: str) -> str | None:
    """The name of a policy area; None for a word nobody has."""
    return PolicyArea.objects.filter(slug=slug).values_list("name", flat=True).first()
