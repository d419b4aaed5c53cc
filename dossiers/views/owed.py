"""Everything the signed-in person has to pay, over all dossiers, and what was paid."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dossiers import selectors
from dossiers.views.requests import actor_of
from payments import selectors as payment_selectors
from payments.selectors import OnItsWay, OtherTry

if TYPE_CHECKING:
    from payments.models import Charge


@dataclass(frozen=True, slots=True)
class OwedRow:
    """A charge, until when it is to be paid (None: no date was set), and the try that is under way."""

    charge: "Charge"
    due_at: datetime | None
    last_try: OtherTry | None

    @property
    def may_pay(self) -> bool:
        """Paying again would not pay twice, as far as anybody knows."""
        return self.last_try is None or self.last_try.kind in (OnItsWay.ONLINE, OnItsWay.TRANSFER)


@login_required
@never_cache
@require_safe
def owed_charges(request: HttpRequest) -> HttpResponse:
    """`?no=` goes on with what is owed, `?sau=` with what was paid; each list has its own pages."""
    actor = actor_of(request)
    owed_cursor, paid_cursor = request.GET.get("no", ""), request.GET.get("sau", "")
    shows_owed, shows_paid = not paid_cursor, not owed_cursor or bool(paid_cursor)
    owed = payment_selectors.owed_page(actor, cursor=owed_cursor) if shows_owed else None
    charges = owed.rows if owed is not None else []
    tries = payment_selectors.other_tries(charge.pk for charge in charges)
    due_dates = selectors.payment_dates(actor=actor, subjects={charge.subject for charge in charges})
    context = {
        "debt": payment_selectors.debt_of(actor),
        "owed": owed,
        "rows": [
            OwedRow(charge, due_dates.get(charge.subject), next(reversed(tries.get(charge.pk, [])), None))
            for charge in charges
        ],
        "paid": payment_selectors.paid_page(actor, cursor=paid_cursor) if shows_paid else None,
    }
    return render(request, "dossiers/owed.html", context)
