"""Celery entry points of the kernel."""

from celery import shared_task

from portal.core import outbox


@shared_task(name="portal.core.tasks.relay_outbox")
def relay_outbox() -> None:
    """Run due deliveries until none is left; nudged after commit and swept by beat."""
    while outbox.relay_due():
        pass
