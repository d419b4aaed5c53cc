"""One charge in the books: its lines, its attempts with what providers' messages were found to be, refunds, receipts."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from payments import policies, selectors
from payments.desk_views.access import actor_of
from payments.enums import ReceiptState
from payments.forms.cashier import EndReceiptForm
from payments.models import PaymentReceipt

UNUSABLE = 422


def end_form(receipt: PaymentReceipt, data: object = None) -> EndReceiptForm:
    """The form that cancels or replaces this receipt; two on a page keep their fields apart."""
    return EndReceiptForm(data, auto_id=f"id_{receipt.pk.hex[:8]}_%s")


def charge_page(
    request: HttpRequest, charge_id: UUID, wrong: tuple[UUID, EndReceiptForm] | None = None
) -> HttpResponseBase:
    """`wrong` is a receipt and its form as it was sent and cannot be used. Raises ChargeNotFound."""
    actor = actor_of(request)
    found = selectors.charge_in_books(actor=actor, charge_id=charge_id)
    receipts = list(selectors.receipts_of_charge(found.pk))
    attempts = {attempt.pk: attempt for attempt in found.attempts.all()}
    for attempt in attempts.values():
        attempt.charge = found
    has_valid = any(receipt.is_valid for receipt in receipts)
    endable = {
        receipt.pk
        for receipt in receipts
        if policies.may_end_receipt(actor, receipt, attempts[receipt.attempt_id])
        and (receipt.is_valid or (receipt.state == ReceiptState.CANCELLED and found.is_settled and not has_valid))
    }
    forms = {receipt.pk: end_form(receipt) for receipt in receipts if receipt.pk in endable} | dict(
        [wrong] if wrong else []
    )
    return render(
        request,
        "payments/desk/charge.html",
        {
            "charge": found,
            # A shift at another agency's desk is that agency's: this one learns who took the money, no more.
            "attempts": [
                (attempt, attempt.shift is not None and policies.may_see_shift(actor, attempt.shift))
                for attempt in attempts.values()
            ],
            "refunds": [refund for attempt in attempts.values() for refund in attempt.refunds.all()],
            "receipts": [(receipt, forms.get(receipt.pk)) for receipt in receipts],
            "wrong": wrong[1] if wrong else None,
        },
        status=UNUSABLE if wrong else 200,
    )
