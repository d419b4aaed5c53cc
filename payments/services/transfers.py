"""Transfers that the payer makes alone: what to write on them, and the end of those nobody made."""

from django.db import transaction

from payments.enums import OPEN_ATTEMPT_STATES, PaymentMethod
from payments.errors import OnlinePaymentNotConfigured
from payments.gateways import TransferInstructions, gateway_named
from payments.models import PaymentAttempt
from payments.services.locks import lock_attempt, lock_charge
from payments.services.messages import FAILURE_NO_ANSWER, close_if_expired
from payments.services.online import order_of
from portal.core import clock
from portal.core.actors import Actor


def transfer_instructions(attempt: PaymentAttempt) -> TransferInstructions:
    """What the payer of this attempt (its charge loaded) transfers. Raises OnlinePaymentNotConfigured."""
    gateway = gateway_named(attempt.provider)
    if attempt.receiving_account_id is None and not gateway.is_configured():
        raise OnlinePaymentNotConfigured
    return gateway.instructions(order_of(attempt))


def close_expired_transfers(*, actor: Actor, limit: int = 200) -> int:
    """End up to `limit` transfers past their time; returns how many. Nobody can be asked about them, so the sweep of
    enquiries never meets them; a statement that brings the money later settles all the same. The actor is the system.
    """
    expired = PaymentAttempt.objects.filter(
        method=PaymentMethod.VIETQR, state__in=OPEN_ATTEMPT_STATES, expires_at__lte=clock.now()
    ).order_by("expires_at", "id")[:limit]
    count = 0
    for attempt in expired:
        with transaction.atomic():
            charge = lock_charge(attempt.charge_id)
            close_if_expired(lock_attempt(charge, attempt.pk), FAILURE_NO_ANSWER)
            count += 1
    return count
