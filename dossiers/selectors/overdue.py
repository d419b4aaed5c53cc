"""What "quá hạn" means on a worklist: one condition for the queue of that name and for the filter."""

from datetime import datetime

from django.db.models import Q

from dossiers.enums import OPEN_STATES, WAITING_FOR_CITIZEN

AGENCY_ACTS = Q(state__in=sorted(OPEN_STATES - WAITING_FOR_CITIZEN), prepay_by__isnull=True)
"""An agency has the next step: answer, decide, or hand the result over. What waits for a fee before receipt is not one."""


def overdue(now: datetime) -> Q:
    """The date by which an agency must act has passed; who waits for the citizen is not late."""
    return AGENCY_ACTS & Q(next_date_at__lt=now)
