"""Use cases of the catalogue, and what neighbours need of its rules and of the declaration forms."""

from procedures.policies import allows, require_allowed, scope_of
from procedures.services.draft_saves import (
    STALE,
    draft_findings,
    last_save,
    save_document_need,
    save_draft,
    save_number,
)
from procedures.services.drafts import copy_to_draft, create_draft_revision
from procedures.services.entries import save_policy_area, save_procedure
from procedures.services.form_editing import save_form, undo_form_change
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
    search_text_of,
    supersede_revision,
)

__all__ = [
    "STALE",
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
    "display_rows",
    "draft_findings",
    "is_complete",
    "json_schema",
    "last_save",
    "merge_section",
    "offering_findings",
    "parse",
    "publication_findings",
    "publish_revision",
    "refresh_listing_rank",
    "require_allowed",
    "save_document_need",
    "save_draft",
    "save_form",
    "save_number",
    "save_policy_area",
    "save_procedure",
    "scope_of",
    "search_text_of",
    "set_offering",
    "supersede_revision",
    "to_json",
    "undo_form_change",
]
