"""JSON Schema (2020-12) of the answers as they are stored and as the API takes them."""

from collections.abc import Iterable
from typing import Any

from procedures.form_definitions import conditions
from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.kinds.base import kind_of


def json_schema(definition: FormDefinition) -> dict[str, Any]:
    """An object schema. A conditional field is never in `required`; its condition stands in `x-visible-when`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **object_schema(definition.fields())}


def object_schema(fields: Iterable[FieldSpec]) -> dict[str, Any]:
    """The schema of an object with these fields: a declaration, or a row of a group."""
    specs = [spec for spec in fields if kind_of(spec).has_answer]
    return {
        "type": "object",
        "properties": {spec.key: _property(spec) for spec in specs},
        "required": [spec.key for spec in specs if spec.required and spec.visible_when is None],
        "additionalProperties": False,
    }


def _property(spec: FieldSpec) -> dict[str, Any]:
    schema = {"title": spec.label.vi, **kind_of(spec).json_schema(spec)}
    if spec.help:
        schema["description"] = spec.help.vi
    if spec.visible_when is not None:
        schema["x-visible-when"] = conditions.to_json(spec.visible_when)
        schema["x-required-when-visible"] = spec.required
    if spec.required_when is not None:
        schema["x-required-when"] = conditions.to_json(spec.required_when)
    return schema
