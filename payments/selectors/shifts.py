"""What was taken in a shift, from the ledger's lines; shifts of a cashier and of an agency."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from payments import policies
from payments.enums import EntryKind, PaymentMethod, RefundState
from payments.models import CashShift, LedgerEntry, PaymentAttempt
from portal.core.actors import Actor
from portal.core.cursors import read_cursor, write_cursor

PAGE = 30
OPEN_SHIFTS, SHIFTS_THAT_DIFFER = "dang-mo", "lech"


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


def open_count(agency_ids: Collection[int]) -> int:
    return CashShift.objects.filter(agency_id__in=agency_ids, closed_at__isnull=True).count()


def shifts_page(actor: Actor, *, view: str = "", cursor: str = "") -> tuple[list[CashShift], str]:
    """`PAGE` of the actor's own shifts and of those of the agencies whose books they keep, newest first, and where the next
    page begins ("" at the end). `view`: OPEN_SHIFTS or SHIFTS_THAT_DIFFER, all for any other word. One query."""
    seen = Q(cashier=actor.user_id) | Q(agency_id__in=policies.book_agencies(actor))
    rows = CashShift.objects.select_related("agency", "cashier").filter(seen)
    if view == OPEN_SHIFTS:
        rows = rows.filter(closed_at__isnull=True)
    elif view == SHIFTS_THAT_DIFFER:
        agrees = Q(counted_cash_amount=F("expected_cash_amount"), counted_card_amount=F("expected_card_amount"))
        rows = rows.filter(~agrees, closed_at__isnull=False)
    after = read_cursor(cursor)
    if after is not None:
        at, pk = after
        rows = rows.filter(Q(opened_at__lt=at) | Q(opened_at=at, id__lt=pk))
    found = list(rows.order_by("-opened_at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    return shown, write_cursor(shown[-1].opened_at, shown[-1].pk) if len(found) > PAGE else ""


def payments_of(shift: CashShift) -> QuerySet[PaymentAttempt]:
    """What was taken in it, newest first; the caller cuts."""
    return PaymentAttempt.objects.select_related("charge").filter(shift=shift).order_by("-finished_at", "-id")
