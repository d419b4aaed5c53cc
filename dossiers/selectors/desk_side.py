"""What an officer must know before pressing a button: the date a receipt would promise, the fee a request would ask for."""

from dataclasses import dataclass
from datetime import datetime, time

from django.conf import settings

from dossiers.errors import DossierNotFound
from dossiers.models import CounterIntake, Dossier, ResultDocument
from payments import selectors as payment_selectors
from payments.enums import CollectionPoint
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.enums import TermUnit
from portal.core.working_time import Term, compute_due
from procedures import selectors as procedure_selectors
from procedures.enums import Channel


@dataclass(frozen=True, slots=True)
class ExpectedFee:
    """A fee rule that would become a charge; `amount` in whole đồng."""

    label: str
    amount: int


def due_if_received_now(dossier: Dossier) -> datetime | None:
    """The date a receipt at this instant would promise. Raises MisconfiguredData when no reviewed term exists."""
    row = procedure_selectors.term_for(dossier.revision, dossier.channel, dossier.case)
    if row.term_value is None or not row.term_unit:
        return None
    term = Term(value=row.term_value, unit=TermUnit(row.term_unit))
    received_at = counted_from(dossier, clock.now())
    calendar = account_selectors.calendar_as_promised(dossier.resolving_agency_id, received_at)
    return compute_due(received_at, term, calendar, cut_off=dossier.revision.cut_off_at).due_at


def counted_from(dossier: Dossier, at: datetime) -> datetime:
    """The instant from which the term runs: now, or for an item of the post the morning of the day it came.

    DOMAIN 5 tells no rule for the post. That an item waits in the desk's tray is the agency's matter and not the
    citizen's, so the day of arrival counts; an installation that reads its law otherwise sets POST_COUNTS_FROM_ARRIVAL.
    """
    if dossier.channel != Channel.POST or not settings.POST_COUNTS_FROM_ARRIVAL:
        return at
    intake = CounterIntake.objects.filter(dossier=dossier).first()
    arrived_on = intake.arrived_on if intake is not None else None
    if arrived_on is None or arrived_on >= clock.local(at).date():
        return at
    return datetime.combine(arrived_on, time.min, tzinfo=clock.VIETNAM)


def fees_to_request(dossier: Dossier) -> list[ExpectedFee]:
    """The fees a payment request would ask for now. Raises MisconfiguredData for a rule nobody reviewed."""
    charged = {charge.rule.get("fee_rule_id") for charge in payment_selectors.charges_for(dossier.subject)}
    rules = procedure_selectors.fee_rules_for(dossier.revision, dossier.channel, dossier.case)
    return [
        ExpectedFee(label=rule.label or str(rule.get_kind_display()), amount=rule.amount)
        for rule in rules
        if rule.amount and rule.collection == CollectionPoint.ON_REQUEST and rule.pk not in charged
    ]


def result_titles(dossier: Dossier) -> list[str]:
    """Names of the results the procedure promises, in its order; one of them usually is the title of the result."""
    return [name[:255] for name in dossier.revision.results.values_list("name", flat=True)]


def result_of(dossier: Dossier, result_id: int) -> ResultDocument:
    """One result of this dossier. Raises DossierNotFound for a result of another one."""
    found = dossier.results.select_related("document").filter(pk=result_id).first()
    if found is None:
        raise DossierNotFound
    return found
