"""Use cases of the catalogue, and what neighbours need of its rules and of the declaration forms."""

from procedures.policies import allows, require_allowed, scope_of
from procedures.services.drafts import copy_to_draft, create_draft_revision
from procedures.services.entries import save_policy_area, save_procedure
from procedures.services.forms import (
    Cleaned,
    DefinitionError,
    FieldSpec,
    FormDefinition,
    Section,
    SectionForm,
    build_form,
    clean,
    display_rows,
    is_complete,
    json_schema,
    merge_section,
    parse,
    to_json,
)
from procedures.services.life_events import (
    delete_life_event,
    delete_popular_search,
    finish_life_event,
    save_popular_search,
    seed_life_events,
    seed_popular_searches,
)
from procedures.services.offerings import offering_findings, refresh_listing_rank, set_offering
from procedures.services.publication import (
    publication_findings,
    publish_revision,
    search_text_of,
    supersede_revision,
)
from procedures.services.search_documents import rebuild_search, refresh_search_documents
from procedures.services.search_words import fold_term, save_synonym, seed_search_words

__all__ = [
    "Cleaned",
    "DefinitionError",
    "FieldSpec",
    "FormDefinition",
    "Section",
    "SectionForm",
    "allows",
    "build_form",
    "clean",
    "copy_to_draft",
    "create_draft_revision",
    "delete_life_event",
    "delete_popular_search",
    "display_rows",
    "finish_life_event",
    "fold_term",
    "is_complete",
    "json_schema",
    "merge_section",
    "offering_findings",
    "parse",
    "publication_findings",
    "publish_revision",
    "rebuild_search",
    "refresh_listing_rank",
    "refresh_search_documents",
    "require_allowed",
    "save_policy_area",
    "save_popular_search",
    "save_procedure",
    "save_synonym",
    "scope_of",
    "search_text_of",
    "seed_life_events",
    "seed_popular_searches",
    "seed_search_words",
    "set_offering",
    "supersede_revision",
    "to_json",
]
