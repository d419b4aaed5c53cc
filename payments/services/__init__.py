"""Use cases of payments: one function, one transaction. Locks are always taken charge first, then attempt."""

from payments.services.charges import cancel_charge, create_charge
from payments.services.counter import record_counter_payment
from payments.services.enquiries import ask_about_open_attempts
from payments.services.messages import Received, record_provider_message
from payments.services.online import start_online_payment
from payments.services.provider_bills import keep_provider_bill

__all__ = [
    "Received",
    "ask_about_open_attempts",
    "cancel_charge",
    "create_charge",
    "keep_provider_bill",
    "record_counter_payment",
    "record_provider_message",
    "start_online_payment",
]
