"""Pure rules of dates around a dossier that are not the processing term itself."""

from datetime import datetime, timedelta
from decimal import Decimal

from portal.core.working_time import WorkingCalendar, add_working_time

ANSWER_ONLINE_WITHIN_HOURS = Decimal(8)
"""An online dossier is answered within 8 working hours of its receipt by the system (NĐ 45/2020)."""
SUPPLEMENT_WITHIN = timedelta(days=30)
PAYMENT_WITHIN = timedelta(days=15)
"""How long the citizen is waited for before somebody must look again; a setting of the house, not of a law."""


def answer_due(submitted_at: datetime, calendar: WorkingCalendar) -> datetime:
    """When the desk must have answered an online dossier."""
    return add_working_time(submitted_at, ANSWER_ONLINE_WITHIN_HOURS, calendar)
