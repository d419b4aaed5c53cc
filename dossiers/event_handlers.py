"""After commit: mails, slips, automatic steps. Each re-reads the dossier and stops quietly if the world moved on."""

import logging
from collections.abc import Mapping
from datetime import datetime

from celery import current_app
from django.db import transaction

from dossiers import notices, services, trouble  # noqa: F401 - trouble joins the administrators' digest
from dossiers.enums import OPEN_STATES, Deed, DossierState, MessageSide, SlipKind, SlipOccasion
from dossiers.errors import EarlierMessagePending
from dossiers.events import (
    DossierEvent,
    DossierReceived,
    DossierRescheduled,
    DossierResolved,
    DossierStopped,
    DossierSubmitted,
    DossierTransferred,
    DossierWithdrawn,
    DueRecounted,
    ExportRequested,
    FeeCounted,
    HandoffAnswered,
    IntakeRefused,
    MessageSent,
    ObligationRequested,
    PaperOfDossierEnded,
    PaymentCompleted,
    PaymentRequested,
    ProcessingStarted,
    ReliefDecided,
    ResultCameBack,
    ResultDeliveredOnline,
    ResultHandedOver,
    ResultPosted,
    SupplementAnswered,
    SupplementRequested,
    TransferContinues,
)
from dossiers.models import Dossier, JournalEntry, Message
from dossiers.money_handlers import dossier_of
from dossiers.selectors.matters import matters_worked_on
from dossiers.services import ratings
from dossiers.services.answer_recounting import AnswerRecounter
from dossiers.services.handoff_recounting import HandoffRecounter
from dossiers.services.recounting import RECOUNTED_STATES, DossierRecounter
from dossiers.services.rescheduling import RUNNING
from payments.events import ChargeSettled
from portal.accounts import selectors as account_selectors
from portal.core.actors import SYSTEM
from portal.core.outbox import handles, overtakes
from portal.core.recounting import register_recounter
from portal.vault import services as vault_services
from portal.vault.events import PaperEnded


def _read(dossier_id: int) -> Dossier:
    return Dossier.objects.select_related(
        "revision__procedure", "receiving_agency", "responsible_agency", "resolving_agency", "offering"
    ).get(pk=dossier_id)


def _tell(
    event: DossierEvent,
    kind: str,
    *,
    only_in: frozenset[DossierState] | None = None,
    details: Mapping[str, object] | None = None,
    facts: Mapping[str, object] | None = None,
) -> None:
    """Queue the mail of a journal line.

    `only_in` names the states outside which the message would mislead, `details` the facts of the line that the message
    tells, each with what stands for a missing one, and `facts` what else it tells. Raises EarlierMessagePending, which
    heals, while the message of an earlier line is being written by another worker: people hear things in their order.
    """
    if overtakes(event.subject, sequence=event.sequence, handlers="dossiers.mail."):
        raise EarlierMessagePending
    dossier = _read(event.dossier_id)
    if only_in is not None and dossier.state not in only_in:
        return
    entry = JournalEntry.objects.get(dossier=dossier, sequence=event.sequence)
    with transaction.atomic():
        notices.tell_applicant(
            dossier,
            kind=kind,
            cause=f"dossier:{dossier.pk}:{event.sequence}",
            entry=entry,
            facts={
                **{name: entry.details.get(name, missing) for name, missing in (details or {}).items()},
                **(facts or {}),
            },
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


@handles(SupplementRequested, key="dossiers.slip.supplement_requested")
def issue_supplement_request_slip(event: SupplementRequested) -> None:
    services.slip_of_line(dossier_id=event.dossier_id, kind=SlipKind.SUPPLEMENT_REQUEST, sequence=event.sequence)


@handles(IntakeRefused, key="dossiers.slip.intake_refused")
def issue_intake_refusal_slip(event: IntakeRefused) -> None:
    services.slip_of_line(dossier_id=event.dossier_id, kind=SlipKind.INTAKE_REFUSAL, sequence=event.sequence)


@handles(DossierStopped, key="dossiers.slip.stopped")
def issue_stop_notice(event: DossierStopped) -> None:
    services.slip_of_line(dossier_id=event.dossier_id, kind=SlipKind.STOP_NOTICE, sequence=event.sequence)


def _issue_control_sheet(event: DossierEvent) -> None:
    """At the end, whichever end it is; a dossier taken back before it was received had no process to control."""
    if _read(event.dossier_id).received_at is not None:
        services.control_sheet(actor=SYSTEM, dossier_id=event.dossier_id, sequence=event.sequence)


@handles(ResultHandedOver, key="dossiers.control_sheet.handed_over")
def issue_control_sheet_when_handed_over(event: ResultHandedOver) -> None:
    _issue_control_sheet(event)


@handles(ResultDeliveredOnline, key="dossiers.control_sheet.delivered_online")
def issue_control_sheet_when_delivered_online(event: ResultDeliveredOnline) -> None:
    _issue_control_sheet(event)


@handles(DossierStopped, key="dossiers.control_sheet.stopped")
def issue_control_sheet_when_stopped(event: DossierStopped) -> None:
    _issue_control_sheet(event)


@handles(DossierWithdrawn, key="dossiers.control_sheet.withdrawn")
def issue_control_sheet_when_withdrawn(event: DossierWithdrawn) -> None:
    _issue_control_sheet(event)


@handles(DossierSubmitted, key="dossiers.mail.prepayment_requested")
def mail_prepayment_requested(event: DossierSubmitted) -> None:
    _tell_of_prepayment(event)


@handles(FeeCounted, key="dossiers.mail.prepayment_counted")
def mail_of_counted_fee(event: FeeCounted) -> None:
    """The sum that is asked for now, where the count changed it: before receipt, or while it is waited for."""
    entry = JournalEntry.objects.get(dossier_id=event.dossier_id, sequence=event.sequence)
    if entry.to_state == DossierState.SUBMITTED:
        _tell_of_prepayment(event)
    elif "amount" in entry.details:
        _tell(
            event,
            notices.PAYMENT_REQUESTED,
            only_in=frozenset({DossierState.PAYMENT_REQUESTED}),
            details={"amount": None, "pays_online": False},
        )


@handles(ReliefDecided, key="dossiers.mail.relief_decided")
def mail_relief_decided(event: ReliefDecided) -> None:
    """Accepted or refused, and why; what is to be paid now, in the same mail."""
    entry = JournalEntry.objects.get(dossier_id=event.dossier_id, sequence=event.sequence)
    _tell(
        event,
        notices.RELIEF_ACCEPTED if entry.act == Deed.ACCEPT_RELIEF else notices.RELIEF_REFUSED,
        details={"amount": None, "pays_online": False},
        facts={"is_before_receipt": entry.to_state == DossierState.SUBMITTED},
    )


def _tell_of_prepayment(event: DossierEvent) -> None:
    """Only where the line asked for money, and it was not paid or let go meanwhile."""
    entry = JournalEntry.objects.get(dossier_id=event.dossier_id, sequence=event.sequence)
    if "amount" not in entry.details or _read(event.dossier_id).prepay_by is None:
        return
    _tell(
        event,
        notices.PREPAYMENT_REQUESTED,
        only_in=frozenset({DossierState.SUBMITTED}),
        details={"amount": None, "pays_online": False},
    )


@handles(IntakeRefused, key="dossiers.let_go_after_refusal")
def let_go_after_refusal(event: IntakeRefused) -> None:
    services.let_go_after_refusal(dossier_id=event.dossier_id)


@handles(IntakeRefused, key="dossiers.mail.intake_refused")
def mail_intake_refused(event: IntakeRefused) -> None:
    _tell(event, notices.INTAKE_REFUSED)


@handles(SupplementRequested, key="dossiers.mail.supplement_requested")
def mail_supplement_requested(event: SupplementRequested) -> None:
    _tell(
        event,
        notices.SUPPLEMENT_REQUESTED,
        only_in=frozenset({DossierState.SUPPLEMENT_REQUESTED}),
        details={"items": 0},
    )


@handles(SupplementAnswered, key="dossiers.mail.supplement_answered")
def mail_supplement_answered(event: SupplementAnswered) -> None:
    _tell(event, notices.SUPPLEMENT_ANSWERED)


@handles(PaymentRequested, key="dossiers.mail.payment_requested")
def mail_payment_requested(event: PaymentRequested) -> None:
    _tell(
        event,
        notices.PAYMENT_REQUESTED,
        only_in=frozenset({DossierState.PAYMENT_REQUESTED}),
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
    _tell(event, notices.RESOLVED, facts={"rating_url": ratings.rating_url(event.dossier_id)})


@handles(MessageSent, key="dossiers.mail.message")
def mail_message(event: MessageSent) -> None:
    """Only what the agency wrote, and not its words; officers find what citizens wrote on their lists."""
    entry = JournalEntry.objects.get(dossier_id=event.dossier_id, sequence=event.sequence)
    message = Message.objects.select_related("agency").get(pk=entry.details["message"])
    if message.side == MessageSide.AGENCY:
        _tell(event, notices.MESSAGE, facts={"agency": message.agency.name, "asks_reply": message.asks_reply})


@handles(DossierRescheduled, key="dossiers.mail.rescheduled")
def mail_rescheduled(event: DossierRescheduled) -> None:
    """Not once it is decided or waits for the citizen: what was said then is newer than the apology."""
    _tell(event, notices.RESCHEDULED, only_in=RUNNING)


@handles(DossierRescheduled, key="dossiers.slip.rescheduled")
def issue_apology(event: DossierRescheduled) -> None:
    services.issue_apology(dossier_id=event.dossier_id)


@handles(DossierResolved, key="dossiers.deliver_online")
def deliver_online(event: DossierResolved) -> None:
    services.deliver_result_online(dossier_id=event.dossier_id)


@handles(ResultHandedOver, key="dossiers.release_result")
def release_result(event: ResultHandedOver) -> None:
    """Into the owner's vault when the time to undo is over: what was released cannot be taken back."""
    services.release_handed_over(dossier_id=event.dossier_id)


@handles(ResultPosted, key="dossiers.mail.result_posted")
def mail_result_posted(event: ResultPosted) -> None:
    facts = {"carrier": "", "tracking_number": ""}
    _tell(event, notices.RESULT_POSTED, only_in=frozenset({DossierState.RESOLVED}), details=facts)


@handles(ResultCameBack, key="dossiers.mail.result_came_back")
def mail_result_came_back(event: ResultCameBack) -> None:
    _tell(event, notices.RESULT_CAME_BACK, only_in=frozenset({DossierState.RESOLVED}))


@handles(ResultHandedOver, key="dossiers.mail.result_delivered")
def mail_result_delivered(event: ResultHandedOver) -> None:
    """Only of the post: whoever took it at the desk knows."""
    if JournalEntry.objects.get(dossier_id=event.dossier_id, sequence=event.sequence).details.get("postal_item"):
        _tell(event, notices.RESULT_DELIVERED, only_in=frozenset({DossierState.RESULT_HANDED_OVER}))


@handles(DossierTransferred, key="dossiers.mail.transferred")
def mail_transferred(event: DossierTransferred) -> None:
    """What changed for the citizen: where it is decided, or the desk, or both. Nothing where only an agency that was asked
    has changed."""
    line = JournalEntry.objects.get(dossier_id=event.dossier_id, sequence=event.sequence).details
    if line["columns"]:
        facts = {
            "new_agency": account_selectors.agencies_by_id([line["to_agency"]])[line["to_agency"]].name,
            "moves_resolving": "resolving_agency" in line["columns"],
            "moves_receiving": "receiving_agency" in line["columns"],
        }
        _tell(event, notices.TRANSFERRED, facts=facts)


@handles(TransferContinues, key="dossiers.go_on_with_transfer")
def go_on_with_transfer(event: TransferContinues) -> None:
    services.continue_transfer(transfer_id=event.transfer_id)


@handles(DueRecounted, key="dossiers.mail.due_recounted")
def mail_due_recounted(event: DueRecounted) -> None:
    """Old date, new date, why. Not when another recount, a pause or the decision came after it."""
    dossier = _read(event.dossier_id)
    entry = JournalEntry.objects.get(dossier=dossier, sequence=event.sequence)
    # A line from before promises of apologies moved as well knows the due date alone.
    before = entry.details.get("appointed_before_at", entry.details["due_before_at"])
    after = entry.details["next_date_at"]
    if dossier.state not in RECOUNTED_STATES or dossier.next_date_at != datetime.fromisoformat(after):
        return
    if before == after:
        # The due date moved behind the new date of an apology, which stays.
        return
    with transaction.atomic():
        notices.tell_applicant(
            dossier,
            kind=notices.DUE_RECOUNTED,
            cause=f"dossier:{dossier.pk}:{event.sequence}",
            entry=entry,
            facts={
                "appointed_before_at": datetime.fromisoformat(before),
                "calendar_change": entry.details["calendar_change_what"],
            },
        )


register_recounter(DossierRecounter())
register_recounter(AnswerRecounter())
register_recounter(HandoffRecounter())
vault_services.register_handling_places(matters_worked_on)


@handles(ChargeSettled, key="dossiers.go_on_after_payment")
def go_on_after_payment(event: ChargeSettled) -> None:
    """Whatever waited for the money goes on: the desk's hours to answer, the processing, or the online delivery of a
    finished result."""
    dossier_id = dossier_of(event)
    if dossier_id is None or services.follow_prepayment(dossier_id=dossier_id) is not None:
        return
    if services.resume_after_payment(dossier_id=dossier_id) is None:
        services.deliver_result_online(dossier_id=dossier_id)


@handles(ChargeSettled, key="dossiers.mail.payment_settled")
def mail_payment_settled(event: ChargeSettled) -> None:
    dossier_id = dossier_of(event)
    if dossier_id is None:
        return
    with transaction.atomic():
        notices.tell_applicant(
            _read(dossier_id),
            kind=notices.PAYMENT_SETTLED,
            # Of the payment, not of the charge: one that the bank took back is paid, and told of, anew.
            cause=f"attempt:{event.attempt_id}",
            facts={"amount": event.amount},
        )


@handles(ExportRequested, key="dossiers.write_export")
def hand_export_to_a_worker(event: ExportRequested) -> None:
    """A task of its own: a long list must not keep mails waiting in the relay. The sweep is the guarantee."""
    try:
        current_app.send_task("dossiers.tasks.write_export", args=[event.job_id], ignore_result=True, retry=False)
    except Exception as error:  # noqa: BLE001 - whatever the broker client raises: the row is there, the sweep takes it
        logging.getLogger(__name__).warning("nudge to export failed: %s", type(error).__name__)


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


@handles(DossierTransferred, key="dossiers.handoffs.after_transfer")
def open_handoffs_after_transfer(event: DossierTransferred) -> None:
    """A step that has become the dossier's own agency's lets the next one begin."""
    services.open_planned_handoffs(dossier_id=event.dossier_id)


@handles(ObligationRequested, key="dossiers.mail.obligation_requested")
def mail_obligation_requested(event: ObligationRequested) -> None:
    _tell(
        event,
        notices.PAYMENT_REQUESTED,
        only_in=frozenset({DossierState.PAYMENT_REQUESTED}),
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
            only_in=frozenset({DossierState.PAYMENT_REQUESTED}),
            details={"amount": None, "pays_online": False},
        )


@handles(PaperEnded, key="dossiers.paper_ended")
def flag_dossiers_of_an_ended_paper(event: PaperEnded) -> None:
    services.note_ended_paper(paper_id=event.paper_id)


@handles(PaperOfDossierEnded, key="dossiers.mail.paper_ended")
def mail_paper_ended(event: PaperOfDossierEnded) -> None:
    _tell(event, notices.PAPER_ENDED, only_in=OPEN_STATES)
