"""The catalogue in Django admin: an edge that calls services. Published revisions are read-only here as everywhere."""

from procedures.admin.entries import PolicyAreaAdmin, ProcedureAdmin
from procedures.admin.offerings import ServiceOfferingAdmin
from procedures.admin.revisions import ProcedureRevisionAdmin
from procedures.admin.value_reviews import ValueReviewAdmin

__all__ = ["PolicyAreaAdmin", "ProcedureAdmin", "ProcedureRevisionAdmin", "ServiceOfferingAdmin", "ValueReviewAdmin"]
