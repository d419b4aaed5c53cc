from portal.accounts.models.agencies import Agency, Desk, OfficerPosting
from portal.accounts.models.citizens import Citizen
from portal.accounts.models.look_ups import PersonLookUp
from portal.accounts.models.organisations import Organisation, Representation
from portal.accounts.models.users import User

__all__ = ["Agency", "Citizen", "Desk", "OfficerPosting", "Organisation", "PersonLookUp", "Representation", "User"]
