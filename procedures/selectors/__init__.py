"""Reads of the catalogue: what is in force, what it asks for, and search."""

from procedures.selectors.aliases import ResolvedCode, replacements_of, resolve_code, successors_in_force
from procedures.selectors.full_text import PAGE_SIZE, SearchPage, listed_areas, search
from procedures.selectors.offerings import Offered, highest_level, offering, offerings_of
from procedures.selectors.revisions import (
    fee_rules_for,
    form_template,
    procedure_page,
    published_revision,
    required_documents_for,
    ruling_revisions,
    term_for,
)

__all__ = [
    "PAGE_SIZE",
    "Offered",
    "ResolvedCode",
    "SearchPage",
    "fee_rules_for",
    "form_template",
    "highest_level",
    "listed_areas",
    "offering",
    "offerings_of",
    "procedure_page",
    "published_revision",
    "replacements_of",
    "required_documents_for",
    "resolve_code",
    "ruling_revisions",
    "search",
    "successors_in_force",
    "term_for",
]
