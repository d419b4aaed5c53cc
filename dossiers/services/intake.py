"""At the desk: receive a filed dossier, or refuse it with a reason."""

from django.db import transaction

from dossiers import transitions
from dossiers.enums import Transition
from dossiers.errors import ReasonMissing, TermUnknown
from dossiers.models import Dossier
from dossiers.selectors.promised_dates import counted_from
from dossiers.services import clock as dossier_clock
from dossiers.services import prepayment
from dossiers.services.dues import Dues
from portal.core.actors import Actor


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


@transaction.atomic
def refuse_intake(*, actor: Actor, dossier_id: int, reason: str, seen_version: int | None = None) -> Dossier:
    """Refuse with a reason the citizen reads (form 03). Raises ReasonMissing."""
    reason = reason.strip()
    if not reason:
        raise ReasonMissing
    step = transitions.begin(Transition.REFUSE_INTAKE, actor=actor, dossier_id=dossier_id, seen_version=seen_version)
    step.run(public_note=reason)
    return step.dossier
