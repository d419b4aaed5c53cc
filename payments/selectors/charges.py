"""Charges and what became of them, for payers and for the apps that asked for the money."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _

from payments.enums import SURPLUS_REASONS, AttemptStanding, AttemptState, ChargeState, Verdict
from payments.errors import ChargeNotFound
from payments.gateways import gateway_named
from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.core.actors import Actor

# The failure code of an attempt that a person found unpaid.
FOUND_UNPAID = "found_unpaid"


class Situation(StrEnum):
    """What the payer of a charge should be told."""

    OWED = "owed"
    # The last try ended without money; `reason` says why.
    FAILED = "failed"
    # The browser brought a signed success; the provider has not confirmed it to us yet.
    CONFIRMING = "confirming"
    UNDER_REVIEW = "under_review"
    SETTLED = "settled"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class ChargeSituation:
    """The situation, the attempt that made it (None when nothing was tried yet), and the reason in words if it
    failed."""

    kind: Situation
    attempt: PaymentAttempt | None = None
    reason: Any = ""
    # Money came in again for a charge already paid or cancelled, and a person is looking at it.
    has_refund_pending: bool = False
    # A transfer of another amount that waits for a person; its charge is still owed.
    wrong_amount: PaymentAttempt | None = None


def holds_up_payment(attempt: PaymentAttempt) -> bool:
    """Paying again would pay twice, as long as a person has not looked: the provider suspects this money, or a transfer
    brought enough of it."""
    if attempt.standing == AttemptStanding.WRONG_AMOUNT:
        return attempt.refundable_amount >= attempt.amount
    return attempt.standing == AttemptStanding.SUSPECTED


def charges_for(subject: str) -> QuerySet[Charge]:
    """All charges of a subject ("dossier:42"), oldest first; who may see them is the caller's rule."""
    return Charge.objects.select_related("agency").filter(subject=subject).order_by("created_at", "id")


def charges_of_subjects(subjects: Sequence[str]) -> dict[str, list[Charge]]:
    """All charges of each subject that has any, oldest first; one query."""
    found: dict[str, list[Charge]] = {}
    for charge in Charge.objects.filter(subject__in=subjects).order_by("created_at", "id"):
        found.setdefault(charge.subject, []).append(charge)
    return found


def charge_of_payer(*, actor: Actor, charge_id: UUID | str) -> Charge:
    """The actor's own charge with `attempts` prefetched, oldest first. Raises ChargeNotFound for anybody else's."""
    if actor.user_id is None:
        raise ChargeNotFound
    charge = (
        Charge.objects.select_related("payer", "agency")
        .filter(pk=charge_id, payer_id=actor.user_id)
        .prefetch_related(Prefetch("attempts", PaymentAttempt.objects.order_by("created_at", "id")))
        .first()
    )
    if charge is None:
        raise ChargeNotFound
    return charge


def charge_to_return_to(*, actor: Actor, provider: str, reference: str) -> UUID | None:
    """The actor's own charge of a try at the provider, for a browser that comes back: the try named, or the last one."""
    if actor.user_id is None:
        return None
    own = PaymentAttempt.objects.filter(provider=provider, charge__payer_id=actor.user_id)
    if reference:
        # PostgreSQL takes no NUL.
        own = own.filter(provider_reference=reference[:100].replace("\x00", ""))
    return own.order_by("-created_at", "-id").values_list("charge_id", flat=True).first()


def settling_attempt(charge: Charge) -> PaymentAttempt | None:
    """The attempt that paid the charge, or None while it is owed. Uses prefetched attempts where there are any."""
    return next((attempt for attempt in charge.attempts.all() if attempt.state == AttemptState.SUCCEEDED), None)


def awaits_confirmation(charge: Charge) -> bool:
    """Did a browser bring a signed success for an attempt whose end the provider has not told us, and is still asked
    for?"""
    return ProviderMessage.objects.filter(
        attempt__charge=charge, attempt__next_enquiry_at__isnull=False, verdict=Verdict.CLAIMS_PAID
    ).exists()


def situation_of(charge: Charge) -> ChargeSituation:
    """What to tell the payer; at most one query when `attempts` is prefetched."""
    attempts = list(charge.attempts.all())
    in_review = [attempt for attempt in attempts if attempt.state == AttemptState.NEEDS_REVIEW]
    has_refund_pending = any(
        attempt.standing in SURPLUS_REASONS
        and not (charge.is_owed and attempt.standing == AttemptStanding.WRONG_AMOUNT)
        for attempt in in_review
    )
    wrong = [attempt for attempt in in_review if attempt.standing == AttemptStanding.WRONG_AMOUNT]
    wrong_amount = wrong[-1] if wrong else None
    held_up = [attempt for attempt in in_review if holds_up_payment(attempt)]
    if charge.is_settled:
        return ChargeSituation(Situation.SETTLED, settling_attempt(charge), has_refund_pending=has_refund_pending)
    if charge.state == ChargeState.REFUNDED:
        return ChargeSituation(Situation.REFUNDED, settling_attempt(charge), has_refund_pending=has_refund_pending)
    if not charge.is_owed:
        return ChargeSituation(Situation.CANCELLED, has_refund_pending=has_refund_pending)
    if held_up:
        return ChargeSituation(Situation.UNDER_REVIEW, held_up[-1], wrong_amount=wrong_amount)
    last = attempts[-1] if attempts else None
    if any(attempt.next_enquiry_at is not None for attempt in attempts) and awaits_confirmation(charge):
        return ChargeSituation(Situation.CONFIRMING, last)
    if last is None or last.is_open or last.standing in SURPLUS_REASONS or last.state == AttemptState.RETURNED:
        return ChargeSituation(Situation.OWED, last, "", has_refund_pending, wrong_amount)
    return ChargeSituation(Situation.FAILED, last, _why_it_failed(last), has_refund_pending, wrong_amount)


def _why_it_failed(attempt: PaymentAttempt) -> Any:
    if attempt.state == AttemptState.REVERSED or attempt.failure_code == FOUND_UNPAID:
        return _("Ngân hàng không chuyển khoản tiền này cho cơ quan. Bạn có thể nộp lại.")
    return gateway_named(attempt.provider).explain(attempt.failure_code)
