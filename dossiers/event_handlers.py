"""After commit: mails, slips, automatic steps. Each re-reads the dossier and stops quietly if the world moved on."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from dossiers import notices, services
from dossiers.enums import DossierState, SlipOccasion
from dossiers.events import (
    DossierEvent,
    DossierReceived,
    DossierResolved,
    DossierStopped,
    DossierSubmitted,
    DossierWithdrawn,
    DueRecounted,
    IntakeRefused,
    PaymentRequested,
    SupplementAnswered,
    SupplementRequested,
)
from dossiers.models import Dossier, JournalEntry
from dossiers.services.answer_recounting import AnswerRecounter
from dossiers.services.recounting import RECOUNTED_STATES, DossierRecounter
from payments.events import ChargeSettled
from portal.core.outbox import handles
from portal.core.recounting import register_recounter


def _read(dossier_id: int) -> Dossier:
    return Dossier.objects.select_related(
        "revision__procedure", "receiving_agency", "responsible_agency", "resolving_agency", "offering"
    ).get(pk=dossier_id)


def _tell(
    event: DossierEvent,
    kind: str,
    *,
    only_in: DossierState | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Queue the mail of a journal line.

    `only_in` names the state without which the message would mislead, `details` the facts of the line that the message
    tells, each with what stands for a missing one.
    """
    dossier = _read(event.dossier_id)
    if only_in is not None and dossier.state != only_in:
        return
    entry = JournalEntry.objects.get(dossier=dossier, sequence=event.sequence)
    with transaction.atomic():
        notices.tell_applicant(
            dossier,
            kind=kind,
            cause=f"dossier:{dossier.pk}:{event.sequence}",
            entry=entry,
            facts={name: entry.details.get(name, missing) for name, missing in (details or {}).items()},
        )


@handles(DossierSubmitted, key="dossiers.mail.submitted")
def mail_submitted(event: DossierSubmitted) -> None:
    _tell(event, notices.SUBMITTED)


@handles(DossierSubmitted, key="dossiers.slip.submitted")
def issue_submitted_slip(event: DossierSubmitted) -> None:
    services.receipt_slip(dossier_id=event.dossier_id, occasion=SlipOccasion.SUBMITTED)


@handles(DossierReceived, key="dossiers.mail.received")
def mail_received(event: DossierReceived) -> None:
    _tell(event, notices.RECEIVED)


@handles(DossierReceived, key="dossiers.slip.received")
def issue_received_slip(event: DossierReceived) -> None:
    services.receipt_slip(dossier_id=event.dossier_id, occasion=SlipOccasion.RECEIVED)


@handles(IntakeRefused, key="dossiers.mail.intake_refused")
def mail_intake_refused(event: IntakeRefused) -> None:
    _tell(event, notices.INTAKE_REFUSED)


@handles(SupplementRequested, key="dossiers.mail.supplement_requested")
def mail_supplement_requested(event: SupplementRequested) -> None:
    _tell(event, notices.SUPPLEMENT_REQUESTED, only_in=DossierState.SUPPLEMENT_REQUESTED)


@handles(SupplementAnswered, key="dossiers.mail.supplement_answered")
def mail_supplement_answered(event: SupplementAnswered) -> None:
    _tell(event, notices.SUPPLEMENT_ANSWERED)


@handles(PaymentRequested, key="dossiers.mail.payment_requested")
def mail_payment_requested(event: PaymentRequested) -> None:
    _tell(
        event,
        notices.PAYMENT_REQUESTED,
        only_in=DossierState.PAYMENT_REQUESTED,
        details={"amount": None, "pays_online": False},
    )


@handles(DossierWithdrawn, key="dossiers.mail.withdrawn")
def mail_withdrawn(event: DossierWithdrawn) -> None:
    _tell(event, notices.WITHDRAWN)


@handles(DossierStopped, key="dossiers.mail.stopped")
def mail_stopped(event: DossierStopped) -> None:
    _tell(event, notices.STOPPED)


@handles(DossierResolved, key="dossiers.mail.resolved")
def mail_resolved(event: DossierResolved) -> None:
    _tell(event, notices.RESOLVED)


@handles(DossierResolved, key="dossiers.deliver_online")
def deliver_online(event: DossierResolved) -> None:
    services.deliver_result_online(dossier_id=event.dossier_id)


@handles(DueRecounted, key="dossiers.mail.due_recounted")
def mail_due_recounted(event: DueRecounted) -> None:
    """Old date, new date, why. Not when another recount, a pause or the decision came after it."""
    dossier = _read(event.dossier_id)
    entry = JournalEntry.objects.get(dossier=dossier, sequence=event.sequence)
    due_at = datetime.fromisoformat(entry.details["due_at"])
    if dossier.state not in RECOUNTED_STATES or dossier.due_at != due_at:
        return
    with transaction.atomic():
        notices.tell_applicant(
            dossier,
            kind=notices.DUE_RECOUNTED,
            cause=f"dossier:{dossier.pk}:{event.sequence}",
            entry=entry,
            facts={
                "due_before_at": datetime.fromisoformat(entry.details["due_before_at"]),
                "calendar_change": entry.details["calendar_change_what"],
            },
        )


register_recounter(DossierRecounter())
register_recounter(AnswerRecounter())


def _dossier_of(event: ChargeSettled) -> int | None:
    kind, _sep, pk = event.subject_reference.partition(":")
    return int(pk) if kind == "dossier" and pk.isdecimal() else None


@handles(ChargeSettled, key="dossiers.go_on_after_payment")
def go_on_after_payment(event: ChargeSettled) -> None:
    """Whatever waited for the money goes on: the processing, or the online delivery of a finished result."""
    dossier_id = _dossier_of(event)
    if dossier_id is None:
        return
    if services.resume_after_payment(dossier_id=dossier_id) is None:
        services.deliver_result_online(dossier_id=dossier_id)


@handles(ChargeSettled, key="dossiers.mail.payment_settled")
def mail_payment_settled(event: ChargeSettled) -> None:
    dossier_id = _dossier_of(event)
    if dossier_id is None:
        return
    with transaction.atomic():
        notices.tell_applicant(
            _read(dossier_id),
            kind=notices.PAYMENT_SETTLED,
            cause=f"charge:{event.charge_id}",
            facts={"amount": event.amount},
        )
