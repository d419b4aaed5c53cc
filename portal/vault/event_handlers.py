"""After commit: a bulk digitisation is handed to a worker."""

import logging

from celery import current_app

from portal.core.outbox import handles
from portal.vault.events import DigitisationAsked


@handles(DigitisationAsked, key="vault.work_on_digitisation")
def hand_digitisation_to_a_worker(event: DigitisationAsked) -> None:
    """A task of its own: thousands of scans must not keep mails waiting in the relay. The sweep is the guarantee."""
    try:
        current_app.send_task(
            "portal.vault.tasks.work_on_digitisation", args=[event.run_id], ignore_result=True, retry=False
        )
    except Exception as error:  # noqa: BLE001 - whatever the broker client raises: the row is there, the sweep takes it
        logging.getLogger(__name__).warning("nudge to digitisation failed: %s", type(error).__name__)
