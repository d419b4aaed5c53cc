from procedures.models.catalogue import PolicyArea, Procedure
from procedures.models.contents import (
    FormTemplate,
    LegalBasis,
    ProcedureCase,
    ProcessingStep,
    RequiredDocument,
    ResultKind,
)
from procedures.models.draft_saves import DraftSave
from procedures.models.handoffs import PlannedHandoff
from procedures.models.life_events import LifeEvent, LifeEventProcedure, PopularSearch
from procedures.models.offerings import OfferingEntry, ProviderSystem, ServiceOffering
from procedures.models.process import InternalStep
from procedures.models.reliefs import ReliefCategory
from procedures.models.result_templates import ResultFact, ResultParagraph, ResultTemplate
from procedures.models.reviews import ValueReview
from procedures.models.revisions import ProcedureRevision, PublicationEntry, ReviewFlag
from procedures.models.roadmap import LowerLevelService, RoadmapEntry, RoadmapItem, RoadmapTask
from procedures.models.search import ProcedureSearchDocument, SearchSynonym, SearchWord
from procedures.models.succession import ProcedureAlias, ProcedureReplacement
from procedures.models.terms import ChannelTerm, FeeRule

__all__ = [
    "ChannelTerm",
    "DraftSave",
    "FeeRule",
    "FormTemplate",
    "InternalStep",
    "LegalBasis",
    "LifeEvent",
    "LifeEventProcedure",
    "LowerLevelService",
    "OfferingEntry",
    "PlannedHandoff",
    "PolicyArea",
    "PopularSearch",
    "Procedure",
    "ProcedureAlias",
    "ProcedureCase",
    "ProcedureReplacement",
    "ProcedureRevision",
    "ProcedureSearchDocument",
    "ProcessingStep",
    "ProviderSystem",
    "PublicationEntry",
    "ReliefCategory",
    "RequiredDocument",
    "ResultFact",
    "ResultKind",
    "ResultParagraph",
    "ResultTemplate",
    "ReviewFlag",
    "RoadmapEntry",
    "RoadmapItem",
    "RoadmapTask",
    "SearchSynonym",
    "SearchWord",
    "ServiceOffering",
    "ValueReview",
]
