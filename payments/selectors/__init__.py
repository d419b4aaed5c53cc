"""Reads of payments, by subject. Templates and neighbours only display what comes from here."""

from payments.selectors.books import (
    LedgerFilter,
    LedgerPage,
    cashiers_of,
    charge_at_desk,
    charge_in_books,
    charges_by_code,
    entries_of,
    is_by_month,
    ledger_page,
    ledger_periods,
)
from payments.selectors.charges import (
    ChargeSituation,
    Situation,
    awaits_confirmation,
    charge_of_payer,
    charge_to_return_to,
    charges_for,
    settling_attempt,
    situation_of,
)
from payments.selectors.ledger import Account, account_of, account_of_agencies
from payments.selectors.methods import online_methods, open_transfer
from payments.selectors.receipts import (
    ShownReceipt,
    receipt_for_officer,
    receipt_of_payer,
    receipt_of_subject,
    receipts_of_charge,
    receipts_of_subject,
    receipts_to_show,
    valid_receipts,
)
from payments.selectors.refunds import refund_facts
from payments.selectors.shifts import Takings, closed_shifts_of, open_shifts_of, payments_of, takings_of

__all__ = [
    "Account",
    "ChargeSituation",
    "LedgerFilter",
    "LedgerPage",
    "ShownReceipt",
    "Situation",
    "Takings",
    "account_of",
    "account_of_agencies",
    "awaits_confirmation",
    "cashiers_of",
    "charge_at_desk",
    "charge_in_books",
    "charge_of_payer",
    "charge_to_return_to",
    "charges_by_code",
    "charges_for",
    "closed_shifts_of",
    "entries_of",
    "is_by_month",
    "ledger_page",
    "ledger_periods",
    "online_methods",
    "open_shifts_of",
    "open_transfer",
    "payments_of",
    "receipt_for_officer",
    "receipt_of_payer",
    "receipt_of_subject",
    "receipts_of_charge",
    "receipts_of_subject",
    "receipts_to_show",
    "refund_facts",
    "settling_attempt",
    "situation_of",
    "takings_of",
    "valid_receipts",
]
