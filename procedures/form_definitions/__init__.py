"""Declaration forms as data. A leaf: imports the kernel and the identity checks, no model, no request.

A revision carries its declaration form as JSON. `parse` reads it into a `FormDefinition` of sections and typed fields;
`clean` judges answers, the same way for HTML posts and API JSON; `build_form` binds a section to a page;
`display_rows`, `is_complete` and `json_schema` are made of the same kinds. A field kind is one module in `kinds`.
"""

from procedures.form_definitions.answers import (
    Cleaned,
    Problem,
    clean,
    is_complete,
    merge_section,
    problems_by_section,
    recomputed,
)
from procedures.form_definitions.condition_parsing import parse_condition
from procedures.form_definitions.definition import EligibilityRule, FieldSpec, FormDefinition, Section, Severity
from procedures.form_definitions.display import ShownRows, describe_condition, display_rows, label_at, shown_value
from procedures.form_definitions.eligibility import applies, rules_that_hold
from procedures.form_definitions.errors import DefinitionError
from procedures.form_definitions.html import SectionForm, build_form
from procedures.form_definitions.kinds import kind_names
from procedures.form_definitions.mirror import computed_blocks, conditional_blocks, mark_applying
from procedures.form_definitions.narrowing import depending_on, narrowed
from procedures.form_definitions.parsing import parse
from procedures.form_definitions.prefill import sources_of
from procedures.form_definitions.schema import json_schema
from procedures.form_definitions.typed_values import comparable, kept_values, posted_values, shown_typed, stored_value
from procedures.form_definitions.visibility import visible_fields
from procedures.form_definitions.writing import to_json

__all__ = [
    "Cleaned",
    "DefinitionError",
    "EligibilityRule",
    "FieldSpec",
    "FormDefinition",
    "Problem",
    "Section",
    "SectionForm",
    "Severity",
    "ShownRows",
    "applies",
    "build_form",
    "clean",
    "comparable",
    "computed_blocks",
    "conditional_blocks",
    "depending_on",
    "describe_condition",
    "display_rows",
    "is_complete",
    "json_schema",
    "kept_values",
    "kind_names",
    "label_at",
    "mark_applying",
    "merge_section",
    "narrowed",
    "parse",
    "parse_condition",
    "posted_values",
    "problems_by_section",
    "recomputed",
    "rules_that_hold",
    "shown_typed",
    "shown_value",
    "sources_of",
    "stored_value",
    "to_json",
    "visible_fields",
]
