"""What happens to stored files after commit."""

import logging

from celery import current_app

from portal.core.outbox import handles
from portal.documents import trouble  # noqa: F401 - joins the administrators' digest
from portal.documents.events import ScanRequested

logger = logging.getLogger(__name__)


@handles(ScanRequested, key="documents.scan")
def hand_to_a_worker(event: ScanRequested) -> None:
    """A task of its own: a slow scan must not keep mails waiting in the relay. The sweep is the guarantee."""
    try:
        current_app.send_task(
            "portal.documents.tasks.scan_document", args=[event.document_id], ignore_result=True, retry=False
        )
    except Exception as error:  # noqa: BLE001 - whatever the broker client raises: the row is there, the sweep takes it
        logger.warning("nudge to scan failed: %s", type(error).__name__)
