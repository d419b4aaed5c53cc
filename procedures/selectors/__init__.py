"""Reads of the catalogue: what is in force, what it asks for, and search."""

from procedures.selectors.browsing import Counted, counted_agencies, counted_areas, counted_life_events
from procedures.selectors.facets import Chosen, FacetCounts, FacetValue
from procedures.selectors.full_text import PAGE_SIZE, SearchPage, exact_code, search
from procedures.selectors.life_events import HomePage, LifeEventPage, home_page, life_event_page
from procedures.selectors.offerings import Offered, highest_level, offering, offerings_of
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
    "Chosen",
    "Counted",
    "FacetCounts",
    "FacetValue",
    "HomePage",
    "LifeEventPage",
    "Offered",
    "SearchPage",
    "counted_agencies",
    "counted_areas",
    "counted_life_events",
    "exact_code",
    "fee_rules_for",
    "form_template",
    "highest_level",
    "home_page",
    "life_event_page",
    "offering",
    "offerings_of",
    "procedure_page",
    "published_revision",
    "required_documents_for",
    "search",
    "term_for",
]
