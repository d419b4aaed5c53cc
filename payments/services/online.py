"""Starting an online payment."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from payments import policies
from payments.enums import OPEN_ATTEMPT_STATES, AttemptState, ChargeKind, ChargeState, PaymentMethod, ReviewReason
from payments.errors import (
    ChargeAlreadyCancelled,
    ChargeAlreadySettled,
    ChargeNotFound,
    OnlinePaymentNotConfigured,
    OnlinePaymentNotOffered,
    PaymentBeingConfirmed,
    PaymentUnderReview,
)
from payments.gateways import PaymentOrder, gateway_named
from payments.models import Charge, PaymentAttempt
from payments.selectors import awaits_confirmation
from payments.services.locks import lock_charge
from portal.core import clock
from portal.core.actors import Actor
from portal.core.text import slug

# An attempt with less time left than this is not handed out again: nobody types a card number in a few seconds.
LONGEST_REUSE_MARGIN = timedelta(minutes=2)
FIRST_ENQUIRY_AFTER = timedelta(minutes=3)
FAILURE_SUPERSEDED = "superseded"
# Goes to the provider and onto the bank statement, in one language, without accents.
_SUMMARY = {
    ChargeKind.SERVICE_FEE: "Nop phi",
    ChargeKind.STATE_DUTY: "Nop le phi",
    ChargeKind.OBLIGATION: "Nop nghia vu tai chinh",
}


def start_online_payment(*, actor: Actor, charge_id: UUID | str, client_address: str, language: str) -> str:
    """The address at the provider where the payer pays this charge; every new try has a reference of its own.

    A double click, or coming back while a try is still open, gives the same try again. `client_address` is the
    payer's IP (sent to the provider, not kept), `language` is "vi" or "en". Raises ChargeNotFound,
    ChargeAlreadySettled, ChargeAlreadyCancelled, OnlinePaymentNotOffered, OnlinePaymentNotConfigured,
    PaymentUnderReview, PaymentBeingConfirmed.
    """
    gateway = gateway_named(PaymentMethod.VNPAY)
    if not gateway.is_configured():
        raise OnlinePaymentNotConfigured
    attempt = _open_attempt(actor, charge_id)
    # Outside the transaction: another provider may have to be called for its address.
    url = gateway.payment_url(
        PaymentOrder(
            reference=attempt.provider_reference,
            amount=attempt.amount,
            created_at=attempt.provider_created_at,
            expires_at=attempt.expires_at or clock.now(),
            summary=f"{_SUMMARY[ChargeKind(attempt.charge.kind)]} {attempt.charge.subject_label}",
            client_address=client_address,
            language=language,
            return_url=settings.PUBLIC_URL + reverse(f"payments:{gateway.name}_return"),
        )
    )
    PaymentAttempt.objects.filter(pk=attempt.pk, state=AttemptState.CREATED).update(state=AttemptState.REDIRECTED)
    return url


@transaction.atomic
def _open_attempt(actor: Actor, charge_id: UUID | str) -> PaymentAttempt:
    charge = lock_charge(charge_id)
    _require_payable_online(actor, charge)
    now = clock.now()
    lifetime = timedelta(minutes=settings.PAYMENT_ATTEMPT_MINUTES)
    attempts = list(charge.attempts.select_for_update().order_by("created_at", "id"))
    if any(a.state == AttemptState.NEEDS_REVIEW and a.review_reason == ReviewReason.SUSPECTED for a in attempts):
        raise PaymentUnderReview
    if awaits_confirmation(charge):
        raise PaymentBeingConfirmed
    for attempt in attempts:
        if attempt.state not in OPEN_ATTEMPT_STATES:
            continue
        if attempt.expires_at is not None and attempt.expires_at > now + min(LONGEST_REUSE_MARGIN, lifetime / 4):
            attempt.charge = charge
            return attempt
        # Its money may still be on the way: the sweep goes on asking, and a late success settles.
        attempt.state = AttemptState.EXPIRED
        attempt.failure_code = FAILURE_SUPERSEDED
        attempt.finished_at = now
        attempt.save(update_fields=["state", "failure_code", "finished_at"])
    number = len(attempts) + 1
    return PaymentAttempt.objects.create(
        charge=charge,
        method=PaymentMethod.VNPAY,
        amount=charge.amount,
        idempotency_key=f"{charge.pk}:online:{number}",
        provider=PaymentMethod.VNPAY.value,
        provider_reference=_reference(charge, number),
        provider_created_at=f"{clock.local(now):%Y%m%d%H%M%S}",
        expires_at=now + lifetime,
        next_enquiry_at=now + FIRST_ENQUIRY_AFTER,
    )


def _require_payable_online(actor: Actor, charge: Charge) -> None:
    if not policies.is_payer(actor, charge):
        raise ChargeNotFound
    if charge.state == ChargeState.SETTLED:
        raise ChargeAlreadySettled
    if charge.state == ChargeState.CANCELLED:
        raise ChargeAlreadyCancelled
    if not charge.accepts_online:
        raise OnlinePaymentNotOffered


def _reference(charge: Charge, number: int) -> str:
    """An order number a bookkeeper can read and no two charges share, at most 100 characters of [A-Z0-9-]."""
    return f"{slug(charge.subject_label)[:50]}-{charge.pk.hex[:12]}-{number}".upper().lstrip("-")
