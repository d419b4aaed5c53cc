"""After commit: mails, slips, automatic steps. Each re-reads the dossier and stops quietly if the world moved on."""

from collections.abc import Mapping

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
    HandoffAnswered,
    IntakeRefused,
    ObligationRequested,
    PaymentCompleted,
    PaymentRequested,
    ProcessingStarted,
    SupplementAnswered,
    SupplementRequested,
)
from dossiers.models import Dossier, JournalEntry
from payments.events import ChargeSettled
from portal.core.outbox import handles


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


@handles(ProcessingStarted, key="dossiers.handoffs.at_start")
def open_handoffs_at_start(event: ProcessingStarted) -> None:
    services.open_planned_handoffs(dossier_id=event.dossier_id)


@handles(PaymentCompleted, key="dossiers.handoffs.after_payment")
def open_handoffs_after_payment(event: PaymentCompleted) -> None:
    """A dossier that was asked for money before anybody started on it is in processing only now."""
    services.open_planned_handoffs(dossier_id=event.dossier_id)


@handles(SupplementAnswered, key="dossiers.handoffs.after_supplement")
def go_on_after_supplement(event: SupplementAnswered) -> None:
    """As above; and what another agency set while the citizen was waited for is asked for now."""
    services.open_planned_handoffs(dossier_id=event.dossier_id)
    services.ask_for_obligations(dossier_id=event.dossier_id)


@handles(HandoffAnswered, key="dossiers.handoffs.next")
def open_next_handoffs(event: HandoffAnswered) -> None:
    services.open_planned_handoffs(dossier_id=event.dossier_id)


@handles(ObligationRequested, key="dossiers.mail.obligation_requested")
def mail_obligation_requested(event: ObligationRequested) -> None:
    _tell(
        event,
        notices.PAYMENT_REQUESTED,
        only_in=DossierState.PAYMENT_REQUESTED,
        details={"amount": None, "pays_online": False},
    )


@handles(HandoffAnswered, key="dossiers.mail.more_to_pay")
def mail_more_to_pay(event: HandoffAnswered) -> None:
    """An answer is no mail; amounts that join a payment that is awaited already are."""
    entry = JournalEntry.objects.get(dossier_id=event.dossier_id, sequence=event.sequence)
    if "amount" in entry.details:
        _tell(
            event,
            notices.PAYMENT_REQUESTED,
            only_in=DossierState.PAYMENT_REQUESTED,
            details={"amount": None, "pays_online": False},
        )
