"""Celery entry points of the catalogue."""

from celery import shared_task

from portal.core.actors import SYSTEM
from procedures import services


@shared_task(name="procedures.tasks.put_due_revisions_in_force")
def put_due_revisions_in_force() -> None:
    """Sweep of beat: revisions whose day has come in Vietnam, and planned abolitions."""
    services.put_due_in_force(actor=SYSTEM)


@shared_task(name="procedures.tasks.refresh_listing_ranks")
def refresh_listing_ranks() -> None:
    """Sweep of beat, once an hour: offerings that began or ended at midnight move their procedures in the list."""
    services.refresh_listing_ranks(actor=SYSTEM)


@shared_task(name="procedures.tasks.rebuild_search")
def rebuild_search() -> None:
    """Once a day, when offerings begin and end; the list of words is counted anew with it."""
    services.rebuild_search()
