"""What an officer must know before pressing a button: the date a receipt would promise, the results."""

from datetime import datetime

from dossiers.errors import DossierNotFound
from dossiers.models import Dossier, ResultDocument
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.enums import TermUnit
from portal.core.working_time import Term, compute_due
from procedures import selectors as procedure_selectors


def due_if_received_now(dossier: Dossier) -> datetime | None:
    """The date a receipt at this instant would promise. Raises MisconfiguredData when no reviewed term exists."""
    row = procedure_selectors.term_for(dossier.revision, dossier.channel, dossier.case)
    if row.term_value is None or not row.term_unit:
        return None
    term = Term(value=row.term_value, unit=TermUnit(row.term_unit))
    calendar = account_selectors.agency_calendar(dossier.resolving_agency_id)
    return compute_due(clock.now(), term, calendar, cut_off=dossier.revision.cut_off_at).due_at


def result_titles(dossier: Dossier) -> list[str]:
    """Names of the results the procedure promises, in its order; one of them usually is the title of the result."""
    return [name[:255] for name in dossier.revision.results.values_list("name", flat=True)]


def result_of(dossier: Dossier, result_id: int) -> ResultDocument:
    """One result of this dossier. Raises DossierNotFound for a result of another one."""
    found = dossier.results.select_related("document").filter(pk=result_id).first()
    if found is None:
        raise DossierNotFound
    return found
