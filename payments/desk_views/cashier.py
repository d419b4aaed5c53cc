"""The cashier's desk: find a charge by its dossier's code, take cash or a card, hand over the receipt."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from payments import selectors, services
from payments.desk_views.access import actor_of, cashiers_only
from payments.enums import PaymentMethod
from payments.errors import ChargeAlreadyCancelled, ChargeAlreadySettled, PayerMayPayTwice
from payments.forms.cashier import FindChargeForm, TakePaymentForm
from payments.models import Charge
from payments.selectors import OtherTry
from portal.core.errors import InvalidInput
from portal.core.money import format_vnd

_CLOSED_SHOWN = 10
_PAYMENTS_SHOWN = 20
UNUSABLE = 422


@cashiers_only
@require_safe
def desk(request: HttpRequest) -> HttpResponseBase:
    """`?ma=` finds the charges of a dossier. Below: my open shifts, and the last ones I closed."""
    actor = actor_of(request)
    user_id = actor.user_id or 0
    form = FindChargeForm(request.GET if "ma" in request.GET else None)
    is_searched = form.is_bound and form.is_valid()
    charges = selectors.charges_by_code(actor=actor, code=form.cleaned_data["ma"]) if is_searched else []
    return render(
        request,
        "payments/desk/cashier.html",
        {
            "form": form,
            "is_searched": is_searched,
            "charges": charges,
            "owed_amount": sum(charge.amount for charge in charges if charge.is_owed),
            "shifts": [
                (shift, selectors.takings_of(shift), selectors.payments_of(shift)[:_PAYMENTS_SHOWN])
                for shift in selectors.open_shifts_of(user_id)
            ],
            "closed": selectors.closed_shifts_of(user_id)[:_CLOSED_SHOWN],
        },
        status=UNUSABLE if form.errors else 200,
    )


@cashiers_only
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, charge_id: UUID) -> HttpResponseBase:
    """GET: what is owed. POST `buoc=xem`: the change, to be confirmed; `buoc=thu`: the money is taken."""
    charge = selectors.charge_at_desk(actor=actor_of(request), charge_id=charge_id)
    if request.method != "POST":
        return _page(request, charge, TakePaymentForm(amount=charge.amount, other_tries=_other_tries(charge)))
    form = TakePaymentForm(request.POST, amount=charge.amount, other_tries=_other_tries(charge))
    if not form.is_valid():
        return _page(request, charge, form, status=UNUSABLE)
    if request.POST.get("buoc") != "thu":
        return _page(request, charge, form, is_checked=True)
    return _taken(request, charge, form)


def _taken(request: HttpRequest, charge: Charge, form: TakePaymentForm) -> HttpResponseBase:
    try:
        services.record_counter_payment(
            actor=actor_of(request),
            charge_id=charge.pk,
            method=form.cleaned_data["method"],
            received_amount=charge.amount,
            agency_id=charge.agency_id or 0,
            terminal_slip_number=form.cleaned_data["terminal_slip_number"],
            knows_of_other_tries=form.cleaned_data.get("knows_of_other_tries", False),
        )
    except (ChargeAlreadySettled, ChargeAlreadyCancelled) as error:
        messages.warning(request, str(error.sentence))
        return redirect("money:take", charge.pk)
    except PayerMayPayTwice:
        # Begun since this page was read: the new page asks about it.
        form = TakePaymentForm(request.POST, amount=charge.amount, other_tries=_other_tries(charge))
        return _page(request, charge, form, status=PayerMayPayTwice.status)
    except InvalidInput as problem:
        form.take(problem)
        return _page(request, charge, form, status=UNUSABLE)
    words = _("Đã thu %(amount)s.") % {"amount": format_vnd(charge.amount)}
    if form.change:
        words += " " + _("Trả lại khách %(change)s.") % {"change": format_vnd(form.change)}
    messages.success(request, words)
    return redirect("money:take", charge.pk)


def _other_tries(charge: Charge) -> list[OtherTry]:
    """What the payer may be paying with at this moment; nothing for a charge that is no longer owed."""
    return selectors.other_tries([charge.pk]).get(charge.pk, []) if charge.is_owed else []


def _page(
    request: HttpRequest, charge: Charge, form: TakePaymentForm, *, is_checked: bool = False, status: int = 200
) -> HttpResponseBase:
    more: dict[str, Any] = {}
    paid_by = selectors.settling_attempt(charge)
    if is_checked:
        is_cash = form.cleaned_data["method"] == PaymentMethod.CASH
        more = {"is_cash": is_cash, "given": form.cleaned_data["given_amount"] or charge.amount, "change": form.change}
    return render(
        request,
        "payments/desk/take.html",
        {
            "charge": charge,
            "form": form,
            "is_checked": is_checked,
            "paid_by": paid_by,
            "is_for_another": bool(paid_by and charge.agency_id and paid_by.agency_id not in (None, charge.agency_id)),
            "receipt": selectors.valid_receipts([charge.pk]).get(charge.pk) if charge.is_settled else None,
            **more,
        },
        status=status,
    )
