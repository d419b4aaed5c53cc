"""The catalogue in Django admin: an edge that calls services. Published revisions are read-only here as everywhere."""

from procedures.admin.entries import PolicyAreaAdmin, ProcedureAdmin
from procedures.admin.fees import ReliefCategoryAdmin
from procedures.admin.life_events import LifeEventAdmin
from procedures.admin.offerings import ProviderSystemAdmin, ServiceOfferingAdmin
from procedures.admin.revisions import ProcedureRevisionAdmin
from procedures.admin.roadmap import LowerLevelServiceAdmin, RoadmapItemAdmin
from procedures.admin.search import PopularSearchAdmin, SearchSynonymAdmin
from procedures.admin.value_reviews import ValueReviewAdmin

__all__ = [
    "LifeEventAdmin",
    "LowerLevelServiceAdmin",
    "PolicyAreaAdmin",
    "PopularSearchAdmin",
    "ProcedureAdmin",
    "ProcedureRevisionAdmin",
    "ProviderSystemAdmin",
    "ReliefCategoryAdmin",
    "RoadmapItemAdmin",
    "SearchSynonymAdmin",
    "ServiceOfferingAdmin",
    "ValueReviewAdmin",
]
