"""Life events, business events and popular searches: saved by administrators, begun with those of `initial_data`."""

import json
from typing import Any

from django.db import transaction

from portal.core.actors import Actor
from portal.core.text import normalise
from procedures.models import LifeEvent, LifeEventProcedure, PopularSearch, Procedure
from procedures.selectors.life_events import forget_home_page
from procedures.services.drafts import require_catalogue_editor
from procedures.services.search_documents import refresh_search_documents
from procedures.services.search_words import INITIAL_DATA


@transaction.atomic
def finish_life_event(*, actor: Actor, event: LifeEvent, formerly: set[int]) -> None:
    """After an administrator stored an event and its procedures: search and the home page follow.

    `formerly` are the keys of the procedures it had before. From now on loading initial data leaves the event alone.
    """
    require_catalogue_editor(actor)
    LifeEvent.objects.filter(pk=event.pk).update(is_curated=True)
    now = set(LifeEventProcedure.objects.filter(life_event=event).values_list("procedure_id", flat=True))
    refresh_search_documents(sorted(formerly | now))
    transaction.on_commit(forget_home_page)


@transaction.atomic
def delete_life_event(*, actor: Actor, event: LifeEvent) -> None:
    """Remove an event for good; its procedures stay."""
    require_catalogue_editor(actor)
    formerly = sorted(event.entries.values_list("procedure_id", flat=True))
    event.delete()
    refresh_search_documents(formerly)
    transaction.on_commit(forget_home_page)


@transaction.atomic
def save_popular_search(*, actor: Actor, search: PopularSearch) -> PopularSearch:
    """Store words that are offered under the search box."""
    require_catalogue_editor(actor)
    search.text = normalise(search.text)
    search.save()
    transaction.on_commit(forget_home_page)
    return search


@transaction.atomic
def delete_popular_search(*, actor: Actor, search: PopularSearch) -> None:
    require_catalogue_editor(actor)
    search.delete()
    transaction.on_commit(forget_home_page)


@transaction.atomic
def seed_life_events(*, actor: Actor) -> int:
    """Add initial events that are missing, and give those that nobody edited the procedures that came since.

    How many rows were added, events and entries. To hide an event, switch it off: a deleted one would come back.
    """
    require_catalogue_editor(actor)
    rows: list[dict[str, Any]] = json.loads((INITIAL_DATA / "life_events.json").read_text(encoding="utf-8"))
    keys = dict(
        Procedure.objects.filter(code__in={code for row in rows for code in row["procedures"]}).values_list(
            "code", "pk"
        )
    )
    added, touched = 0, set()
    for order, row in enumerate(rows, start=1):
        event, is_new = LifeEvent.objects.get_or_create(
            slug=row["slug"],
            defaults={
                "kind": row["kind"],
                "icon": row["icon"],
                "title_vi": row["title"]["vi"],
                "title_en": row["title"]["en"],
                "description_vi": row["description"]["vi"],
                "description_en": row["description"]["en"],
                "search": row["search"],
                "order": order * 10,
            },
        )
        added += is_new
        if event.is_curated:
            continue
        there = set(event.entries.values_list("procedure_id", flat=True))
        entries = [
            LifeEventProcedure(life_event=event, procedure_id=keys[code], order=position * 10)
            for position, code in enumerate(row["procedures"], start=1)
            if code in keys and keys[code] not in there
        ]
        LifeEventProcedure.objects.bulk_create(entries)
        added += len(entries)
        touched |= {entry.procedure_id for entry in entries}
    refresh_search_documents(sorted(touched))
    transaction.on_commit(forget_home_page)
    return added


@transaction.atomic
def seed_popular_searches(*, actor: Actor) -> int:
    """Add the initial popular searches where there is none at all; how many were added."""
    require_catalogue_editor(actor)
    if PopularSearch.objects.exists():
        return 0
    texts = json.loads((INITIAL_DATA / "popular_searches.json").read_text(encoding="utf-8"))
    PopularSearch.objects.bulk_create(
        PopularSearch(text=text, order=order) for order, text in enumerate(texts, start=1)
    )
    transaction.on_commit(forget_home_page)
    return len(texts)
