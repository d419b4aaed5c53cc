from procedures.models.catalogue import PolicyArea, Procedure
from procedures.models.contents import (
    FormTemplate,
    LegalBasis,
    ProcedureCase,
    ProcessingStep,
    RequiredDocument,
    ResultKind,
)
from procedures.models.offerings import OfferingEntry, ProviderSystem, ServiceOffering
from procedures.models.reviews import ValueReview
from procedures.models.revisions import ProcedureRevision, PublicationEntry, ReviewFlag
from procedures.models.roadmap import LowerLevelService, RoadmapEntry, RoadmapItem, RoadmapTask
from procedures.models.succession import ProcedureAlias, ProcedureReplacement
from procedures.models.terms import ChannelTerm, FeeRule

__all__ = [
    "ChannelTerm",
    "FeeRule",
    "FormTemplate",
    "LegalBasis",
    "LowerLevelService",
    "OfferingEntry",
    "PolicyArea",
    "Procedure",
    "ProcedureAlias",
    "ProcedureCase",
    "ProcedureReplacement",
    "ProcedureRevision",
    "ProcessingStep",
    "ProviderSystem",
    "PublicationEntry",
    "RequiredDocument",
    "ResultKind",
    "ReviewFlag",
    "RoadmapEntry",
    "RoadmapItem",
    "RoadmapTask",
    "ServiceOffering",
    "ValueReview",
]
