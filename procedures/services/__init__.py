"""Use cases of the catalogue, and what neighbours need of its rules and of the declaration forms."""

from procedures.policies import allows, require_allowed, scope_of
from procedures.services.abolition import abolish_procedure, cancel_abolition
from procedures.services.checks import draft_findings
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
from procedures.services.offerings import offering_findings, refresh_listing_rank, set_offering
from procedures.services.publication import (
    publication_findings,
    publish_revision,
    put_due_in_force,
    search_text_of,
    supersede_revision,
    withdraw_schedule,
)
from procedures.services.review import send_back, submit_for_review
from procedures.services.succession import add_alias, add_replacement, remove_alias

__all__ = [
    "Cleaned",
    "DefinitionError",
    "FieldSpec",
    "FormDefinition",
    "Section",
    "SectionForm",
    "abolish_procedure",
    "add_alias",
    "add_replacement",
    "allows",
    "build_form",
    "cancel_abolition",
    "clean",
    "copy_to_draft",
    "create_draft_revision",
    "display_rows",
    "draft_findings",
    "is_complete",
    "json_schema",
    "merge_section",
    "offering_findings",
    "parse",
    "publication_findings",
    "publish_revision",
    "put_due_in_force",
    "refresh_listing_rank",
    "remove_alias",
    "require_allowed",
    "save_policy_area",
    "save_procedure",
    "scope_of",
    "search_text_of",
    "send_back",
    "set_offering",
    "submit_for_review",
    "supersede_revision",
    "to_json",
    "withdraw_schedule",
]
