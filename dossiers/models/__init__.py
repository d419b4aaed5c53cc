from dossiers.models.bulk_runs import BulkRun, BulkRunItem
from dossiers.models.components import DossierComponent, DossierFile, ResultDocument
from dossiers.models.declaration_files import DeclarationFile
from dossiers.models.dossier import Dossier
from dossiers.models.exports import ExportDownload, ExportJob
from dossiers.models.journal import JournalEntry
from dossiers.models.pauses import ClockPause
from dossiers.models.saved_filters import SavedFilter
from dossiers.models.slips import ReceiptSlip
from dossiers.models.supplements import SupplementItem, SupplementRequest

__all__ = [
    "BulkRun",
    "BulkRunItem",
    "ClockPause",
    "DeclarationFile",
    "Dossier",
    "DossierComponent",
    "DossierFile",
    "ExportDownload",
    "ExportJob",
    "JournalEntry",
    "ReceiptSlip",
    "ResultDocument",
    "SavedFilter",
    "SupplementItem",
    "SupplementRequest",
]
