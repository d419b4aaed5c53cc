"""Celery entry points of payments."""

from celery import shared_task

from payments import services
from portal.core.actors import SYSTEM


@shared_task(name="payments.tasks.ask_about_open_attempts")
def ask_about_open_attempts() -> None:
    """Sweep of beat, once a minute: ask the provider about attempts whose end nobody told us."""
    services.ask_about_open_attempts(actor=SYSTEM)


@shared_task(name="payments.tasks.send_refunds")
def send_refunds() -> None:
    """Sweep of beat, once a minute, and nudged by each approval: ask providers to give money back."""
    services.send_refunds(actor=SYSTEM)
