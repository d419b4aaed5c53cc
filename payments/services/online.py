"""Starting an online payment."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from payments import policies, transitions
from payments.enums import (
    COUNTER_METHODS,
    OPEN_ATTEMPT_STATES,
    AttemptState,
    ChargeKind,
    PaymentMethod,
    ReviewReason,
)
from payments.errors import (
    ChargeNotFound,
    OnlinePaymentNotConfigured,
    OnlinePaymentNotOffered,
    PaymentBeingConfirmed,
    PaymentUnderReview,
)
from payments.gateways import Gateway, PaymentOrder, gateway_named
from payments.models import Charge, PaymentAttempt
from payments.selectors import awaits_confirmation
from payments.services.charges import require_owed
from payments.services.locks import lock_charge
from portal.core import clock
from portal.core.actors import Actor

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


def start_online_payment(
    *,
    actor: Actor,
    charge_id: UUID | str,
    client_address: str,
    language: str,
    method: PaymentMethod = PaymentMethod.VNPAY,
) -> str:
    """The address where the payer pays this charge by `method`: at the provider, or our own page that says what to
    transfer. Every new try has a reference of its own.

    A double click, or coming back while a try of the same method is still open, gives the same try again; choosing
    another method ends it (money still on its way counts all the same). `client_address` is the payer's IP (sent to
    the provider, not kept), `language` is "vi" or "en". Raises ChargeNotFound,
    ChargeAlreadySettled, ChargeAlreadyCancelled, OnlinePaymentNotOffered, OnlinePaymentNotConfigured,
    PaymentUnderReview, PaymentBeingConfirmed, and GatewayUnavailable when a provider that makes the address itself does
    not answer.
    """
    if method in COUNTER_METHODS:
        raise OnlinePaymentNotOffered
    gateway = gateway_named(method)
    if not gateway.is_configured():
        raise OnlinePaymentNotConfigured
    attempt = _open_attempt(actor, charge_id, gateway)
    if not gateway.is_redirecting:
        url = reverse("payments:transfer", kwargs={"charge_id": attempt.charge_id})
    elif attempt.provider_url:
        url = attempt.provider_url
    else:
        # Outside the transaction: the provider may have to be called for its address.
        url = gateway.payment_url(order_of(attempt, client_address=client_address, language=language))
    kept = {"provider_url": url} if gateway.keeps_address else {}
    PaymentAttempt.objects.filter(pk=attempt.pk, state=AttemptState.CREATED).update(
        state=AttemptState.REDIRECTED, **kept
    )
    return url


def order_of(attempt: PaymentAttempt, *, client_address: str = "", language: str = "vi") -> PaymentOrder:
    """The attempt (its charge loaded) as a gateway wants it."""
    charge = attempt.charge
    gateway = gateway_named(attempt.provider)
    return_path = reverse(f"payments:{gateway.name}_return") if gateway.is_redirecting else charge.return_path
    return PaymentOrder(
        reference=attempt.provider_reference,
        amount=attempt.amount,
        created_at=attempt.provider_created_at,
        expires_at=attempt.expires_at or clock.now(),
        summary=f"{_SUMMARY[ChargeKind(charge.kind)]} {charge.subject_label}",
        client_address=client_address,
        language=language,
        return_url=settings.PUBLIC_URL + return_path,
        facts={
            **charge.context,
            "kind": charge.kind,
            "description": charge.description,
            "subject_label": charge.subject_label,
            "agency_code": charge.agency.code if charge.agency else "",
        },
    )


@transaction.atomic
def _open_attempt(actor: Actor, charge_id: UUID | str, gateway: Gateway) -> PaymentAttempt:
    charge = lock_charge(charge_id)
    _require_payable_online(actor, charge)
    now = clock.now()
    lifetime = timedelta(minutes=gateway.lifetime_minutes or settings.PAYMENT_ATTEMPT_MINUTES)
    attempts = list(charge.attempts.select_for_update().order_by("created_at", "id"))
    if any(a.state == AttemptState.NEEDS_REVIEW and a.review_reason == ReviewReason.SUSPECTED for a in attempts):
        raise PaymentUnderReview
    if awaits_confirmation(charge):
        raise PaymentBeingConfirmed
    for attempt in attempts:
        if attempt.state not in OPEN_ATTEMPT_STATES:
            continue
        is_same_way = attempt.provider == gateway.name
        if is_same_way and attempt.expires_at and attempt.expires_at > now + min(LONGEST_REUSE_MARGIN, lifetime / 4):
            attempt.charge = charge
            return attempt
        # Its money may still be on the way: the sweep goes on asking, and a late success settles.
        transitions.end_attempt(attempt, AttemptState.EXPIRED)
        attempt.failure_code = FAILURE_SUPERSEDED
        attempt.finished_at = now
        attempt.save(update_fields=["state", "review_reason", "failure_code", "finished_at"])
    number = len(attempts) + 1
    return PaymentAttempt.objects.create(
        charge=charge,
        method=PaymentMethod(gateway.name),
        amount=charge.amount,
        idempotency_key=f"{charge.pk}:online:{number}",
        provider=gateway.name,
        provider_reference=gateway.reference_for(charge.subject_label, charge.pk, number),
        provider_created_at=f"{clock.local(now):%Y%m%d%H%M%S}",
        expires_at=now + lifetime,
        next_enquiry_at=now + FIRST_ENQUIRY_AFTER if gateway.can_be_asked else None,
    )


def _require_payable_online(actor: Actor, charge: Charge) -> None:
    if not policies.is_payer(actor, charge):
        raise ChargeNotFound
    require_owed(charge)
    if not charge.accepts_online:
        raise OnlinePaymentNotOffered
