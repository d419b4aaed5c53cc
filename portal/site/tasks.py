"""Celery entry points of the site."""

from celery import shared_task

from portal.site import trouble_digest


@shared_task(name="portal.site.tasks.tell_of_trouble")
def tell_of_trouble() -> None:
    """Once a morning: what is wrong with the system, to those who run it."""
    trouble_digest.tell_of_trouble()
