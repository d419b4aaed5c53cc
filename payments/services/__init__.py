"""Use cases of payments: one function, one transaction. Locks are always taken charge first, then attempt."""

from payments.services.charges import cancel_charge, create_charge
from payments.services.counter import record_counter_payment
from payments.services.enquiries import ask_about_open_attempts
from payments.services.ledger_export import ledger_xlsx
from payments.services.messages import Received, record_provider_message
from payments.services.online import start_online_payment
from payments.services.receipt_papers import finish_cancelled_receipt, finish_receipt, receipt_document
from payments.services.receipts import (
    cancel_receipt,
    cancel_receipt_of_lost_money,
    cancel_receipt_of_refund,
    issue_receipt,
    replace_receipt,
)
from payments.services.shift_papers import shift_pdf
from payments.services.shifts import DENOMINATIONS, Count, close_shift, count_shift, lock_open_shift

__all__ = [
    "DENOMINATIONS",
    "Count",
    "Received",
    "ask_about_open_attempts",
    "cancel_charge",
    "cancel_receipt",
    "cancel_receipt_of_lost_money",
    "cancel_receipt_of_refund",
    "close_shift",
    "count_shift",
    "create_charge",
    "finish_cancelled_receipt",
    "finish_receipt",
    "issue_receipt",
    "ledger_xlsx",
    "lock_open_shift",
    "receipt_document",
    "record_counter_payment",
    "record_provider_message",
    "replace_receipt",
    "shift_pdf",
    "start_online_payment",
]
