"""Receipts for officers: the books number by number, print, cancel, replace."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from payments import policies, selectors, services
from payments.desk_views.access import actor_of, bookkeepers_only, cashiers_only, money_officers_only
from payments.desk_views.charge_page import charge_page, end_form
from payments.forms.books import LONGEST_NUMBER, ReceiptsForm
from payments.models import PaymentReceipt
from portal.core.errors import Conflict, InvalidInput, NotPermitted
from portal.documents import services as document_services

UNUSABLE = 422


@cashiers_only
@require_safe
def print_of_charge(request: HttpRequest, charge_id: UUID) -> HttpResponseBase:
    """The receipt of a settled charge as PDF; issued now if the worker has not done it yet."""
    charge = selectors.charge_at_desk(actor=actor_of(request), charge_id=charge_id)
    return document_services.document_response(services.receipt_document_of_charge(charge), as_attachment=False)


@money_officers_only
@require_safe
def paper(request: HttpRequest, receipt_id: UUID) -> HttpResponseBase:
    """Any receipt of the agency, the cancelled ones with their watermark."""
    receipt = selectors.receipt_for_officer(actor=actor_of(request), receipt_id=receipt_id)
    return document_services.document_response(services.receipt_document(receipt), as_attachment=False)


@bookkeepers_only
@require_safe
def receipts(request: HttpRequest) -> HttpResponseBase:
    """One book of the agencies whose books the actor keeps, the highest number first; `sau` goes on below a number."""
    books = selectors.books_of(policies.book_agencies(actor_of(request)))
    form = ReceiptsForm(request.GET if "quyen" in request.GET else {"quyen": books[0].pk} if books else {}, books=books)
    rows: list[PaymentReceipt] = []
    below: int | None = None
    is_usable = not books or form.is_valid()
    wanted = form.cleaned_data if books and is_usable else {}
    sau = request.GET.get("sau", "")
    if wanted:
        rows, below = selectors.receipts_page(
            wanted["quyen"],
            state=wanted["trang_thai"],
            number=wanted["so"],
            below=int(sau) if sau.isascii() and sau.isdecimal() and len(sau) <= LONGEST_NUMBER else None,
        )
    query = urlencode({name: value for name, value in wanted.items() if value})
    address = reverse("money:receipts")
    return render(
        request,
        "payments/desk/receipts.html",
        {
            "form": form,
            "books": books,
            "book": next((book for book in books if book.pk == wanted.get("quyen")), None),
            "rows": rows,
            "next_url": f"{address}?{query}&sau={below}" if below is not None else "",
            "first_url": f"{address}?{query}" if sau else "",
        },
        status=200 if is_usable else UNUSABLE,
    )


@bookkeepers_only
@require_POST
def end(request: HttpRequest, receipt_id: UUID) -> HttpResponseBase:
    """`viec=thay`: another receipt in its place; `viec=huy`: cancelled alone. Back to the charge in the books, with what
    was typed where it cannot be used."""
    actor = actor_of(request)
    receipt = selectors.receipt_for_officer(actor=actor, receipt_id=receipt_id)
    charge_id = receipt.attempt.charge_id
    task = request.POST.get("viec")
    if task not in ("thay", "huy"):
        raise Http404
    form = end_form(receipt, request.POST)
    if not form.is_valid():
        return charge_page(request, charge_id, (receipt.pk, form))
    asked = form.cleaned_data
    try:
        if task == "thay":
            services.replace_receipt(
                actor=actor, receipt_id=receipt.pk, reason=asked["reason"], payer_name=asked["payer_name"]
            )
            messages.success(request, _("Đã thay biên lai."))
        else:
            services.cancel_receipt(actor=actor, receipt_id=receipt.pk, reason=asked["reason"])
            messages.success(request, _("Đã hủy biên lai."))
    except InvalidInput as problem:
        form.take(problem)
        return charge_page(request, charge_id, (receipt.pk, form))
    except (Conflict, NotPermitted) as error:
        messages.warning(request, str(error.sentence))
    return redirect("money:charge", charge_id)
