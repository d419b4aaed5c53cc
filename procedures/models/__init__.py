from procedures.models.catalogue import PolicyArea, Procedure, ServiceOffering
from procedures.models.contents import (
    FormTemplate,
    LegalBasis,
    ProcedureCase,
    ProcessingStep,
    RequiredDocument,
    ResultKind,
)
from procedures.models.reviews import ValueReview
from procedures.models.revisions import ProcedureRevision, PublicationEntry, ReviewFlag
from procedures.models.succession import ProcedureAlias, ProcedureReplacement
from procedures.models.terms import ChannelTerm, FeeRule

__all__ = [
    "ChannelTerm",
    "FeeRule",
    "FormTemplate",
    "LegalBasis",
    "PolicyArea",
    "Procedure",
    "ProcedureAlias",
    "ProcedureCase",
    "ProcedureReplacement",
    "ProcedureRevision",
    "ProcessingStep",
    "PublicationEntry",
    "RequiredDocument",
    "ResultKind",
    "ReviewFlag",
    "ServiceOffering",
    "ValueReview",
]
