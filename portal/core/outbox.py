"""Transactional outbox: publish inside the change, handle after commit, possibly twice (ARCHITECTURE 5).

Writers call `publish(event)`. Readers decorate a function with `@handles(EventClass, key="app.what")` in their app's
`event_handlers` module. Handlers are idempotent, re-read state first and stop quietly if the world moved on.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, ClassVar, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q, QuerySet

from portal.core import clock
from portal.core.errors import PortalError
from portal.core.models import OutboxDelivery, OutboxEvent
from portal.core.models.outbox import DeliveryState

logger = logging.getLogger(__name__)
OVERTAKEN_AFTER = timedelta(minutes=10)
_BACKOFF_SECONDS = (5, 15, 60, 180, 600, 1800, 3600)
# So often a second is enough for what heals soon; after that it waits as all do, and has attempts left to do so.
_SOON_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class DomainEvent:
    """Base of all events: a frozen dataclass of ids and numbers with a stable `name` and a `subject`."""

    name: ClassVar[str]

    @property
    def subject(self) -> str:
        """What the event is about, for example `dossier:42`."""
        raise TypeError(f"{type(self).__name__} names no subject")


EventT = TypeVar("EventT", bound=DomainEvent)
Handler = Callable[[Any], None]
_handlers: dict[str, dict[str, tuple[type[DomainEvent], Handler]]] = {}


def handles(event_class: type[EventT], *, key: str) -> Callable[[Callable[[EventT], None]], Callable[[EventT], None]]:
    """Register a handler. `key` is stored with each delivery, so it never changes once released."""

    def register(function: Callable[[EventT], None]) -> Callable[[EventT], None]:
        known = _handlers.setdefault(event_class.name, {})
        if key in known and known[key][1] is not function:
            raise RuntimeError(f"two outbox handlers share the key {key!r}")
        known[key] = (event_class, function)
        return function

    return register


def publish(event: DomainEvent, *, held_for: timedelta = timedelta(0)) -> OutboxEvent:
    """Write the event and its deliveries in the caller's transaction; nudge the worker after commit.

    `held_for`: nothing runs before that time, and until then `recall` can take all of it back. Raises RuntimeError outside
    a transaction: an event without its change, or a change without its event, is a lie.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("publish() must run inside the transaction of the change it tells of")
    row = OutboxEvent.objects.create(name=event.name, subject=event.subject, payload=asdict(event))
    handlers = _handlers.get(event.name, {})
    OutboxDelivery.objects.bulk_create(
        OutboxDelivery(event=row, handler=key, next_attempt_at=clock.now() + held_for) for key in handlers
    )
    if handlers and not held_for:
        transaction.on_commit(_nudge)
    return row


def recall(event_id: int) -> bool:
    """Take a held event back before anything came of it; True when none of its deliveries will ever run.

    False, and nothing changes, when one has been claimed already. Must run in the transaction that undoes the change: the
    row locks keep workers away until its end.
    """
    deliveries = list(OutboxDelivery.objects.select_for_update().filter(event_id=event_id))
    if any(one.state != DeliveryState.PENDING or one.attempts for one in deliveries):
        return False
    OutboxDelivery.objects.filter(pk__in=[one.pk for one in deliveries]).update(state=DeliveryState.RECALLED)
    return True


def release(event_ids: Collection[int]) -> None:
    """Let held events go now. Must run in a transaction; what a worker is about to claim it claims, and nobody waits for it."""
    held = OutboxDelivery.objects.select_for_update(skip_locked=True).filter(
        event_id__in=event_ids, state=DeliveryState.PENDING, attempts=0, next_attempt_at__gt=clock.now()
    )
    keys = list(held.values_list("pk", flat=True))
    if keys:
        OutboxDelivery.objects.filter(pk__in=keys).update(next_attempt_at=clock.now())
        transaction.on_commit(_nudge)


def overtakes(subject: str, *, sequence: int, handlers: str) -> bool:
    """Is an earlier event about the subject (by the `sequence` in its payload) due or under way, and not done, in a handler
    whose key begins with `handlers`? Whoever must keep the order then raises an error that heals and comes back. Due counts
    as well: the claim of another worker is seen only once it is committed.

    What is held back, and what has been stuck for longer than OVERTAKEN_AFTER, holds nobody up.
    """
    now = clock.now()
    return OutboxDelivery.objects.filter(
        Q(attempts__gt=0) | Q(next_attempt_at__lte=now),
        event__subject=subject,
        event__payload__sequence__lt=sequence,
        event__created_at__gt=now - OVERTAKEN_AFTER,
        handler__startswith=handlers,
        state=DeliveryState.PENDING,
    ).exists()


def is_coming(subject: str) -> bool:
    """Is there work about the subject that will still be tried by itself? False once all is done, recalled or parked."""
    return OutboxDelivery.objects.filter(event__subject=subject, state=DeliveryState.PENDING).exists()


def _nudge() -> None:
    """Ask a worker to look now. A dead broker costs seconds (the sweep comes anyway) and never data."""
    from portal.core.tasks import relay_outbox  # late: tasks import this module

    try:
        relay_outbox.apply_async(ignore_result=True, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker client raises, the committed change stands
        logger.warning("outbox nudge failed: %s", type(error).__name__)


def relay_due(limit: int = 50) -> int:
    """Claim up to `limit` due deliveries and run them; returns how many were claimed.

    The claim moves `next_attempt_at` forward and commits before any handler runs: a worker killed in between leaves the
    row to the sweep after the lease, and no second worker runs it meanwhile (SKIP LOCKED, then the moved date).
    """
    now = clock.now()
    with transaction.atomic():
        claimed = list(
            OutboxDelivery.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .filter(state=DeliveryState.PENDING, next_attempt_at__lte=now)
            .order_by("id")[:limit]
        )
        for delivery in claimed:
            delivery.attempts += 1
            delivery.next_attempt_at = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        OutboxDelivery.objects.bulk_update(claimed, ["attempts", "next_attempt_at"])
    for delivery in claimed:
        if _still_ours(delivery):
            _run(delivery)
    return len(claimed)


def _still_ours(delivery: OutboxDelivery) -> bool:
    """Renew the lease just before running: the deliveries before this one may have outlasted it.

    The count of attempts tells claims apart. False when another worker has claimed the row meanwhile.
    """
    return bool(
        _claim_of(delivery).update(next_attempt_at=clock.now() + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS))
    )


def _claim_of(delivery: OutboxDelivery) -> QuerySet[OutboxDelivery]:
    """The row as long as this claim holds: a verdict that comes late must not undo what a later claim did."""
    return OutboxDelivery.objects.filter(pk=delivery.pk, state=DeliveryState.PENDING, attempts=delivery.attempts)


def _run(delivery: OutboxDelivery) -> None:
    known = _handlers.get(delivery.event.name, {}).get(delivery.handler)
    if known is None:
        # While a new version is rolled out, an old worker meets deliveries of handlers it does not have yet.
        _fail(delivery, "unknown_handler", may_heal=True)
        return
    event_class, function = known
    try:
        function(event_class(**delivery.event.payload))
    except Exception as error:  # noqa: BLE001 - every failure is classified: healed later, or parked and shown
        reason = error.code if isinstance(error, PortalError) else type(error).__name__
        _fail(delivery, reason, may_heal=_may_heal(error), soon=isinstance(error, PortalError) and error.heals_soon)
        return
    # Whoever claims it now, the work is done.
    OutboxDelivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.DONE, done_at=clock.now(), last_error="")


def _fail(delivery: OutboxDelivery, reason: str, *, may_heal: bool, soon: bool = False) -> None:
    if may_heal and delivery.attempts < settings.OUTBOX_MAX_ATTEMPTS:
        _retry_later(delivery, reason, soon=soon)
    else:
        _park(delivery, reason)


def _may_heal(error: Exception) -> bool:
    if isinstance(error, PortalError):
        return error.may_heal
    # OSError covers sockets, SMTP (SMTPException is one) and disks; the rest is a database that went away.
    return isinstance(error, OSError | OperationalError | InterfaceError)


def _retry_later(delivery: OutboxDelivery, reason: str, *, soon: bool) -> None:
    wait = _BACKOFF_SECONDS[min(delivery.attempts, len(_BACKOFF_SECONDS)) - 1]
    if soon and delivery.attempts <= _SOON_ATTEMPTS:
        wait = 1
    _claim_of(delivery).update(next_attempt_at=clock.now() + timedelta(seconds=wait), last_error=reason[:120])
    logger.warning("outbox delivery %s (%s) failed with %s, again in %s s", delivery.pk, delivery.handler, reason, wait)


def _park(delivery: OutboxDelivery, reason: str) -> None:
    _claim_of(delivery).update(state=DeliveryState.PARKED, last_error=reason[:120])
    logger.error("outbox delivery %s (%s) parked: %s", delivery.pk, delivery.handler, reason)


def retry_parked(delivery_ids: list[int]) -> int:
    """Put parked deliveries back in the queue with a fresh count of attempts; returns how many were parked."""
    with transaction.atomic():
        moved = OutboxDelivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.PARKED).update(
            state=DeliveryState.PENDING, attempts=0, next_attempt_at=clock.now(), last_error=""
        )
        transaction.on_commit(_nudge)
    return moved
