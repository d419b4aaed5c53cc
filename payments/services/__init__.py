"""Use cases of payments: one function, one transaction. Locks are always taken charge first, then attempt."""

from payments.services.charges import cancel_charge, create_charge
from payments.services.counter import record_counter_payment
from payments.services.enquiries import ask_about_open_attempts
from payments.services.messages import Received, record_provider_message
from payments.services.online import start_online_payment
from payments.services.transfers import close_expired_transfers, transfer_instructions

__all__ = [
    "Received",
    "ask_about_open_attempts",
    "cancel_charge",
    "close_expired_transfers",
    "create_charge",
    "record_counter_payment",
    "record_provider_message",
    "start_online_payment",
    "transfer_instructions",
]
