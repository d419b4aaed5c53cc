from procedures.models.catalogue import PolicyArea, Procedure, ServiceOffering
from procedures.models.contents import (
    FormTemplate,
    LegalBasis,
    ProcedureCase,
    ProcessingStep,
    RequiredDocument,
    ResultKind,
)
from procedures.models.draft_saves import DraftSave
from procedures.models.revisions import ProcedureRevision, PublicationEntry, ReviewFlag
from procedures.models.terms import ChannelTerm, FeeRule

__all__ = [
    "ChannelTerm",
    "DraftSave",
    "FeeRule",
    "FormTemplate",
    "LegalBasis",
    "PolicyArea",
    "Procedure",
    "ProcedureCase",
    "ProcedureRevision",
    "ProcessingStep",
    "PublicationEntry",
    "RequiredDocument",
    "ResultKind",
    "ReviewFlag",
    "ServiceOffering",
]
