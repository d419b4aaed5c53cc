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
    found = AdministrativeUnit.objects.filter(
        Q(parent__code=province_code, parent__level=UnitLevel.PROVINCE) | Q(parent__parent__code=province_code),
        level=UnitLevel.COMMUNE,
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
    return (
        AdministrativeUnit.objects.filter(
            level=UnitLevel.COMMUNE, successors__parent__code=province_code, successors__level=UnitLevel.COMMUNE
        )
        .select_related("parent__parent")
        .prefetch_related("successors__parent__parent")
        .distinct()
    )


def successors_of(code: str, day: date) -> QuerySet[AdministrativeUnit]:
    """What the unit that carried the code on the day has become; empty while it is what it was."""
    return (
        AdministrativeUnit.objects.filter(predecessors__in=AdministrativeUnit.objects.valid_on(day).filter(code=code))
        .select_related("parent__parent")
        .order_by("code")
        .distinct()
    )
