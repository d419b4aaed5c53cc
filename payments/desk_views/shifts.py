"""A shift: what was taken, the count, the closing, the paper."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from payments import policies, selectors, services
from payments.desk_views.access import actor_of, money_officers_only
from payments.errors import ShiftAlreadyClosed, ShiftMoved, ShiftNotFound
from payments.forms.cashier import CountForm
from payments.models import CashShift
from portal.core.cursors import read_cursor, write_cursor
from portal.core.errors import InvalidInput
from portal.documents import services as document_services

_SHOWN = 200
_PAGE = 30
UNUSABLE = 422


@money_officers_only
@require_safe
def shifts(request: HttpRequest) -> HttpResponseBase:
    """The shifts the actor may see, newest first; `loc=dang-mo` those not counted yet, `sau` continues after."""
    only_open = request.GET.get("loc") == "dang-mo"
    found = selectors.shifts_page(
        actor=actor_of(request), only_open=only_open, before=read_cursor(request.GET.get("sau", "")), size=_PAGE
    )
    page = found[:_PAGE]
    kept = {"loc": "dang-mo"} if only_open else {}
    after = write_cursor(page[-1].opened_at, page[-1].pk) if len(found) > _PAGE else ""
    return render(
        request,
        "payments/desk/shifts.html",
        {
            "shifts": page,
            "only_open": only_open,
            "next_url": f"{request.path}?{urlencode(kept | {'sau': after})}" if after else "",
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
