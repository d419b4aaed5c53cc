"""Reads of payments, by subject. Templates and neighbours only display what comes from here."""

from payments.selectors.books import (
    LedgerFilter,
    LedgerPage,
    Totals,
    cashiers_of,
    charge_at_desk,
    charge_in_books,
    charges_by_code,
    ledger_page,
    ledger_totals,
)
from payments.selectors.charges import (
    ChargeSituation,
    Situation,
    awaits_confirmation,
    charge_of_payer,
    charge_to_return_to,
    charges_for,
    holds_up_payment,
    settling_attempt,
    situation_of,
)
from payments.selectors.methods import can_be_asked_about, online_methods, open_transfer
from payments.selectors.on_its_way import OnItsWay, OtherTry, other_tries
from payments.selectors.payer_charges import ChargePage, debt_of, owed_page, paid_page
from payments.selectors.receipts import receipt_for_officer, receipt_of_payer, receipts_of_charge, valid_receipts
from payments.selectors.refunds import first_refund_of, kept_amount, refund_facts
from payments.selectors.shifts import (
    Takings,
    closed_shifts_of,
    open_shifts_of,
    payments_of,
    shifts_page,
    takings_of,
)

__all__ = [
    "ChargePage",
    "ChargeSituation",
    "LedgerFilter",
    "LedgerPage",
    "OnItsWay",
    "OtherTry",
    "Situation",
    "Takings",
    "Totals",
    "awaits_confirmation",
    "can_be_asked_about",
    "cashiers_of",
    "charge_at_desk",
    "charge_in_books",
    "charge_of_payer",
    "charge_to_return_to",
    "charges_by_code",
    "charges_for",
    "closed_shifts_of",
    "debt_of",
    "first_refund_of",
    "holds_up_payment",
    "kept_amount",
    "ledger_page",
    "ledger_totals",
    "online_methods",
    "open_shifts_of",
    "open_transfer",
    "other_tries",
    "owed_page",
    "paid_page",
    "payments_of",
    "receipt_for_officer",
    "receipt_of_payer",
    "receipts_of_charge",
    "refund_facts",
    "settling_attempt",
    "shifts_page",
    "situation_of",
    "takings_of",
    "valid_receipts",
]
