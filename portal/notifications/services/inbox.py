"""The inbox of a signed-in person."""

import logging

from django.core.cache import cache
from django.db import transaction

from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import NotFound
from portal.notifications.models import InboxNotice
from portal.notifications.selectors import unread_key

logger = logging.getLogger(__name__)


def mark_read(*, actor: Actor, notice_id: int) -> InboxNotice:
    """Once; a repeat changes nothing. NotFound for a notice that is not the actor's."""
    notice = InboxNotice.objects.filter(pk=notice_id, user_id=actor.user_id or 0).first()
    if notice is None or actor.user_id is None:
        raise NotFound
    if notice.read_at is None:
        with transaction.atomic():
            InboxNotice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=clock.now())
            forget_unread(actor.user_id)
    return notice


def mark_all_read(*, actor: Actor) -> int:
    """Everything that is unread now; returns how many."""
    if actor.user_id is None:
        raise NotFound
    with transaction.atomic():
        marked = InboxNotice.objects.filter(user_id=actor.user_id, read_at__isnull=True).update(read_at=clock.now())
        forget_unread(actor.user_id)
    return marked


def forget_unread(user_id: int) -> None:
    """After commit the number in the head of the page is counted anew; a dead cache lets it be a minute late."""
    transaction.on_commit(lambda: _forget(user_id))


def _forget(user_id: int) -> None:
    try:
        cache.delete(unread_key(user_id))
    except Exception as error:  # noqa: BLE001 - whatever the client of the cache raises, the change stands
        logger.warning("unread count not forgotten: %s", type(error).__name__)
