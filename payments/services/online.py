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
    AttemptAct,
    AttemptState,
    ChargeKind,
    PaymentMethod,
)
from payments.errors import (
    ChargeNotFound,
    OnlinePaymentNotConfigured,
    OnlinePaymentNotOffered,
    PaymentBeingConfirmed,
    PaymentMethodUnknown,
    PaymentUnderReview,
)
from payments.gateways import Gateway, GatewayRefused, GatewayUnavailable, PaymentOrder, Receiver, gateway_named
from payments.models import Charge, PaymentAttempt, ReceivingAccount
from payments.selectors import awaits_confirmation, holds_up_payment
from payments.selectors.receiving_accounts import account_for
from payments.services.charges import require_owed
from payments.services.locks import lock_attempt, lock_charge
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
    channel: str = "",
) -> str:
    """The address where the payer pays this charge by `method`: at the provider, or our own page that says what to
    transfer. Every new try has a reference of its own.

    A double click, or coming back while a try of the same method is still open, gives the same try again; choosing
    another method ends it (money still on its way counts all the same). `client_address` is the payer's IP (sent to
    the provider, not kept), `language` is "vi" or "en"; `channel` is one of the gateway's `channels`, sent along and not
    kept: coming back, the payer may choose another. Raises PaymentMethodUnknown, ChargeNotFound, ChargeAlreadySettled,
    ChargeAlreadyCancelled, OnlinePaymentNotOffered, OnlinePaymentNotConfigured, PaymentUnderReview,
    PaymentBeingConfirmed, and, of a provider that makes the address itself, GatewayUnavailable when it does not answer
    and GatewayRefused when it says no.
    """
    if method in COUNTER_METHODS:
        raise OnlinePaymentNotOffered
    gateway = gateway_named(method)
    if gateway.is_redirecting and not gateway.is_configured():
        raise OnlinePaymentNotConfigured
    if channel and channel not in gateway.channels:
        raise PaymentMethodUnknown
    attempt = _open_attempt(actor, charge_id, gateway)
    if not gateway.is_redirecting:
        url = reverse("payments:transfer", kwargs={"charge_id": attempt.charge_id})
    elif attempt.provider_url:
        url = attempt.provider_url
    elif gateway.keeps_address:
        return _address_made_by(gateway, attempt, client_address=client_address, language=language)
    else:
        # Outside the transaction, as whatever may touch the network.
        order = order_of(attempt, client_address=client_address, language=language, channel=channel)
        url = gateway.payment_url(order)
    _mark_sent(attempt)
    return url


def _address_made_by(gateway: Gateway, attempt: PaymentAttempt, *, client_address: str, language: str) -> str:
    """Let the provider make the address of a try, once and for all.

    Two clicks at once may both ask. The reference is the provider's key of the order, so they ask for the same one, and
    whatever it answers: the first address stored is the only one ever handed out. A try that the provider refuses ends,
    so that the next one has a new reference; the sweep asks about it all the same.
    """
    refusal: GatewayUnavailable = GatewayUnavailable()
    try:
        url = gateway.payment_url(order_of(attempt, client_address=client_address, language=language))
        _mark_sent(attempt, url)
    except GatewayUnavailable as error:
        refusal = error
    if isinstance(refusal, GatewayRefused):
        _end_refused(attempt, refusal.provider_code)
    stored = PaymentAttempt.objects.values_list("provider_url", flat=True).get(pk=attempt.pk)
    if not stored:
        raise refusal
    return stored


def _mark_sent(attempt: PaymentAttempt, provider_url: str = "") -> None:
    """The payer has an address to go to. Another click may have had it first, or the try has ended meanwhile: then
    nothing changes."""
    if attempt.state != AttemptState.CREATED:
        return
    with transaction.atomic():
        attempt = lock_attempt(lock_charge(attempt.charge_id), attempt.pk)
        if attempt.state == AttemptState.CREATED:
            transitions.move_attempt(attempt, AttemptAct.SEND)
            attempt.provider_url = provider_url
            attempt.save(update_fields=["state", "provider_url"])


@transaction.atomic
def _end_refused(attempt: PaymentAttempt, code: str) -> None:
    """The provider would not take the order, and no click at the same time got an address for it."""
    attempt = lock_attempt(lock_charge(attempt.charge_id), attempt.pk)
    if attempt.state != AttemptState.CREATED:
        return
    transitions.end_attempt(attempt, AttemptState.FAILED)
    attempt.failure_code = code
    attempt.finished_at = clock.now()
    attempt.save(update_fields=["state", "review_reason", "failure_code", "finished_at"])


def order_of(
    attempt: PaymentAttempt, *, client_address: str = "", language: str = "vi", channel: str = ""
) -> PaymentOrder:
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
        channel=channel,
        facts={
            **charge.context,
            "kind": charge.kind,
            "description": charge.description,
            "subject_label": charge.subject_label,
            "agency_code": charge.agency.code if charge.agency else "",
        },
        receiver=_receiver(attempt.receiving_account),
    )


def _receiver(account: ReceivingAccount | None) -> Receiver | None:
    if account is None:
        return None
    return Receiver(account.bank_bin, account.bank_name, account.account_number, account.account_name)


@transaction.atomic
def _open_attempt(actor: Actor, charge_id: UUID | str, gateway: Gateway) -> PaymentAttempt:
    charge = lock_charge(charge_id)
    _require_payable_online(actor, charge)
    account = None if gateway.is_redirecting else account_for(charge.agency_id)
    if account is None and not gateway.is_configured():
        raise OnlinePaymentNotConfigured
    now = clock.now()
    lifetime = timedelta(minutes=gateway.lifetime_minutes or settings.PAYMENT_ATTEMPT_MINUTES)
    attempts = list(charge.attempts.select_for_update().order_by("created_at", "id"))
    if any(holds_up_payment(attempt) for attempt in attempts):
        raise PaymentUnderReview
    if awaits_confirmation(charge):
        raise PaymentBeingConfirmed
    for attempt in attempts:
        if attempt.state not in OPEN_ATTEMPT_STATES:
            continue
        is_same_way = attempt.provider == gateway.name and attempt.receiving_account == account
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
        receiving_account=account,
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
