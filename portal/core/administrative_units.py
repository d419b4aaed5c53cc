"""Provinces, districts and communes by day: what the forms ask for."""

from datetime import date

from django.db.models import F, Q, QuerySet

from portal.core.enums import UnitLevel
from portal.core.models import AdministrativeUnit


def provinces(day: date | None) -> QuerySet[AdministrativeUnit]:
    """Provinces in force on the day, or all versions there ever were; no promise of their order."""
    found = AdministrativeUnit.objects.filter(level=UnitLevel.PROVINCE)
    return found if day is None else found.valid_on(day)


def communes_of(province_code: str, day: date | None) -> QuerySet[AdministrativeUnit]:
    """Communes under a province, directly or through a district, on the day or at any time."""
    # As subqueries, each read once: an OR over joins is a nested loop of minutes while the table has no statistics yet.
    provinces_of_code = AdministrativeUnit.objects.filter(code=province_code, level=UnitLevel.PROVINCE)
    districts = AdministrativeUnit.objects.filter(parent__in=provinces_of_code, level=UnitLevel.DISTRICT)
    found = AdministrativeUnit.objects.filter(
        Q(parent__in=provinces_of_code) | Q(parent__in=districts), level=UnitLevel.COMMUNE
    ).select_related("parent__parent")
    return found if day is None else found.valid_on(day)


def versions_of(code: str) -> QuerySet[AdministrativeUnit]:
    """Every unit that carried the code, with what it belonged to, the latest first."""
    return (
        AdministrativeUnit.objects.filter(code=code)
        .select_related("parent__parent")
        .order_by(F("valid_from").desc(nulls_last=True))
    )


def predecessors_in(province_code: str) -> QuerySet[AdministrativeUnit]:
    """Abolished communes whose place lies in the province now, each with its successors at hand."""
    communes_now = AdministrativeUnit.objects.filter(
        level=UnitLevel.COMMUNE,
        parent__in=AdministrativeUnit.objects.filter(code=province_code, level=UnitLevel.PROVINCE),
    )
    links = AdministrativeUnit.successors.through.objects.filter(to_administrativeunit__in=communes_now)
    return (
        AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, pk__in=links.values("from_administrativeunit"))
        .select_related("parent__parent")
        .prefetch_related("successors__parent__parent")
    )


def successors_of(code: str, day: date) -> QuerySet[AdministrativeUnit]:
    """What the unit that carried the code on the day has become; empty while it is what it was."""
    old = AdministrativeUnit.objects.valid_on(day).filter(code=code)
    links = AdministrativeUnit.successors.through.objects.filter(from_administrativeunit__in=old)
    found = AdministrativeUnit.objects.filter(pk__in=links.values("to_administrativeunit"))
    return found.select_related("parent__parent").order_by("code")
