"""The catalogue in Django admin: an edge that calls services. Published revisions are read-only here as everywhere."""

from procedures.admin.entries import PolicyAreaAdmin, ProcedureAdmin
from procedures.admin.offerings import ProviderSystemAdmin, ServiceOfferingAdmin
from procedures.admin.revisions import ProcedureRevisionAdmin
from procedures.admin.roadmap import LowerLevelServiceAdmin, RoadmapItemAdmin
from procedures.admin.value_reviews import ValueReviewAdmin

__all__ = [
    "LowerLevelServiceAdmin",
    "PolicyAreaAdmin",
    "ProcedureAdmin",
    "ProcedureRevisionAdmin",
    "ProviderSystemAdmin",
    "RoadmapItemAdmin",
    "ServiceOfferingAdmin",
    "ValueReviewAdmin",
]
