"""What happened to a dossier. One event class a transition; payload: ids and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from dossiers.enums import Deed, Transition
from portal.core.outbox import DomainEvent


@dataclass(frozen=True, slots=True)
class DossierEvent(DomainEvent):
    """Base: the dossier and the journal line that tells of the change."""

    name: ClassVar[str] = ""
    dossier_id: int
    sequence: int

    @property
    def subject(self) -> str:
        return f"dossier:{self.dossier_id}"


@dataclass(frozen=True, slots=True)
class DossierSubmitted(DossierEvent):
    name: ClassVar[str] = "dossiers.submitted"


@dataclass(frozen=True, slots=True)
class DossierReceived(DossierEvent):
    name: ClassVar[str] = "dossiers.received"


@dataclass(frozen=True, slots=True)
class IntakeRefused(DossierEvent):
    name: ClassVar[str] = "dossiers.intake_refused"


@dataclass(frozen=True, slots=True)
class ProcessingStarted(DossierEvent):
    name: ClassVar[str] = "dossiers.processing_started"


@dataclass(frozen=True, slots=True)
class SupplementRequested(DossierEvent):
    name: ClassVar[str] = "dossiers.supplement_requested"


@dataclass(frozen=True, slots=True)
class SupplementAnswered(DossierEvent):
    name: ClassVar[str] = "dossiers.supplement_answered"


@dataclass(frozen=True, slots=True)
class PaymentRequested(DossierEvent):
    name: ClassVar[str] = "dossiers.payment_requested"


@dataclass(frozen=True, slots=True)
class ObligationRequested(DossierEvent):
    name: ClassVar[str] = "dossiers.obligation_requested"


@dataclass(frozen=True, slots=True)
class HandoffAnswered(DossierEvent):
    name: ClassVar[str] = "dossiers.handoff_answered"


@dataclass(frozen=True, slots=True)
class PaymentCompleted(DossierEvent):
    name: ClassVar[str] = "dossiers.payment_completed"


@dataclass(frozen=True, slots=True)
class DossierWithdrawn(DossierEvent):
    name: ClassVar[str] = "dossiers.withdrawn"


@dataclass(frozen=True, slots=True)
class DossierStopped(DossierEvent):
    name: ClassVar[str] = "dossiers.stopped"


@dataclass(frozen=True, slots=True)
class DossierResolved(DossierEvent):
    name: ClassVar[str] = "dossiers.resolved"


@dataclass(frozen=True, slots=True)
class ResultHandedOver(DossierEvent):
    name: ClassVar[str] = "dossiers.result_handed_over"


@dataclass(frozen=True, slots=True)
class ResultDeliveredOnline(DossierEvent):
    name: ClassVar[str] = "dossiers.result_delivered_online"


@dataclass(frozen=True, slots=True)
class ActUndone(DossierEvent):
    name: ClassVar[str] = "dossiers.act_undone"


@dataclass(frozen=True, slots=True)
class DossierRescheduled(DossierEvent):
    """The apology with a new date was approved; the journal line tells both dates and the reason."""

    name: ClassVar[str] = "dossiers.rescheduled"


@dataclass(frozen=True, slots=True)
class ExportRequested(DomainEvent):
    """An officer asked for a worklist as a file; `job_id` is the UUID as text."""

    name: ClassVar[str] = "dossiers.export_requested"
    job_id: str

    @property
    def subject(self) -> str:
        return f"export:{self.job_id}"


@dataclass(frozen=True, slots=True)
class DueRecounted(DossierEvent):
    """The promised date moved because the working calendar was changed."""

    name: ClassVar[str] = "dossiers.due_recounted"


EVENT_OF: dict[Transition, type[DossierEvent]] = {
    Transition.SUBMIT: DossierSubmitted,
    Transition.RECEIVE: DossierReceived,
    Transition.REFUSE_INTAKE: IntakeRefused,
    Transition.START_PROCESSING: ProcessingStarted,
    Transition.REQUEST_SUPPLEMENT: SupplementRequested,
    Transition.ANSWER_SUPPLEMENT: SupplementAnswered,
    Transition.REQUEST_PAYMENT: PaymentRequested,
    Transition.REQUEST_OBLIGATION: ObligationRequested,
    Transition.RESUME_AFTER_PAYMENT: PaymentCompleted,
    Transition.WITHDRAW: DossierWithdrawn,
    Transition.STOP: DossierStopped,
    Transition.RESOLVE: DossierResolved,
    Transition.HAND_OVER_RESULT: ResultHandedOver,
    Transition.DELIVER_RESULT_ONLINE: ResultDeliveredOnline,
    Transition.UNDO: ActUndone,
}


@dataclass(frozen=True, slots=True)
class ReliefDecided(DossierEvent):
    """A claim to pay less was accepted or refused."""

    name: ClassVar[str] = "dossiers.relief_decided"


@dataclass(frozen=True, slots=True)
class FeeCounted(DossierEvent):
    """An officer wrote down how many units a fee is for."""

    name: ClassVar[str] = "dossiers.fee_counted"


@dataclass(frozen=True, slots=True)
class DossierTransferred(DossierEvent):
    name: ClassVar[str] = "dossiers.transferred"


@dataclass(frozen=True, slots=True)
class TransferContinues(DomainEvent):
    """A bulk move has dossiers left: the next batch is due."""

    name: ClassVar[str] = "dossiers.transfer_continues"
    transfer_id: int

    @property
    def subject(self) -> str:
        return f"agency_transfer:{self.transfer_id}"


@dataclass(frozen=True, slots=True)
class MessageSent(DossierEvent):
    """Somebody wrote in the conversation of citizen and agency; the journal line names the message."""

    name: ClassVar[str] = "dossiers.message_sent"


@dataclass(frozen=True, slots=True)
class ResultPosted(DossierEvent):
    """The result was given to the post."""

    name: ClassVar[str] = "dossiers.result_posted"


@dataclass(frozen=True, slots=True)
class ResultCameBack(DossierEvent):
    """The post brought the result back to the desk."""

    name: ClassVar[str] = "dossiers.result_came_back"


@dataclass(frozen=True, slots=True)
class PaperOfDossierEnded(DossierEvent):
    """A paper of the vault that was used again in this dossier was revoked or replaced."""

    name: ClassVar[str] = "dossiers.paper_ended"


EVENT_OF_DEED: dict[Deed, type[DossierEvent]] = {
    Deed.TRANSFER: DossierTransferred,
    Deed.RESCHEDULE: DossierRescheduled,
    Deed.RECOUNT_DUE: DueRecounted,
    Deed.ANSWER_HANDOFF: HandoffAnswered,
    Deed.ACCEPT_RELIEF: ReliefDecided,
    Deed.REFUSE_RELIEF: ReliefDecided,
    Deed.NOTE_QUANTITY: FeeCounted,
    Deed.SEND_MESSAGE: MessageSent,
    Deed.POST_RESULT: ResultPosted,
    Deed.TAKE_RESULT_BACK: ResultCameBack,
    Deed.PAPER_ENDED: PaperOfDossierEnded,
}
"""Only deeds that something follows from after commit."""
