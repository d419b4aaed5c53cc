"""Use cases of payments: one function, one transaction. Locks are always taken charge first, then attempt."""

from payments.services.charges import cancel_charge, create_charge
from payments.services.counter import record_counter_payment
from payments.services.enquiries import ask_about_attempt, ask_about_open_attempts
from payments.services.line_decisions import assign_line, set_line_aside
from payments.services.messages import Received, record_provider_message
from payments.services.online import start_online_payment
from payments.services.provider_bills import keep_provider_bill
from payments.services.receipt_papers import (
    finish_cancelled_receipt,
    finish_receipt,
    receipt_document,
    receipt_document_of_charge,
)
from payments.services.receipts import (
    cancel_receipt,
    cancel_receipt_of_lost_money,
    cancel_receipt_of_refund,
    issue_receipt,
    replace_receipt,
)
from payments.services.receiving_accounts import (
    confirm_receiving_account,
    end_receiving_account,
    write_receiving_account,
)
from payments.services.reconciliations import (
    answer_difference,
    place_and_compare,
    reconcile,
    reconcile_recent_days,
)
from payments.services.refund_digest import tell_of_waiting_refunds
from payments.services.refund_ends import conclude_unanswered, confirm_paid_out, record_not_paid_out
from payments.services.refund_sending import ask_about_refund_again, record_refund_answer, send_refunds
from payments.services.refunds import (
    BankAccount,
    approve_refund,
    ask_for_refund_account,
    give_refund_account,
    propose_refund,
    reject_refund,
)
from payments.services.reviews import accept_wrong_amount, find_unpaid, vouch_for_money
from payments.services.shift_papers import shift_pdf
from payments.services.shifts import DENOMINATIONS, Count, close_shift, count_shift, lock_open_shift
from payments.services.statement_words import check_statement_word, fold_statement_word, save_statement_word
from payments.services.statements import import_statement
from payments.services.system_proposals import propose_for_overcharge, propose_for_surplus, propose_for_unserved
from payments.services.transfers import close_expired_transfers, transfer_instructions

__all__ = [
    "DENOMINATIONS",
    "BankAccount",
    "Count",
    "Received",
    "accept_wrong_amount",
    "answer_difference",
    "approve_refund",
    "ask_about_attempt",
    "ask_about_open_attempts",
    "ask_about_refund_again",
    "ask_for_refund_account",
    "assign_line",
    "cancel_charge",
    "cancel_receipt",
    "cancel_receipt_of_lost_money",
    "cancel_receipt_of_refund",
    "check_statement_word",
    "close_expired_transfers",
    "close_shift",
    "conclude_unanswered",
    "confirm_paid_out",
    "confirm_receiving_account",
    "count_shift",
    "create_charge",
    "end_receiving_account",
    "find_unpaid",
    "finish_cancelled_receipt",
    "finish_receipt",
    "fold_statement_word",
    "give_refund_account",
    "import_statement",
    "issue_receipt",
    "keep_provider_bill",
    "lock_open_shift",
    "place_and_compare",
    "propose_for_overcharge",
    "propose_for_surplus",
    "propose_for_unserved",
    "propose_refund",
    "receipt_document",
    "receipt_document_of_charge",
    "reconcile",
    "reconcile_recent_days",
    "record_counter_payment",
    "record_not_paid_out",
    "record_provider_message",
    "record_refund_answer",
    "reject_refund",
    "replace_receipt",
    "require_books",
    "save_statement_word",
    "send_refunds",
    "set_line_aside",
    "shift_pdf",
    "start_online_payment",
    "tell_of_waiting_refunds",
    "transfer_instructions",
    "vouch_for_money",
    "write_receiving_account",
]
