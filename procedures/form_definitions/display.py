"""Answers as people read them: on the review page, the officer's desk, the PDF."""

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from datetime import date
from typing import Any

from django.utils.translation import override

from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.showing import ShownRows, label_at, shown_value
from procedures.form_definitions.visibility import visible_fields
from procedures.form_definitions.wording import describe_condition

__all__ = ["Rows", "ShownRows", "describe_condition", "display_rows", "label_at", "shown_value"]

Rows = list[tuple[str, list[tuple[str, str]]]]


def display_rows(
    definition: FormDefinition,
    answers: Mapping[str, Any],
    language: str | None = None,
    *,
    today: date | None = None,
    only: Collection[str] | None = None,
) -> Rows:
    """`[(section label, [(field label, formatted value)])]` of all fields asked; an unanswered one reads "Không khai".

    A section in which nothing is asked is left out. A stored value that no longer fits its kind is shown as it is. The
    value of a group is a `ShownRows`. `only`: keys of the sections to show, None for all. `today`: the day as of which
    conditions are read, that of the filing for a filed dossier. A computed value that could not be computed is left out.
    """
    with override(language) if language else nullcontext():
        asked = {spec.key for spec in visible_fields(definition, answers, today=today) if _is_shown(spec, answers)}
        rows = [
            (
                section.label.shown(),
                [
                    (spec.label.shown(), shown_value(spec, answers.get(spec.key)))
                    for spec in section.fields
                    if spec.key in asked
                ],
            )
            for section in definition.sections
            if only is None or section.key in only
        ]
    return [row for row in rows if row[1]]


def _is_shown(spec: FieldSpec, answers: Mapping[str, Any]) -> bool:
    kind = kind_of(spec)
    return kind.has_answer and (kind.is_asked or answers.get(spec.key) is not None)
