"""Celery entry points of stored files."""

from uuid import UUID

from celery import shared_task

from portal.documents import services


@shared_task(name="portal.documents.tasks.collect_stray_files")
def collect_stray_files() -> None:
    """Once a day."""
    services.collect_stray_files()


@shared_task(name="portal.documents.tasks.scan_document")
def scan_document(document_id: str) -> None:
    """One file, right after it was stored; quietly nothing when it is not due (any more)."""
    services.scan_document(UUID(document_id))


@shared_task(name="portal.documents.tasks.scan_due")
def scan_due() -> None:
    """Every half minute: what no nudge reached, what is due again, whose lease ran out."""
    services.scan_due()


@shared_task(name="portal.documents.tasks.sweep_uploads")
def sweep_uploads() -> None:
    """Every hour: half-sent files that nobody went on with."""
    services.sweep_uploads()
