"""Receipts for officers: print, cancel, replace."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from payments import selectors, services
from payments.desk_views.access import actor_of, bookkeepers_only, cashiers_only, money_officers_only
from payments.forms.cashier import EndReceiptForm
from portal.core.errors import Conflict, NotPermitted
from portal.documents import services as document_services


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
@require_POST
def end(request: HttpRequest, receipt_id: UUID) -> HttpResponseBase:
    """`viec=thay`: another receipt in its place; else cancelled alone. Back to the charge in the books."""
    actor = actor_of(request)
    receipt = selectors.receipt_for_officer(actor=actor, receipt_id=receipt_id)
    charge_id = receipt.attempt.charge_id
    form = EndReceiptForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(sentence) for errors in form.errors.values() for sentence in errors))
        return redirect("money:charge", charge_id)
    asked = form.cleaned_data
    try:
        if request.POST.get("viec") == "thay":
            services.replace_receipt(
                actor=actor, receipt_id=receipt.pk, reason=asked["reason"], payer_name=asked["payer_name"]
            )
            messages.success(request, _("Đã thay biên lai."))
        else:
            services.cancel_receipt(actor=actor, receipt_id=receipt.pk, reason=asked["reason"])
            messages.success(request, _("Đã hủy biên lai."))
    except (Conflict, NotPermitted) as error:
        messages.warning(request, str(error.sentence))
    return redirect("money:charge", charge_id)
