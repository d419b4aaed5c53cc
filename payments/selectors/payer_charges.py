"""Everything one payer owes and has paid, over all subjects, page by page by key."""

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum

from payments.enums import ChargeState
from payments.models import Charge
from payments.selectors.paging import Page, page_of
from portal.core.actors import Actor

PAGE_SIZE = 20
_PAID = (ChargeState.SETTLED, ChargeState.REFUNDED)


@dataclass(frozen=True, slots=True)
class Debt:
    """How many charges are owed and their sum in whole đồng."""

    charges: int
    amount: int


def debt_of(actor: Actor) -> Debt:
    """Of the actor's own charges; nothing for nobody."""
    sums = _own(actor).filter(state=ChargeState.OWED).aggregate(charges=Count("pk"), amount=Sum("amount"))
    return Debt(sums["charges"], sums["amount"] or 0)


def owed_page(actor: Actor, *, cursor: str = "") -> Page:
    """The actor's charges that are still owed. One query."""
    return _page(_own(actor).filter(state=ChargeState.OWED), cursor)


def paid_page(actor: Actor, *, cursor: str = "") -> Page:
    """The actor's charges that were paid, given back ones too; what was let go is not among them. One query."""
    return _page(_own(actor).filter(state__in=_PAID), cursor)


def _own(actor: Actor) -> QuerySet[Charge]:
    return Charge.objects.none() if actor.user_id is None else Charge.objects.filter(payer_id=actor.user_id)


def _page(rows: QuerySet[Charge], cursor: str) -> Page:
    return page_of(rows.select_related("agency"), stamp="created_at", cursor=cursor, size=PAGE_SIZE)
