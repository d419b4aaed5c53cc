"""Refunds, and attempts a person must look at, for officers and payers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from payments import policies
from payments.enums import (
    COUNTER_METHODS,
    RESERVING_REFUND_STATES,
    AttemptStanding,
    AttemptState,
    RefundReason,
    RefundRoute,
    RefundState,
    ReviewReason,
)
from payments.errors import AttemptNotFound, RefundNotFound
from payments.gateways import gateway_named
from payments.models import Charge, PaymentAttempt, Refund
from portal.core.actors import Actor
from portal.core.cursors import UuidCursor

PAGE_SIZE = 30

_REASONS: dict[AttemptStanding, tuple[RefundReason, ...]] = {
    AttemptStanding.DOUBLE_PAYMENT: (RefundReason.DOUBLE_PAYMENT,),
    AttemptStanding.PAID_AFTER_CANCELLATION: (RefundReason.PAID_AFTER_CANCELLATION,),
    AttemptStanding.WRONG_AMOUNT: (RefundReason.WRONG_AMOUNT,),
    AttemptStanding.SUCCEEDED: (RefundReason.NOT_OWED, RefundReason.OVERCHARGED, RefundReason.NOT_SERVED),
    AttemptStanding.CONTRADICTED: (RefundReason.REVERSED,),
}


def reasons_for(attempt: PaymentAttempt) -> tuple[RefundReason, ...]:
    """Why money of this attempt may go back; empty where none came, or all of it is settled."""
    reasons = _REASONS.get(attempt.standing, ())
    return (*reasons, RefundReason.WRONG_AMOUNT) if attempt.excess_amount and reasons else reasons


def routes_for(attempt: PaymentAttempt, reason: RefundReason | None = None) -> tuple[RefundRoute, ...]:
    """How money of this attempt may go back, the usual way first."""
    if reason == RefundReason.REVERSED:
        return (RefundRoute.PROVIDER,)
    by_hand = (RefundRoute.BANK_TRANSFER, RefundRoute.CASH)
    if attempt.method in COUNTER_METHODS or not gateway_named(attempt.provider).can_refund:
        return by_hand
    return (RefundRoute.PROVIDER, *by_hand)


def why_by_hand(attempt: PaymentAttempt) -> Any:
    """Why money of this attempt cannot go back the way it came, in words; blank where it can, or came at a desk."""
    if attempt.method in COUNTER_METHODS:
        return ""
    return gateway_named(attempt.provider).why_no_refund


@dataclass(frozen=True, slots=True)
class View:
    """One of the lists of the refunds' page: its address word, label and states; the first shows attempts to review."""

    key: str
    states: tuple[RefundState, ...]


REVIEW = "can-xem-xet"
VIEWS = (
    View("cho-duyet", (RefundState.PROPOSED,)),
    View("cho-hoan", (RefundState.APPROVED, RefundState.SENT)),
    View("khong-thanh", (RefundState.REFUSED,)),
    View("da-hoan", (RefundState.DONE,)),
    View("khong-duyet", (RefundState.REJECTED,)),
)
VIEW_OF = {view.key: view for view in VIEWS}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list and where the next page begins; blank at the end."""

    rows: list[Any]
    next_cursor: str


def refunds_page(*, agencies: Collection[int], view: View, cursor: str = "") -> Page:
    """`PAGE_SIZE` refunds of these agencies, newest proposal first, with attempt, charge and proposer. One query."""
    rows = (
        Refund.objects.filter(attempt__charge__agency_id__in=agencies, state__in=view.states)
        .select_related("attempt__charge", "proposed_by")
        .order_by("-proposed_at", "-id")
    )
    return _page(rows, "proposed_at", cursor)


def attempts_to_review(agencies: Collection[int]) -> QuerySet[PaymentAttempt]:
    """What a person must look at: in doubt, or money nobody owed of which a part is in no refund yet."""
    too_much = Q(state=AttemptState.SUCCEEDED, received_amount__gt=F("amount"))
    is_promised_back = Q(
        state=AttemptState.NEEDS_REVIEW, received_amount__gt=0, refund_reserved_amount=F("received_amount")
    )
    promised_excess = (
        Refund.objects.filter(
            attempt=OuterRef("pk"), reason=RefundReason.WRONG_AMOUNT, state__in=RESERVING_REFUND_STATES
        )
        .order_by()
        .values("attempt")
        .values_list(Sum("amount"))
    )
    is_excess_promised_back = too_much & Q(review_reason="", promised_excess__gte=F("received_amount") - F("amount"))
    return (
        PaymentAttempt.objects.filter(
            # As the condition of the index `payment_attempt_to_review`.
            Q(state=AttemptState.NEEDS_REVIEW) | Q(review_reason=ReviewReason.CONTRADICTED) | too_much,
            charge__agency_id__in=agencies,
        )
        .exclude(is_promised_back)
        .alias(promised_excess=Coalesce(Subquery(promised_excess), 0))
        .exclude(is_excess_promised_back)
    )


def attempts_page(*, agencies: Collection[int], cursor: str = "") -> Page:
    """`PAGE_SIZE` attempts to review, newest first, with their charge. One query."""
    rows = attempts_to_review(agencies).select_related("charge").order_by("-created_at", "-id")
    return _page(rows, "created_at", cursor)


def paid_attempts(agencies: Collection[int], subject_label: str) -> list[PaymentAttempt]:
    """Attempts whose money came for the subject with this code, newest first; a code has few."""
    rows = PaymentAttempt.objects.filter(
        charge__agency_id__in=agencies, charge__subject_label=subject_label, received_amount__gt=0
    )
    return list(rows.select_related("charge").order_by("-created_at", "-id")[:PAGE_SIZE])


def counts(agencies: Collection[int]) -> dict[str, int]:
    """How many rows each list holds. Two queries, however many lists."""
    by_view = Refund.objects.filter(attempt__charge__agency_id__in=agencies).aggregate(
        **{f"view_{number}": Count("pk", filter=Q(state__in=view.states)) for number, view in enumerate(VIEWS)}
    )
    found = {view.key: by_view[f"view_{number}"] for number, view in enumerate(VIEWS)}
    return {REVIEW: attempts_to_review(agencies).count(), **found}


def refund_of_agency(*, actor: Actor, refund_id: UUID | str) -> Refund:
    """A refund at an agency where refunds are the actor's business. Raises RefundNotFound for every other one."""
    refund = (
        Refund.objects.filter(pk=refund_id, attempt__charge__agency_id__in=policies.refund_agencies(actor))
        .select_related(
            *("attempt__charge__payer", "attempt__charge__agency"),
            *("proposed_by", "proposed_in_place_of", "decided_by", "decided_in_place_of"),
        )
        .first()
    )
    if refund is None:
        raise RefundNotFound
    return refund


def attempt_of_agency(*, actor: Actor, attempt_id: UUID | str) -> PaymentAttempt:
    """As `refund_of_agency`, for an attempt, with its refunds. Raises AttemptNotFound."""
    attempt = (
        PaymentAttempt.objects.filter(pk=attempt_id, charge__agency_id__in=policies.refund_agencies(actor))
        .select_related("charge__payer", "charge__agency", "reviewed_by")
        .prefetch_related(Prefetch("refunds", Refund.objects.order_by("proposed_at", "id")))
        .first()
    )
    if attempt is None:
        raise AttemptNotFound
    return attempt


def provider_said(attempt: PaymentAttempt) -> Any:
    """The provider's code kept with this attempt as a sentence; empty where there is none."""
    return gateway_named(attempt.provider).explain(attempt.failure_code) if attempt.failure_code else ""


def refunds_of_charge(charge: Charge) -> list[Refund]:
    """All refunds of a charge's attempts, oldest first; who may see them is the caller's rule. No query where no money
    came, with `attempts` prefetched."""
    if not any(attempt.received_amount for attempt in charge.attempts.all()):
        return []
    return list(Refund.objects.filter(attempt__charge=charge).order_by("proposed_at", "id"))


def first_refund_of(attempt_id: UUID | str) -> Refund | None:
    """The first refund that was proposed for an attempt's money, however it ended."""
    return Refund.objects.filter(attempt_id=UUID(str(attempt_id))).order_by("proposed_at", "id").first()


def kept_amount(charge: Charge) -> int:
    """What settled a charge, was not given back and is promised to nobody, whole đồng."""
    attempt = charge.attempts.filter(state=AttemptState.SUCCEEDED).first()
    return attempt.refundable_amount if attempt is not None else 0


def refund_facts(refund_id: UUID | str) -> Refund:
    """One refund with its charge, for the apps that tell of it. Raises RefundNotFound."""
    refund = Refund.objects.select_related("attempt__charge").filter(pk=refund_id).first()
    if refund is None:
        raise RefundNotFound
    return refund


def _page(rows: QuerySet[Any], stamp: str, cursor: str) -> Page:
    key = UuidCursor.read(cursor)
    if key is not None:
        rows = rows.filter(Q(**{f"{stamp}__lt": key.instant}) | Q(**{stamp: key.instant, "id__lt": key.pk}))
    found = list(rows[: PAGE_SIZE + 1])
    last: Any = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    at: datetime | None = getattr(last, stamp) if last is not None else None
    return Page(found[:PAGE_SIZE], UuidCursor(at, last.pk).written() if at is not None else "")
