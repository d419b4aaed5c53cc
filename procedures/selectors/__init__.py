"""Reads of the catalogue: what is in force, what it asks for, and search."""

from procedures.selectors.full_text import PAGE_SIZE, SearchPage, listed_areas, search
from procedures.selectors.offerings import (
    Offered,
    best_offering,
    highest_level,
    offering,
    offering_now,
    offering_on,
    offerings_of,
    periods_of,
    revisions_during,
)
from procedures.selectors.revisions import (
    fee_rules_for,
    form_template,
    procedure_page,
    published_revision,
    required_documents_for,
    term_for,
)

__all__ = [
    "PAGE_SIZE",
    "Offered",
    "SearchPage",
    "best_offering",
    "fee_rules_for",
    "form_template",
    "highest_level",
    "listed_areas",
    "offering",
    "offering_now",
    "offering_on",
    "offerings_of",
    "periods_of",
    "procedure_page",
    "published_revision",
    "required_documents_for",
    "revisions_during",
    "search",
    "term_for",
]
