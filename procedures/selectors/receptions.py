"""Which desks receive for an offering: its own, and with non-territorial reception those of a list or of a whole tree."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from portal.accounts import selectors as account_selectors
from portal.accounts.models import Agency
from procedures.models import ServiceOffering
from procedures.selectors import full_text

_MOST_PAGES = 5


def receives_for(offering: ServiceOffering, agency_id: int) -> bool:
    """Does this agency's desk receive dossiers of the offering? One query only with non-territorial reception."""
    if agency_id == offering.receiving_agency_id_or_own:
        return True
    if agency_id not in offering.other_receivers and offering.receivers_below_id is None:
        return False
    return any(agency.pk == agency_id for agency in receivers_of(offering))


def receivers_of(offering: ServiceOffering) -> list[Agency]:
    """Every agency in force whose desk receives, the offering's own first, then by name."""
    own = offering.receiving_agency or offering.agency
    if offering.receivers_below_id is None and not offering.other_receivers:
        return [own]
    wanted = set(offering.other_receivers)
    if offering.receivers_below is not None:
        below = account_selectors.agencies_in_force_below(offering.receivers_below.code)
        wanted |= {offering.receivers_below.pk, *below.values_list("pk", flat=True)}
    others = account_selectors.agencies_in_force().filter(pk__in=wanted, desks__isnull=False).exclude(pk=own.pk)
    return [own, *others.distinct().order_by("name", "pk")]


def offerings_received_at(agency_ids: Collection[int]) -> QuerySet[ServiceOffering]:
    """Offerings in force that the desks of these agencies receive, by the name of the procedure."""
    here = Q(receiving_agency_id__in=agency_ids) | Q(receiving_agency__isnull=True, agency_id__in=agency_ids)
    for agency_id in agency_ids:
        here |= Q(other_receivers__contains=[agency_id])
    here |= Q(receivers_below_id__in=_with_those_above(agency_ids))
    return (
        ServiceOffering.objects.in_force()
        .filter(here, procedure__current_revision__isnull=False)
        .select_related(
            "procedure__current_revision", "agency", "receiving_agency", "receivers_below", "provider_system"
        )
        .defer("procedure__search_text", "procedure__current_revision__form_definition")
        .order_by("procedure__name", "agency__name", "pk")
    )


def search_received(agency_ids: Collection[int], text: str, *, limit: int) -> tuple[list[ServiceOffering], bool]:
    """Offerings that these desks receive, found as the catalogue finds them, with their cases; and whether more were.

    Without a text the first by name. The catalogue ranks, the desk narrows: a few pages of hits are enough.
    """
    received = offerings_received_at(agency_ids).prefetch_related("procedure__current_revision__cases")
    if not text.strip():
        rows = list(received[: limit + 1])
        return rows[:limit], len(rows) > limit
    found: list[ServiceOffering] = []
    cursor = ""
    for _page in range(_MOST_PAGES):
        page = full_text.search(text, cursor=cursor)
        ranks = {procedure.pk: rank for rank, procedure in enumerate(page.procedures)}
        here = received.filter(procedure__in=list(ranks))
        found += sorted(here, key=lambda one: (ranks[one.procedure_id], one.agency.name, one.pk))
        cursor = page.next_cursor
        if not cursor or len(found) > limit:
            break
    return found[:limit], len(found) > limit or bool(cursor)


def _with_those_above(agency_ids: Collection[int]) -> set[int]:
    """The agencies and everything above them in the tree; a query a level."""
    found, level = set(agency_ids), set(agency_ids)
    while level:
        above = Agency.objects.filter(pk__in=level, parent__isnull=False).values_list("parent_id", flat=True)
        level = {pk for pk in above if pk is not None} - found
        found |= level
    return found
