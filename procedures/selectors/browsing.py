"""Ways into the catalogue for those who do not search: areas, agencies, life events, each with its procedures counted."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q

from portal.core.text import fold
from procedures.models import LifeEvent, PolicyArea


@dataclass(frozen=True, slots=True)
class Counted:
    """One entry of a list: its key in addresses, its name, how many published procedures it has."""

    key: str
    name: str
    count: int


class CountedEvent(NamedTuple):
    event: LifeEvent
    procedure_count: int


def counted_areas() -> list[Counted]:
    """Areas with a published procedure, in the order of their folded names; one query."""
    published = Count("procedures", filter=Q(procedures__current_revision__isnull=False))
    areas = PolicyArea.objects.annotate(found=published).filter(found__gt=0)
    return sorted((Counted(area.slug, area.name, area.found) for area in areas), key=lambda one: fold(one.name))


def counted_agencies() -> list[Counted]:
    """Agencies that resolve a published procedure, in the order of their folded names; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agency.key, min(agency.name), count(*) FROM procedures_proceduresearchdocument, "
            "unnest(agencies, agency_names) AS agency(key, name) GROUP BY agency.key"
        )
        return sorted((Counted(*row) for row in cursor.fetchall()), key=lambda one: fold(one.name))


def counted_life_events() -> list[CountedEvent]:
    """Events that lead somewhere, in their order, with how many published procedures each has; one query."""
    published = Count("entries", filter=Q(entries__procedure__current_revision__isnull=False))
    shown = (
        LifeEvent.objects.filter(is_active=True)
        .annotate(found=published)
        .filter(found__gt=0)
        .order_by("kind", "order", "pk")
    )
    return [CountedEvent(event, event.found) for event in shown]
