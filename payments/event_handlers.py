"""After commit: receipts take their number, their paper is made, money that went back cancels them."""

from payments import services
from payments.enums import RefundState
from payments.events import ChargeSettled, ReceiptCancelled, ReceiptIssued, RefundFinished
from portal.core.outbox import handles


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
