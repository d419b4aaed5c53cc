"""What was taken in a shift, from the ledger's lines; shifts of a cashier."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, Sum

from payments import policies
from payments.enums import EntryKind, PaymentMethod, RefundState
from payments.models import CashShift, LedgerEntry, PaymentAttempt
from portal.core.actors import Actor


@dataclass(frozen=True, slots=True)
class Takings:
    """Whole đồng. `cash` is what lies in the drawer: taken less paid back."""

    cash_taken: int
    cash_paid_back: int
    card: int
    payments: int

    @property
    def cash(self) -> int:
        return self.cash_taken - self.cash_paid_back


def takings_of(shift: CashShift) -> Takings:
    """Two sums over the ledger's lines of the shift's payments and of the refunds paid out of it."""
    taken = LedgerEntry.objects.filter(kind=EntryKind.SETTLED, attempt__shift=shift).aggregate(
        cash=Sum("amount", filter=Q(attempt__method=PaymentMethod.CASH)),
        card=Sum("amount", filter=Q(attempt__method=PaymentMethod.CARD_AT_COUNTER)),
        payments=Count("id"),
    )
    paid_back = LedgerEntry.objects.filter(
        kind=EntryKind.REFUNDED, refund__shift=shift, refund__state=RefundState.DONE
    ).aggregate(total=Sum("amount"))["total"]
    return Takings(taken["cash"] or 0, paid_back or 0, taken["card"] or 0, taken["payments"])


def open_shifts_of(user_id: int) -> QuerySet[CashShift]:
    """At most one an agency."""
    return (
        CashShift.objects.select_related("agency")
        .filter(cashier_id=user_id, closed_at__isnull=True)
        .order_by("agency_id")
    )


def closed_shifts_of(user_id: int) -> QuerySet[CashShift]:
    """The latest ones first; the caller cuts."""
    return (
        CashShift.objects.select_related("agency")
        .filter(cashier_id=user_id, closed_at__isnull=False)
        .order_by("-opened_at", "-id")
    )


def shifts_page(*, actor: Actor, only_open: bool, before: tuple[datetime, int] | None, size: int) -> list[CashShift]:
    """The actor's own shifts, and every one of the agencies whose books they keep, newest first; one more than `size`
    where there is a next page. One query."""
    seen = Q(cashier=actor.user_id) | Q(agency_id__in=policies.book_agencies(actor))
    shifts = CashShift.objects.filter(seen).select_related("agency", "cashier")
    if only_open:
        shifts = shifts.filter(closed_at__isnull=True)
    if before is not None:
        at, pk = before
        shifts = shifts.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk))
    return list(shifts.order_by("-opened_at", "-id")[: size + 1])


def payments_of(shift: CashShift) -> QuerySet[PaymentAttempt]:
    """What was taken in it, newest first; the caller cuts."""
    return PaymentAttempt.objects.select_related("charge").filter(shift=shift).order_by("-finished_at", "-id")
