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
from procedures.form_definitions.address_widget import commune_names
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds import kind_of
from procedures.form_definitions.kinds.file import FileKind
from procedures.form_definitions.sources import AttachedFile, FileSource

__all__ = [
    "AnswerError",
    "AttachedFile",
    "Cleaned",
    "DefinitionError",
    "FieldSpec",
    "FileKind",
    "FileSource",
    "FormDefinition",
    "Section",
    "SectionForm",
    "build_form",
    "clean",
    "commune_names",
    "display_rows",
    "is_complete",
    "json_schema",
    "kind_of",
    "merge_section",
    "parse",
    "to_json",
]
