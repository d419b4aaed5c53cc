"""Celery entry points of stored files."""

from celery import shared_task

from portal.documents import services


@shared_task(name="portal.documents.tasks.collect_stray_files")
def collect_stray_files() -> None:
    """Once a day."""
    services.collect_stray_files()
