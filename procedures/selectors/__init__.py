"""Reads of the catalogue: what is in force, what it asks for, and search."""

from procedures.selectors.full_text import PAGE_SIZE, SearchPage, listed_areas, search
from procedures.selectors.offerings import Offered, highest_level, offering, offerings_of
from procedures.selectors.revisions import (
    fee_rules_for,
    form_template,
    procedure_page,
    published_revision,
    required_documents_for,
    revision_page,
    term_for,
)

__all__ = [
    "PAGE_SIZE",
    "Offered",
    "SearchPage",
    "fee_rules_for",
    "form_template",
    "highest_level",
    "listed_areas",
    "offering",
    "offerings_of",
    "procedure_page",
    "published_revision",
    "required_documents_for",
    "revision_page",
    "search",
    "term_for",
]
