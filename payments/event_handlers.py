"""After commit: what follows from money that arrived or went back. Each re-reads its row and stops quietly if nothing is
left to do."""

from django.db import transaction

from payments import notices, services, trouble  # noqa: F401 - trouble joins the administrators' digest
from payments.enums import RefundState
from payments.events import (
    ChargeReopened,
    ChargeSettled,
    ReceiptCancelled,
    ReceiptIssued,
    RefundFinished,
    SurplusReceived,
)
from payments.services import refund_digest  # noqa: F401 - fills officers' morning mails
from portal.core.actors import SYSTEM
from portal.core.outbox import handles


@handles(SurplusReceived, key="payments.propose_refund")
def propose_refund_of_surplus(event: SurplusReceived) -> None:
    services.propose_for_surplus(attempt_id=event.attempt_id)


@handles(RefundFinished, key="payments.mail.refund_refused")
def tell_officers_of_refusal(event: RefundFinished) -> None:
    if event.state == RefundState.REFUSED:
        with transaction.atomic():
            notices.tell_of_refused_refund(event.refund_id)


@handles(ChargeSettled, key="payments.provider_bill")
def keep_bill(event: ChargeSettled) -> None:
    services.keep_provider_bill(actor=SYSTEM, attempt_id=event.attempt_id)


@handles(SurplusReceived, key="payments.provider_bill.surplus")
def keep_bill_of_surplus(event: SurplusReceived) -> None:
    services.keep_provider_bill(actor=SYSTEM, attempt_id=event.attempt_id)


@handles(ChargeSettled, key="payments.receipt.issue")
def issue_receipt_of_settled_charge(event: ChargeSettled) -> None:
    services.issue_receipt(attempt_id=event.attempt_id)


@handles(ReceiptIssued, key="payments.receipt.finish")
def finish_issued_receipt(event: ReceiptIssued) -> None:
    services.finish_receipt(receipt_id=event.receipt_id)


@handles(ReceiptCancelled, key="payments.receipt.finish_cancelled")
def finish_cancelled_receipt(event: ReceiptCancelled) -> None:
    services.finish_cancelled_receipt(receipt_id=event.receipt_id)


@handles(RefundFinished, key="payments.receipt.cancel_refunded")
def cancel_receipt_of_refunded_money(event: RefundFinished) -> None:
    if event.state == RefundState.DONE:
        services.cancel_receipt_of_refund(refund_id=event.refund_id)


@handles(ChargeReopened, key="payments.receipt.cancel_reversed")
def cancel_receipt_of_reversed_money(event: ChargeReopened) -> None:
    services.cancel_receipt_of_lost_money(attempt_id=event.attempt_id)
