from portal.accounts.models.agencies import Agency, Desk, Division, OfficerPosting
from portal.accounts.models.citizens import Citizen
from portal.accounts.models.delegations import Delegation
from portal.accounts.models.organisations import Organisation, Representation
from portal.accounts.models.users import User

__all__ = [
    "Agency",
    "Citizen",
    "Delegation",
    "Desk",
    "Division",
    "OfficerPosting",
    "Organisation",
    "Representation",
    "User",
]
