"""Celery entry points of messages."""

import logging

from celery import shared_task

from portal.notifications import services
from portal.notifications.errors import MailboxUnavailable

logger = logging.getLogger(__name__)


@shared_task(name="portal.notifications.tasks.read_bounces")
def read_bounces() -> None:
    """Sweep of beat, every few minutes: mails that came back; nothing where no mailbox is configured."""
    try:
        services.read_bounces()
    except MailboxUnavailable as error:
        logger.warning("bounces not read: %s", error.code)
