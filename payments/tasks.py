"""Celery entry points of payments."""

from celery import shared_task

from payments import services
from portal.core.actors import SYSTEM


@shared_task(name="payments.tasks.ask_about_open_attempts")
def ask_about_open_attempts() -> None:
    """Sweep of beat, once a minute: ask the provider about attempts whose end nobody told us."""
    services.ask_about_open_attempts(actor=SYSTEM)


@shared_task(name="payments.tasks.close_expired_transfers")
def close_expired_transfers() -> None:
    """Sweep of beat: transfers nobody made in time. Money that still comes counts all the same."""
    services.close_expired_transfers(actor=SYSTEM)


@shared_task(name="payments.tasks.place_statement_lines")
def place_statement_lines() -> None:
    """Sweep of beat: lines of a big statement that were not placed while its page was waiting."""
    services.place_and_compare(actor=SYSTEM)


@shared_task(name="payments.tasks.reconcile_recent_days")
def reconcile_recent_days() -> None:
    """Every morning: the last days of every source against the ledger."""
    services.reconcile_recent_days(actor=SYSTEM)


@shared_task(name="payments.tasks.send_refunds")
def send_refunds() -> None:
    """Sweep of beat, once a minute, and nudged by each approval: ask providers to give money back."""
    services.send_refunds(actor=SYSTEM)


@shared_task(name="payments.tasks.tell_of_waiting_refunds")
def tell_of_waiting_refunds() -> None:
    """Every morning: accountants and heads are told which refunds wait for them."""
    services.tell_of_waiting_refunds(actor=SYSTEM)
