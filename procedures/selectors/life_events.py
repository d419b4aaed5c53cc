"""Life events and popular searches, for the home page and the page of an event."""

from dataclasses import dataclass

from django.core.cache import cache

from procedures.enums import LifeEventKind
from procedures.errors import UnknownLifeEvent
from procedures.models import LifeEvent, PopularSearch, Procedure
from procedures.selectors.browsing import counted_life_events
from procedures.selectors.full_text import shown_in_order
from procedures.selectors.offerings import Offered, offered

_HOME_KEY = "procedures.home_page"
# A change in admin forgets it at once; this is for rows that were changed by other means.
_HOME_SECONDS = 300


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the catalogue gives the home page: events of citizens, of businesses, and words to search by."""

    life_events: list[LifeEvent]
    business_events: list[LifeEvent]
    popular_searches: list[str]


@dataclass(frozen=True, slots=True)
class LifeEventPage:
    """An event with its published procedures in the order in which people need them, and the other events of its kind."""

    event: LifeEvent
    procedures: list[Procedure]
    offered: dict[int, Offered]
    others: list[LifeEvent]


def home_page() -> HomePage:
    """Two queries at most every five minutes."""
    known = cache.get(_HOME_KEY)
    if isinstance(known, HomePage):
        return known
    events = [event for event, _count in counted_life_events()]
    page = HomePage(
        [event for event in events if event.kind == LifeEventKind.PERSON],
        [event for event in events if event.kind == LifeEventKind.BUSINESS],
        list(PopularSearch.objects.filter(is_active=True).values_list("text", flat=True)),
    )
    cache.set(_HOME_KEY, page, _HOME_SECONDS)
    return page


def forget_home_page() -> None:
    """The next home page reads anew."""
    cache.delete(_HOME_KEY)


def life_event_page(slug: str) -> LifeEventPage:
    """Seven queries, however many procedures there are. Raises `UnknownLifeEvent` (404), also for one that is switched off."""
    event = LifeEvent.objects.filter(slug=slug, is_active=True).first()
    if event is None:
        raise UnknownLifeEvent
    keys = event.entries.filter(procedure__current_revision__isnull=False).order_by("order", "pk")
    procedures = shown_in_order(list(keys.values_list("procedure_id", flat=True)))
    others = [other for other, _count in counted_life_events() if other.kind == event.kind and other.pk != event.pk]
    return LifeEventPage(event, procedures, offered(procedures), others)
