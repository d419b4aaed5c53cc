"""Mails that came back: read from their mailbox, marked by Message-ID."""

import contextlib
import logging
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

from portal.core import clock
from portal.notifications.delivery_reports import read_report
from portal.notifications.enums import MailState
from portal.notifications.mailboxes import ImapAccount, ImapMailbox, Mailbox, MaildirMailbox
from portal.notifications.models import MailDelivery
from portal.notifications.selectors import BOUNCES_READ_KEY

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BounceCount:
    """How many messages were looked at, and how many mails of ours came back."""

    looked_at: int
    bounced: int


def read_bounces() -> BounceCount | None:
    """Read the configured mailbox; None when none is configured. Raises MailboxUnavailable."""
    box = _configured()
    if box is None:
        return None
    count = take_bounces(box)
    try:
        cache.set(BOUNCES_READ_KEY, clock.now(), timeout=None)
    except Exception as error:  # noqa: BLE001 - whatever the client of the cache raises, the mails were marked
        logger.warning("reading of bounces not noted in the cache: %s", type(error).__name__)
    return count


def _configured() -> Mailbox | None:
    if settings.BOUNCE_MAILDIR:
        return MaildirMailbox(settings.BOUNCE_MAILDIR)
    if settings.BOUNCE_IMAP_HOST:
        return ImapMailbox(
            ImapAccount(
                settings.BOUNCE_IMAP_HOST,
                settings.BOUNCE_IMAP_PORT,
                settings.BOUNCE_IMAP_USER,
                settings.BOUNCE_IMAP_PASSWORD,
                settings.BOUNCE_IMAP_FOLDER,
            )
        )
    return None


def take_bounces(box: Mailbox) -> BounceCount:
    """Mark what the box tells of, and put each message away after its mark is committed. A repeat changes nothing."""
    looked_at = bounced = 0
    with contextlib.closing(box):
        for key, raw in box.messages():
            looked_at += 1
            report = read_report(raw)
            if report is not None and mark_bounced(message_id=report.message_id, status=report.status):
                bounced += 1
            box.put_away(key)
    if bounced:
        logger.warning("%s mails came back", bounced)
    return BounceCount(looked_at, bounced)


def mark_bounced(*, message_id: str, status: str) -> bool:
    """The message and all that went out in it came back; False for an unknown one or one that is marked already."""
    with transaction.atomic():
        lead = MailDelivery.objects.select_for_update(of=("self",)).filter(message_id=message_id).first()
        if lead is None or lead.state != MailState.SENT:
            return False
        came_back = {"state": MailState.BOUNCED, "bounced_at": clock.now(), "last_error": f"dsn_{status}"}
        MailDelivery.objects.filter(bundle_lead=lead, state=MailState.SENT).update(**came_back)
        MailDelivery.objects.filter(pk=lead.pk, state=MailState.SENT).update(**came_back)
    return True
