from portal.accounts.models.agencies import Agency, Desk, Division, OfficerPosting
from portal.accounts.models.calendar_changes import AgencyHours, CalendarChange, CalendarRecount
from portal.accounts.models.citizens import Citizen
from portal.accounts.models.delegations import Delegation
from portal.accounts.models.look_ups import PersonLookUp
from portal.accounts.models.organisations import Organisation, Representation
from portal.accounts.models.successions import AgencySuccession
from portal.accounts.models.users import User

__all__ = [
    "Agency",
    "AgencyHours",
    "AgencySuccession",
    "CalendarChange",
    "CalendarRecount",
    "Citizen",
    "Delegation",
    "Desk",
    "Division",
    "OfficerPosting",
    "Organisation",
    "PersonLookUp",
    "Representation",
    "User",
]
