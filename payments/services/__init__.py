"""Use cases of payments: one function, one transaction. Locks are always taken charge first, then attempt."""

from payments.services.charges import cancel_charge, create_charge
from payments.services.counter import record_counter_payment
from payments.services.enquiries import ask_about_open_attempts
from payments.services.messages import Received, record_provider_message
from payments.services.online import start_online_payment
from payments.services.provider_bills import keep_provider_bill
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

__all__ = [
    "BankAccount",
    "Received",
    "approve_refund",
    "ask_about_open_attempts",
    "ask_about_refund_again",
    "cancel_charge",
    "conclude_unanswered",
    "confirm_paid_out",
    "create_charge",
    "find_unpaid",
    "give_refund_account",
    "keep_provider_bill",
    "propose_for_surplus",
    "propose_refund",
    "record_counter_payment",
    "record_not_paid_out",
    "record_provider_message",
    "record_refund_answer",
    "reject_refund",
    "send_refunds",
    "start_online_payment",
    "vouch_for_money",
]
