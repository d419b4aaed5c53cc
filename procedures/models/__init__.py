from procedures.models.catalogue import PolicyArea, Procedure, ServiceOffering
from procedures.models.contents import (
    FormTemplate,
    LegalBasis,
    ProcedureCase,
    ProcessingStep,
    RequiredDocument,
    ResultKind,
)
from procedures.models.life_events import LifeEvent, LifeEventProcedure, PopularSearch
from procedures.models.revisions import ProcedureRevision, PublicationEntry, ReviewFlag
from procedures.models.search import ProcedureSearchDocument, SearchSynonym, SearchWord
from procedures.models.terms import ChannelTerm, FeeRule

__all__ = [
    "ChannelTerm",
    "FeeRule",
    "FormTemplate",
    "LegalBasis",
    "LifeEvent",
    "LifeEventProcedure",
    "PolicyArea",
    "PopularSearch",
    "Procedure",
    "ProcedureCase",
    "ProcedureRevision",
    "ProcedureSearchDocument",
    "ProcessingStep",
    "PublicationEntry",
    "RequiredDocument",
    "ResultKind",
    "ReviewFlag",
    "SearchSynonym",
    "SearchWord",
    "ServiceOffering",
]
