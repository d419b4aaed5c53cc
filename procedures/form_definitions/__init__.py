"""Declaration forms as data. A leaf: imports the kernel and the identity checks, no model, no request.

A revision carries its declaration form as JSON. `parse` reads it into a `FormDefinition` of sections and typed fields;
`clean` judges answers, the same way for HTML posts and API JSON; `build_form` binds a section to a page;
`display_rows`, `is_complete` and `json_schema` are made of the same kinds. A field kind is one module in `kinds`.
"""

from procedures.form_definitions.answers import Cleaned, Problem, clean, is_complete, merge_section, visible_fields
from procedures.form_definitions.definition import FieldSpec, FormDefinition, Section
from procedures.form_definitions.display import display_rows
from procedures.form_definitions.errors import DefinitionError
from procedures.form_definitions.html import SectionForm, build_form
from procedures.form_definitions.kinds import kind_names
from procedures.form_definitions.mirror import conditional_blocks, mark_applying
from procedures.form_definitions.parsing import parse, to_json
from procedures.form_definitions.prefill import sources_of
from procedures.form_definitions.schema import json_schema
from procedures.form_definitions.values import comparable, kept_values, posted_values, shown_typed, stored_value

__all__ = [
    "Cleaned",
    "DefinitionError",
    "FieldSpec",
    "FormDefinition",
    "Problem",
    "Section",
    "SectionForm",
    "build_form",
    "clean",
    "comparable",
    "conditional_blocks",
    "display_rows",
    "is_complete",
    "json_schema",
    "kept_values",
    "kind_names",
    "mark_applying",
    "merge_section",
    "parse",
    "posted_values",
    "shown_typed",
    "sources_of",
    "stored_value",
    "to_json",
    "visible_fields",
]
