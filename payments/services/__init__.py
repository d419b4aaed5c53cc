"""Use cases of payments: one function, one transaction. Locks are always taken charge first, then attempt."""

from payments.services.charges import cancel_charge, create_charge
from payments.services.counter import record_counter_payment
from payments.services.enquiries import ask_about_open_attempts
from payments.services.line_decisions import assign_line, set_line_aside
from payments.services.messages import Received, record_provider_message
from payments.services.online import start_online_payment
from payments.services.reconciliations import (
    answer_difference,
    place_and_compare,
    reconcile,
    reconcile_recent_days,
    require_books,
)
from payments.services.statements import import_statement
from payments.services.transfers import close_expired_transfers, transfer_instructions

__all__ = [
    "Received",
    "answer_difference",
    "ask_about_open_attempts",
    "assign_line",
    "cancel_charge",
    "close_expired_transfers",
    "create_charge",
    "import_statement",
    "place_and_compare",
    "reconcile",
    "reconcile_recent_days",
    "record_counter_payment",
    "record_provider_message",
    "require_books",
    "set_line_aside",
    "start_online_payment",
    "transfer_instructions",
]
