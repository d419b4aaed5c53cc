"""Asking the provider about attempts nobody has told us the end of."""

import logging
import uuid
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from payments import policies
from payments.enums import MessageKind, Verdict
from payments.errors import AttemptNotFound, NothingToAsk, RefundNotPermitted
from payments.gateways import Enquiry, GatewayUnavailable, gateway_named
from payments.models import PaymentAttempt
from payments.policies import RefundAction
from payments.selectors.methods import can_be_asked_about
from payments.services.locks import lock_attempt, lock_charge
from payments.services.messages import FAILURE_NO_ANSWER, Received, apply_report, close_if_expired
from portal.core import clock, throttle
from portal.core.actors import Actor

logger = logging.getLogger(__name__)

# After each question the next one waits this long; after the last the attempt is left to the daily reconciliation.
_WAIT_MINUTES = (2, 3, 5, 10, 15, 30, 60, 180, 360, 720, 1440)
# A provider that is down would hold a worker for a time-out per attempt: after so many silences the rest waits.
_GIVE_UP_AFTER = 3
# A person's own questions: one a minute about an attempt.
ASK_AGAIN_AFTER_SECONDS = 60
MOST_QUESTIONS_AN_HOUR = 60


def ask_about_open_attempts(*, actor: Actor, limit: int = 50) -> int:
    """Ask about up to `limit` attempts that are due and act on the answers as on notifications; returns how many were
    asked.

    A claim moves the next question forward before the network is touched, so that two sweeps never ask the same thing
    and a provider that is down costs a wait, not a loop. The actor is the system.
    """
    attempts = _claim(limit)
    silent: dict[str, int] = {}
    for attempt in attempts:
        try:
            if silent.get(attempt.provider, 0) < _GIVE_UP_AFTER:
                _ask(attempt)
                silent[attempt.provider] = 0
        except GatewayUnavailable:
            silent[attempt.provider] = silent.get(attempt.provider, 0) + 1
            logger.warning("payment attempt %s: the provider gave no usable answer", attempt.pk)
        except Exception as error:  # noqa: BLE001 - the next attempt is another payer's
            logger.error("payment attempt %s is not asked about: %s", attempt.pk, type(error).__name__)
        _close(attempt)
    return len(attempts)


def _claim(limit: int) -> list[PaymentAttempt]:
    now = clock.now()
    with transaction.atomic():
        attempts = list(
            PaymentAttempt.objects.select_for_update(skip_locked=True)
            .filter(next_enquiry_at__lte=now)
            .order_by("next_enquiry_at", "id")[:limit]
        )
        for attempt in attempts:
            wait = _WAIT_MINUTES[attempt.enquiries] if attempt.enquiries < len(_WAIT_MINUTES) else None
            attempt.next_enquiry_at = now + timedelta(minutes=wait) if wait is not None else None
            attempt.enquiries += 1
        PaymentAttempt.objects.bulk_update(attempts, ["next_enquiry_at", "enquiries"])
    return attempts


@transaction.atomic
def _close(attempt: PaymentAttempt) -> None:
    """Whatever the answer was, or if there was none: an open attempt past its time is not open any more."""
    charge = lock_charge(attempt.charge_id)
    close_if_expired(lock_attempt(charge, attempt.pk), FAILURE_NO_ANSWER)


def ask_about_attempt(*, actor: Actor, attempt_id: UUID | str) -> Received:
    """An accountant has the provider asked about one attempt now, whatever the sweep has planned, and the answer acted on
    as on any other: asked twice, it moves nothing twice. Network, outside every transaction.

    Raises AttemptNotFound, RefundNotPermitted, NothingToAsk where the portal cannot ask or knows the end,
    TooManyRequests within a minute of the last question, GatewayUnavailable.
    """
    attempt = PaymentAttempt.objects.select_related("charge").filter(pk=attempt_id).first()
    if attempt is None or not policies.may_about_refund(actor, RefundAction.READ, attempt.charge):
        raise AttemptNotFound
    if not policies.may_about_refund(actor, RefundAction.ASK_AGAIN, attempt.charge):
        raise RefundNotPermitted
    if not can_be_asked_about(attempt):
        raise NothingToAsk
    throttle.spend(f"attempt-enquiry:{attempt.pk}", limit=1, window_seconds=ASK_AGAIN_AFTER_SECONDS)
    throttle.spend(f"attempt-enquiries-of:{actor.user_id}", limit=MOST_QUESTIONS_AN_HOUR, window_seconds=3600)
    received = _ask(attempt)
    _close(attempt)
    return received


def _ask(attempt: PaymentAttempt) -> Received:
    report = gateway_named(attempt.provider).ask(
        Enquiry(
            request_id=uuid.uuid4().hex,
            reference=attempt.provider_reference,
            created_at=attempt.provider_created_at,
            asked_at=clock.now(),
        )
    )
    received = apply_report(provider=attempt.provider, kind=MessageKind.QUERY_ANSWER, report=report)
    if received.verdict in (Verdict.NOT_AUTHENTIC, Verdict.WRONG_TERMINAL, Verdict.WRONG_AMOUNT):
        logger.error("payment attempt %s: answer refused, %s", attempt.pk, received.verdict)
    return received
