"""Which fields are asked, given answers that are stored."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from procedures.form_definitions.conditions import holds
from procedures.form_definitions.definition import FieldSpec, FormDefinition


def visible_fields(
    definition: FormDefinition, answers: Mapping[str, Any], *, today: date | None = None
) -> list[FieldSpec]:
    """The fields that are asked; answers of fields that are not asked count for nothing. `today`: see `conditions`."""
    counted: dict[str, Any] = {}
    visible = []
    for spec in definition.fields():
        if holds(spec.visible_when, counted, today=today):
            visible.append(spec)
            if answers.get(spec.key) is not None:
                counted[spec.key] = answers[spec.key]
    return visible
