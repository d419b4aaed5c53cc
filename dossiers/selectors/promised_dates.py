"""From when a receipt counts and the date it would promise: one place for who looks before and for the receipt itself."""

from datetime import datetime

from django.conf import settings

from dossiers.models import Dossier
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.enums import TermUnit
from portal.core.working_time import Term, compute_due
from procedures import selectors as procedure_selectors
from procedures.enums import Channel


def counted_from(dossier: Dossier, at: datetime) -> datetime:
    """The instant from which the term runs of what is received at `at`: that one, or for an item of the post the morning
    of the day it came.

    DOMAIN 5 tells no rule for the post. That an item waits in the desk's tray is the agency's matter and not the
    citizen's, so the day of arrival counts; an installation that reads its law otherwise sets POST_COUNTS_FROM_ARRIVAL.
    Lists join `intake` in.
    """
    if dossier.channel != Channel.POST or not settings.POST_COUNTS_FROM_ARRIVAL:
        return at
    intake = getattr(dossier, "intake", None)
    arrived_on = intake.arrived_on if intake is not None else None
    if arrived_on is None or arrived_on >= clock.local(at).date():
        return at
    return clock.midnight(arrived_on)


def due_if_received(dossier: Dossier, at: datetime) -> datetime | None:
    """The date a receipt at that instant would promise; None without a term.

    Raises MisconfiguredData when no reviewed term exists, CalendarUnknown.
    """
    row = procedure_selectors.term_for(dossier.revision, dossier.channel, dossier.case)
    if row.term_value is None or not row.term_unit:
        return None
    received_at = counted_from(dossier, at)
    calendar = account_selectors.calendar_as_promised(dossier.resolving_agency_id, received_at)
    term = Term(value=row.term_value, unit=TermUnit(row.term_unit))
    return compute_due(received_at, term, calendar, cut_off=dossier.revision.cut_off_at).due_at
