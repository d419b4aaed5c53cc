"""Use cases of the catalogue, and what neighbours need of its rules."""

from procedures.policies import allows, require_allowed, scope_of
from procedures.services.drafts import copy_to_draft, create_draft_revision
from procedures.services.offerings import refresh_listing_rank, set_offering
from procedures.services.publication import (
    publication_findings,
    publish_revision,
    search_text_of,
    supersede_revision,
)

__all__ = [
    "allows",
    "copy_to_draft",
    "create_draft_revision",
    "publication_findings",
    "publish_revision",
    "refresh_listing_rank",
    "require_allowed",
    "scope_of",
    "search_text_of",
    "set_offering",
    "supersede_revision",
]
