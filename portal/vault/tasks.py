"""Celery entry points of the vault."""

from uuid import UUID

from celery import shared_task

from portal.vault import services


@shared_task(name="portal.vault.tasks.work_on_digitisation")
def work_on_digitisation(run_id: str) -> None:
    """A slice of one bulk digitisation; quietly nothing when it waits no longer."""
    services.work_on_run(UUID(run_id))


@shared_task(name="portal.vault.tasks.look_after_digitisations")
def look_after_digitisations() -> None:
    """Sweep of beat, every half minute: runs no worker took, those of dead workers, what old ones kept."""
    services.look_after_runs()


@shared_task(name="portal.vault.tasks.tell_of_last_days")
def tell_of_last_days() -> None:
    """Once a day: owners of papers that soon expire."""
    services.tell_of_last_days()
