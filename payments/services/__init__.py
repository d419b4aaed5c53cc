"""Use cases of payments: one function, one transaction. Locks are always taken charge first, then attempt."""

from payments.services.charges import cancel_charge, create_charge
from payments.services.counter import record_counter_payment
from payments.services.enquiries import ask_about_open_attempts
from payments.services.line_decisions import assign_line, set_line_aside
from payments.services.messages import Received, record_provider_message
from payments.services.online import start_online_payment
from payments.services.provider_bills import keep_provider_bill
from payments.services.reconciliations import (
    answer_difference,
    place_and_compare,
    reconcile,
    reconcile_recent_days,
    require_books,
)
from payments.services.refund_ends import conclude_unanswered, confirm_paid_out, record_not_paid_out
from payments.services.refund_sending import ask_about_refund_again, record_refund_answer, send_refunds
from payments.services.refunds import (
    BankAccount,
    approve_refund,
    give_refund_account,
    propose_for_surplus,
    propose_refund,
    reject_refund,
)
from payments.services.reviews import find_unpaid, vouch_for_money
from payments.services.statements import import_statement
from payments.services.transfers import close_expired_transfers, transfer_instructions

__all__ = [
    "BankAccount",
    "Received",
    "answer_difference",
    "approve_refund",
    "ask_about_open_attempts",
    "ask_about_refund_again",
    "assign_line",
    "cancel_charge",
    "close_expired_transfers",
    "conclude_unanswered",
    "confirm_paid_out",
    "create_charge",
    "find_unpaid",
    "give_refund_account",
    "import_statement",
    "keep_provider_bill",
    "place_and_compare",
    "propose_for_surplus",
    "propose_refund",
    "reconcile",
    "reconcile_recent_days",
    "record_counter_payment",
    "record_not_paid_out",
    "record_provider_message",
    "record_refund_answer",
    "reject_refund",
    "require_books",
    "send_refunds",
    "set_line_aside",
    "start_online_payment",
    "transfer_instructions",
    "vouch_for_money",
]
