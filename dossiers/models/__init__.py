from dossiers.models.bulk_runs import BulkRun, BulkRunItem
from dossiers.models.claims import PresenceMark, WorkClaim
from dossiers.models.components import DossierComponent, DossierFile, ResultDocument
from dossiers.models.counter import CounterIntake
from dossiers.models.declaration_files import DeclarationFile
from dossiers.models.dossier import Dossier
from dossiers.models.escalations import Escalation, EscalationNotice
from dossiers.models.exports import ExportDownload, ExportJob, RegisterDownload
from dossiers.models.fees import FeeQuantity, ReliefClaim
from dossiers.models.handoffs import Handoff, HandoffFile, HandoffObligation
from dossiers.models.holdings import Holding
from dossiers.models.journal import JournalEntry
from dossiers.models.messages import Message, MessageFile, MessageReading
from dossiers.models.pauses import ClockPause
from dossiers.models.ratings import RatingGiven, SatisfactionRating
from dossiers.models.reschedules import Reschedule
from dossiers.models.results import DocumentRegister, ResultDraft
from dossiers.models.returns import CollectionCode, PostalItem, PostalMove, ResultHandOver
from dossiers.models.reuse import ReuseConsent
from dossiers.models.saved_filters import SavedFilter
from dossiers.models.slips import IssuedSlip
from dossiers.models.supplement_proposals import SupplementProposal
from dossiers.models.supplements import SupplementItem, SupplementRequest
from dossiers.models.transfers import AgencyTransfer
from dossiers.models.undo import UndoPoint

__all__ = [
    "AgencyTransfer",
    "BulkRun",
    "BulkRunItem",
    "ClockPause",
    "CollectionCode",
    "CounterIntake",
    "DeclarationFile",
    "DocumentRegister",
    "Dossier",
    "DossierComponent",
    "DossierFile",
    "Escalation",
    "EscalationNotice",
    "ExportDownload",
    "ExportJob",
    "FeeQuantity",
    "Handoff",
    "HandoffFile",
    "HandoffObligation",
    "Holding",
    "IssuedSlip",
    "JournalEntry",
    "Message",
    "MessageFile",
    "MessageReading",
    "PostalItem",
    "PostalMove",
    "PresenceMark",
    "RatingGiven",
    "RegisterDownload",
    "ReliefClaim",
    "Reschedule",
    "ResultDocument",
    "ResultDraft",
    "ResultHandOver",
    "ReuseConsent",
    "SatisfactionRating",
    "SavedFilter",
    "SupplementItem",
    "SupplementProposal",
    "SupplementRequest",
    "UndoPoint",
    "WorkClaim",
]
