"""The catalogue in Django admin: an edge that calls services. Published revisions are read-only here as everywhere."""

from procedures.admin.entries import PolicyAreaAdmin, ProcedureAdmin
from procedures.admin.life_events import LifeEventAdmin
from procedures.admin.offerings import ServiceOfferingAdmin
from procedures.admin.revisions import ProcedureRevisionAdmin
from procedures.admin.search import PopularSearchAdmin, SearchSynonymAdmin

__all__ = [
    "LifeEventAdmin",
    "PolicyAreaAdmin",
    "PopularSearchAdmin",
    "ProcedureAdmin",
    "ProcedureRevisionAdmin",
    "SearchSynonymAdmin",
    "ServiceOfferingAdmin",
]
