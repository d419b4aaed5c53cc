from dossiers.models.components import DossierComponent, DossierFile, ResultDocument
from dossiers.models.declaration_files import DeclarationFile
from dossiers.models.dossier import Dossier
from dossiers.models.escalations import Escalation, EscalationNotice
from dossiers.models.journal import JournalEntry
from dossiers.models.pauses import ClockPause
from dossiers.models.reschedules import Reschedule
from dossiers.models.slips import ReceiptSlip
from dossiers.models.supplements import SupplementItem, SupplementRequest

__all__ = [
    "ClockPause",
    "DeclarationFile",
    "Dossier",
    "DossierComponent",
    "DossierFile",
    "Escalation",
    "EscalationNotice",
    "JournalEntry",
    "ReceiptSlip",
    "Reschedule",
    "ResultDocument",
    "SupplementItem",
    "SupplementRequest",
]
