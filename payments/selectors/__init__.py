"""Reads of payments, by subject. Templates and neighbours only display what comes from here."""

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
from payments.selectors.methods import online_methods, open_transfer
from payments.selectors.refunds import refund_facts

__all__ = [
    "ChargeSituation",
    "Situation",
    "awaits_confirmation",
    "charge_of_payer",
    "charge_to_return_to",
    "charges_for",
    "online_methods",
    "open_transfer",
    "refund_facts",
    "settling_attempt",
    "situation_of",
]
