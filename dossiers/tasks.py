"""Celery entry points of dossiers."""

from celery import shared_task

from dossiers import services


@shared_task(name="dossiers.tasks.look_after_drafts")
def look_after_drafts() -> None:
    """Sweep of beat, once an hour: drafts left alone are remembered, and end only after a warning."""
    services.look_after_drafts()
