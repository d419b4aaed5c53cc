"""Celery entry points of dossiers."""

from celery import shared_task

from dossiers import services


@shared_task(name="dossiers.tasks.look_after_drafts")
def look_after_drafts() -> None:
    """Sweep of beat, once an hour: drafts left alone are remembered, and end only after a warning."""
    services.look_after_drafts()


@shared_task(name="dossiers.tasks.tell_of_delays")
def tell_of_delays() -> None:
    """Sweep of beat, every few minutes: dates that come near or have passed are told to those who must act."""
    services.propose_apologies()
    services.raise_escalations()
    services.send_escalation_notices()
