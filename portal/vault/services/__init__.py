"""Front door of the vault: put a paper in, take it back, say who looked."""

from portal.vault.codes import draw_code, read_code
from portal.vault.services.addresses import verification_url
from portal.vault.services.ending import agency_in_charge, revoke_paper
from portal.vault.services.log import write_log
from portal.vault.services.registering import (
    Contents,
    Holder,
    Validity,
    hold_papers,
    last_day,
    public_facts_of,
    register_paper,
)

__all__ = [
    "Contents",
    "Holder",
    "Validity",
    "agency_in_charge",
    "draw_code",
    "hold_papers",
    "last_day",
    "public_facts_of",
    "read_code",
    "register_paper",
    "revoke_paper",
    "verification_url",
    "write_log",
]
