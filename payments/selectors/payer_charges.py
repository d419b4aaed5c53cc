"""Everything one payer owes and has paid, over all subjects, page by page by key."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from payments.enums import ChargeState
from payments.models import Charge
from portal.core.actors import Actor
from portal.core.cursors import UuidCursor

PAGE_SIZE = 20
_PAID = (ChargeState.SETTLED, ChargeState.REFUNDED)


@dataclass(frozen=True, slots=True)
class ChargePage:
    """Rows with their agency, newest first; `next_cursor` continues after the last row, "" on the last page."""

    rows: list[Charge]
    next_cursor: str


@dataclass(frozen=True, slots=True)
class Debt:
    """How many charges are owed and their sum in whole đồng."""

    charges: int
    amount: int


def debt_of(actor: Actor) -> Debt:
    """Of the actor's own charges; nothing for nobody."""
    sums = _own(actor).filter(state=ChargeState.OWED).aggregate(charges=Count("pk"), amount=Sum("amount"))
    return Debt(sums["charges"], sums["amount"] or 0)


def owed_page(actor: Actor, *, cursor: str = "") -> ChargePage:
    """The actor's charges that are still owed. One query."""
    return _page(_own(actor).filter(state=ChargeState.OWED), cursor)


def paid_page(actor: Actor, *, cursor: str = "") -> ChargePage:
    """The actor's charges that were paid, given back ones too; what was let go is not among them. One query."""
    return _page(_own(actor).filter(state__in=_PAID), cursor)


def _own(actor: Actor) -> QuerySet[Charge]:
    return Charge.objects.none() if actor.user_id is None else Charge.objects.filter(payer_id=actor.user_id)


def _page(rows: QuerySet[Charge], cursor: str) -> ChargePage:
    rows = rows.select_related("agency").order_by("-created_at", "-id")
    key = UuidCursor.read(cursor)
    if key is not None:
        rows = rows.filter(Q(created_at__lt=key.instant) | Q(created_at=key.instant, id__lt=key.pk))
    found = list(rows[: PAGE_SIZE + 1])
    last: Charge | None = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return ChargePage(found[:PAGE_SIZE], UuidCursor(last.created_at, UUID(str(last.pk))).written() if last else "")
