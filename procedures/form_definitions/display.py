"""Answers as people read them: on the review page, the officer's desk, the PDF."""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from procedures.form_definitions.conditions import All, AnyOf, Comparison, Condition, Not, Operator
from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.visibility import visible_fields

Rows = list[tuple[str, list[tuple[str, str]]]]


def display_rows(definition: FormDefinition, answers: Mapping[str, Any], language: str | None = None) -> Rows:
    """`[(section label, [(field label, formatted value)])]` of all fields asked; an unanswered one reads "Không khai".

    A section in which nothing is asked is left out. A stored value that no longer fits its kind is shown as it is.
    """
    with override(language) if language else nullcontext():
        asked = {spec.key for spec in visible_fields(definition, answers) if kind_of(spec).has_answer}
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
        ]
    return [row for row in rows if row[1]]


def shown_value(spec: FieldSpec, value: Any, *, language: str | None = None) -> str:
    """One stored value as text; never raises, for what is filed must stay readable."""
    with override(language) if language else nullcontext():
        if value is None:
            return _("Không khai")
        try:
            return kind_of(spec).format(spec, value)
        except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
            return str(value)


def describe_condition(condition: Condition, definition: FormDefinition) -> str:
    """The condition as a phrase: `“Chỗ ở này là của ai?” là “Tôi thuê”`."""
    match condition:
        case All(parts):
            return _joined(parts, _("%(left)s và %(right)s"), definition)
        case AnyOf(parts):
            return _joined(parts, _("%(left)s hoặc %(right)s"), definition)
        case Not(part):
            return _("không phải: %(phrase)s") % {"phrase": describe_condition(part, definition)}
        case Comparison(key, operator, values):
            spec = definition.field(key)
            label = spec.label.shown()
            shown = ", ".join(f"“{_condition_value(spec, value)}”" for value in values)
            if operator is Operator.IS_ANSWERED:
                return _("đã điền “%(label)s”") % {"label": label}
            if operator is Operator.NOT_EQUALS:
                return _("“%(label)s” khác %(value)s") % {"label": label, "value": shown}
            if operator is Operator.IN and len(values) > 1:
                return _("“%(label)s” là một trong: %(value)s") % {"label": label, "value": shown}
            return _("“%(label)s” là %(value)s") % {"label": label, "value": shown}
    raise AssertionError("unknown condition")


def _joined(parts: tuple[Condition, ...], pattern: str, definition: FormDefinition) -> str:
    phrase = describe_condition(parts[0], definition)
    for part in parts[1:]:
        phrase = pattern % {"left": phrase, "right": describe_condition(part, definition)}
    return phrase


def _condition_value(spec: FieldSpec, value: Any) -> str:
    return shown_value(spec, [value] if kind_of(spec).is_multiple else value)
