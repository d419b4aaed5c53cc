"""After commit: whoever relies on a paper that ended hears of it; a bulk digitisation goes to a worker. Each may run twice."""

import logging

from celery import current_app
from django.db import transaction

from portal.core.outbox import handles
from portal.vault import notices, services
from portal.vault.events import DigitisationAsked, PaperEnded


@handles(PaperEnded, key="vault.end_shares")
def end_shares(event: PaperEnded) -> None:
    services.end_shares_of(paper_id=event.paper_id)


@handles(PaperEnded, key="vault.mail_owner")
def mail_owner(event: PaperEnded) -> None:
    with transaction.atomic():
        notices.tell_of_the_end(event.paper_id)


@handles(DigitisationAsked, key="vault.work_on_digitisation")
def hand_digitisation_to_a_worker(event: DigitisationAsked) -> None:
    """A task of its own: thousands of scans must not keep mails waiting in the relay. The sweep is the guarantee."""
    try:
        current_app.send_task(
            "portal.vault.tasks.work_on_digitisation", args=[event.run_id], ignore_result=True, retry=False
        )
    except Exception as error:  # noqa: BLE001 - whatever the broker client raises: the row is there, the sweep takes it
        logging.getLogger(__name__).warning("nudge to digitisation failed: %s", type(error).__name__)
