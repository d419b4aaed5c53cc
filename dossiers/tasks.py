"""Celery entry points of dossiers."""

from uuid import UUID

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


@shared_task(name="dossiers.tasks.write_export")
def write_export(job_id: str) -> None:
    """One worklist as a file; quietly nothing when it waits no longer."""
    services.write_export(UUID(job_id))


@shared_task(name="dossiers.tasks.look_after_exports")
def look_after_exports() -> None:
    """Sweep of beat, every half minute: exports no worker took, those of dead workers, files past their days."""
    services.look_after_exports()


@shared_task(name="dossiers.tasks.forget_old_bulk_runs")
def forget_old_bulk_runs() -> None:
    """Sweep of beat, once a day: results of bulk runs after their days."""
    services.forget_old_bulk_runs()


@shared_task(name="dossiers.tasks.send_morning_digests")
def send_morning_digests() -> None:
    """Once a morning: what each officer's working day begins with."""
    services.send_morning_digests()
