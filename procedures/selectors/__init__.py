"""Reads of the catalogue: what is in force, what it asks for, and search."""

from procedures.selectors.aliases import ResolvedCode, replacements_of, resolve_code, successors_in_force
from procedures.selectors.at_agencies import policy_area_name, procedure_name, procedures_at
from procedures.selectors.browsing import Counted, counted_agencies, counted_areas, counted_life_events
from procedures.selectors.facets import Chosen, FacetCounts, FacetValue
from procedures.selectors.full_text import PAGE_SIZE, SearchPage, exact_code, search
from procedures.selectors.hindrances import Hindrance, hindrances_of
from procedures.selectors.life_events import HomePage, LifeEventPage, home_page, life_event_page
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
from procedures.selectors.planned_handoffs import addressee_of, planned_handoffs_for
from procedures.selectors.presence import Visit, most_visits, visits
from procedures.selectors.process import InternalProcess, PlannedStep, process_for
from procedures.selectors.quotes import (
    Lack,
    Quote,
    QuotedFee,
    fee_rules_of,
    quote_for,
    relief_names,
    reliefs_on_offer,
)
from procedures.selectors.receptions import offerings_received_at, receivers_of, receives_for, search_received
from procedures.selectors.revisions import (
    form_template,
    procedure_page,
    published_revision,
    required_documents_for,
    revision_page,
    ruling_revisions,
    term_for,
)
from procedures.selectors.roadmap import (
    level_history,
    level_table,
    progress_of,
    roadmap_table,
    services_by_provider,
    services_to_raise,
    units_to_raise,
)

__all__ = [
    "PAGE_SIZE",
    "Chosen",
    "Counted",
    "FacetCounts",
    "FacetValue",
    "Hindrance",
    "HomePage",
    "InternalProcess",
    "Lack",
    "LifeEventPage",
    "Offered",
    "PlannedStep",
    "Quote",
    "QuotedFee",
    "ResolvedCode",
    "SearchPage",
    "Visit",
    "addressee_of",
    "best_offering",
    "counted_agencies",
    "counted_areas",
    "counted_life_events",
    "exact_code",
    "fee_rules_of",
    "form_template",
    "highest_level",
    "hindrances_of",
    "home_page",
    "level_history",
    "level_table",
    "life_event_page",
    "most_visits",
    "offering",
    "offering_now",
    "offering_on",
    "offerings_of",
    "offerings_received_at",
    "periods_of",
    "planned_handoffs_for",
    "policy_area_name",
    "procedure_name",
    "procedure_page",
    "procedures_at",
    "process_for",
    "progress_of",
    "published_revision",
    "quote_for",
    "receivers_of",
    "receives_for",
    "relief_names",
    "reliefs_on_offer",
    "replacements_of",
    "required_documents_for",
    "resolve_code",
    "revision_page",
    "revisions_during",
    "roadmap_table",
    "ruling_revisions",
    "search",
    "search_received",
    "services_by_provider",
    "services_to_raise",
    "successors_in_force",
    "term_for",
    "units_to_raise",
    "visits",
]
