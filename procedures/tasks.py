"""Celery entry points of the catalogue."""

from celery import shared_task

from procedures import services


@shared_task(name="procedures.tasks.rebuild_search")
def rebuild_search() -> None:
    """Once a day, when offerings begin and end; the list of words is counted anew with it."""
    services.rebuild_search()
