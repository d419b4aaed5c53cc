"""The declaration form engine, for neighbours: they enter this app through its services."""

from procedures.form_definitions import (
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

__all__ = [
    "Cleaned",
    "DefinitionError",
    "FieldSpec",
    "FormDefinition",
    "Section",
    "SectionForm",
    "build_form",
    "clean",
    "display_rows",
    "is_complete",
    "json_schema",
    "merge_section",
    "parse",
    "to_json",
]
