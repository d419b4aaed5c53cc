"""Reads of payments, by subject. Templates and neighbours only display what comes from here."""

from payments.selectors.charges import (
    ChargeSituation,
    Situation,
    awaits_confirmation,
    charge_of_payer,
    charges_for,
    settling_attempt,
    situation_of,
)
from payments.selectors.methods import online_methods, open_transfer

__all__ = [
    "ChargeSituation",
    "Situation",
    "awaits_confirmation",
    "charge_of_payer",
    "charges_for",
    "online_methods",
    "open_transfer",
    "settling_attempt",
    "situation_of",
]
