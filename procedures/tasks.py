"""Celery entry points of the catalogue."""

from celery import shared_task

from portal.core.actors import SYSTEM
from procedures import services


@shared_task(name="procedures.tasks.put_due_revisions_in_force")
def put_due_revisions_in_force() -> None:
    """Sweep of beat: revisions whose day has come in Vietnam, and planned abolitions."""
    services.put_due_in_force(actor=SYSTEM)
