"""Shifts: the list for the books; one with what was taken, the count, the closing, the paper."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from payments import policies, selectors, services
from payments.desk_views.access import actor_of, money_officers_only
from payments.errors import ShiftAlreadyClosed, ShiftMoved, ShiftNotFound
from payments.forms.cashier import CountForm
from payments.models import CashShift
from portal.core import clock
from portal.core.errors import InvalidInput
from portal.documents import services as document_services

_SHOWN = 200
UNUSABLE = 422
_VIEWS = {
    "": gettext_lazy("Mọi ca"),
    selectors.OPEN_SHIFTS: gettext_lazy("Đang mở"),
    selectors.SHIFTS_THAT_DIFFER: gettext_lazy("Đếm lệch sổ"),
}


@money_officers_only
@require_safe
def shifts(request: HttpRequest) -> HttpResponseBase:
    """The actor's own shifts and those of the agencies whose books they keep, newest first; `loc` narrows, `sau` continues
    after."""
    view = request.GET.get("loc", "")
    view = view if view in _VIEWS else ""
    cursor = request.GET.get("sau", "")
    rows, next_cursor = selectors.shifts_page(actor_of(request), view=view, cursor=cursor)
    address = reverse("money:shifts")
    kept = urlencode({"loc": view}) if view else ""
    return render(
        request,
        "payments/desk/shifts.html",
        {
            "views": [
                (label, f"{address}?{urlencode({'loc': key})}" if key else address, key == view)
                for key, label in _VIEWS.items()
            ],
            "rows": rows,
            "today": clock.today(),
            "is_narrowed": bool(view),
            "next_url": f"{address}?{urlencode({'loc': view, 'sau': next_cursor})}" if next_cursor else "",
            "first_url": f"{address}?{kept}" if cursor else "",
        },
    )


@money_officers_only
@require_safe
def shift(request: HttpRequest, shift_id: int) -> HttpResponseBase:
    """Open: what was taken, and the form of the count for its cashier. Closed: the count."""
    found = _seen(request, shift_id)
    return _page(request, found, CountForm())


@money_officers_only
@require_POST
def close(request: HttpRequest, shift_id: int) -> HttpResponseBase:
    """`buoc=dem`: the count beside the ledger, to be confirmed; `buoc=chot`: closed."""
    found = _seen(request, shift_id)
    form = CountForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=UNUSABLE)
    actor = actor_of(request)
    counted: dict[str, Any] = {
        "actor": actor,
        "shift_id": found.pk,
        "denominations": form.denominations,
        "counted_card_amount": form.card,
    }
    count: services.Count | None = None
    try:
        count = services.count_shift(**counted)
        if request.POST.get("buoc") != "chot":
            return _page(request, found, form, count=count)
        services.close_shift(
            **counted,
            seen_cash_amount=_whole(request.POST.get("seen_cash", "")),
            seen_card_amount=_whole(request.POST.get("seen_card", "")),
            note=form.cleaned_data["note"],
        )
    except InvalidInput as problem:
        form.take(problem)
        return _page(request, found, form, count=count, status=UNUSABLE)
    except ShiftMoved as error:
        messages.warning(request, str(error.sentence))
        return _page(request, found, form, count=services.count_shift(**counted), status=error.status)
    except ShiftAlreadyClosed as error:
        messages.warning(request, str(error.sentence))
        return redirect("money:shift", found.pk)
    messages.success(request, _("Đã chốt ca thu."))
    return redirect("money:shift", found.pk)


@money_officers_only
@require_safe
def paper(request: HttpRequest, shift_id: int) -> HttpResponseBase:
    """The closed shift as PDF."""
    found = _seen(request, shift_id)
    content = services.shift_pdf(found)
    return document_services.download_response(
        content, file_name=f"chot-ca-{found.pk}.pdf", media_type="application/pdf"
    )


def _seen(request: HttpRequest, shift_id: int) -> CashShift:
    found = CashShift.objects.select_related("agency__parent", "cashier").filter(pk=shift_id).first()
    if found is None or not policies.may_see_shift(actor_of(request), found):
        raise ShiftNotFound
    return found


def _whole(text: str) -> int:
    """A figure our own page sent back; anything else equals no figure of the ledger."""
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 18 else -(10**18)


def _page(
    request: HttpRequest, found: CashShift, form: CountForm, *, count: services.Count | None = None, status: int = 200
) -> HttpResponseBase:
    notes = sorted(((int(value), number) for value, number in found.denominations.items()), reverse=True)
    return render(
        request,
        "payments/desk/shift.html",
        {
            "shift": found,
            "takings": selectors.takings_of(found),
            "payments": selectors.payments_of(found)[:_SHOWN],
            "form": form,
            "count": count,
            "may_close": found.is_open and policies.may_close_shift(actor_of(request), found),
            "notes": [(value, number, value * number) for value, number in notes],
        },
        status=status,
    )
