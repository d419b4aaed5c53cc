"""At the desk: receive a filed dossier, or refuse it with a reason."""

from datetime import datetime, time

from django.conf import settings
from django.db import transaction

from dossiers import transitions
from dossiers.enums import Transition
from dossiers.errors import ReasonMissing, TermUnknown
from dossiers.models import CounterIntake, Dossier
from dossiers.services import clock as dossier_clock
from dossiers.services import prepayment
from dossiers.services.dues import Dues
from portal.core import clock
from portal.core.actors import Actor
from procedures.enums import Channel


@transaction.atomic
def receive(*, actor: Actor, dossier_id: int, seen_version: int | None = None, note: str = "") -> Dossier:
    """Receive: the legal clock starts and the due date is promised.

    Raises TermUnknown when no term was reviewed, and what `prepayment.require_prepaid` raises while a fee that comes
    before receipt is owed or its amount is not known.
    """
    step = transitions.begin(Transition.RECEIVE, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    dossier = step.dossier
    prepayment.require_prepaid(Dues(dossier))
    dossier_clock.freeze_term(dossier)
    received_at = counted_from(dossier, step.at)
    computation = dossier_clock.due_date(dossier, received_at=received_at)
    if computation.due_at is None:
        raise TermUnknown
    dossier.due_trace = computation.trace_as_json()
    dossier.responsible_agency = dossier.resolving_agency
    step.run(due_at=computation.due_at, received_at=received_at, public_note=note.strip())
    return dossier


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


@transaction.atomic
def refuse_intake(*, actor: Actor, dossier_id: int, reason: str, seen_version: int | None = None) -> Dossier:
    """Refuse with a reason the citizen reads (form 03). Raises ReasonMissing."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    step = transitions.begin(Transition.REFUSE_INTAKE, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    step.run(public_note=reason)
    return step.dossier
