"""From a `FormDefinition` back to JSON."""

from typing import Any

from procedures.form_definitions import conditions
from procedures.form_definitions.definition import EligibilityRule, FieldSpec, FormDefinition, Section, Severity
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.prefill import prefill_json
from procedures.form_definitions.texts import Text


def to_json(definition: FormDefinition) -> dict[str, Any]:
    """The JSON that `parse` reads into an equal definition."""
    written: dict[str, Any] = {"sections": [_section_json(section) for section in definition.sections]}
    if definition.eligibility:
        written["eligibility"] = [_rule_json(rule) for rule in definition.eligibility]
    return written


def field_json(spec: FieldSpec) -> dict[str, Any]:
    """The JSON of one field, as it stands in a section or in a group."""
    values: dict[str, Any] = {"key": spec.key, "kind": spec.kind, "label": spec.label.to_json()}
    _put_text(values, "help", spec.help)
    if spec.required:
        values["required"] = True
    if spec.params:
        kind = kind_of(spec)
        values["params"] = {name: kind.params[name].to_json(value) for name, value in spec.params.items()}
    for name in ("visible_when", "required_when"):
        condition = getattr(spec, name)
        if condition is not None:
            values[name] = conditions.to_json(condition)
    if spec.prefill is not None:
        values["prefill"] = prefill_json(spec.prefill)
    return values


def _section_json(section: Section) -> dict[str, Any]:
    values: dict[str, Any] = {"key": section.key, "label": section.label.to_json()}
    _put_text(values, "help", section.help)
    values["fields"] = [field_json(spec) for spec in section.fields]
    return values


def _rule_json(rule: EligibilityRule) -> dict[str, Any]:
    values: dict[str, Any] = {
        "key": rule.key,
        "stop_when": conditions.to_json(rule.when),
        "sentence": rule.sentence.to_json(),
    }
    _put_text(values, "instead", rule.instead)
    if rule.legal_basis:
        values["legal_basis"] = rule.legal_basis
    if rule.severity is not Severity.STOP:
        values["severity"] = rule.severity.value
    return values


def _put_text(values: dict[str, Any], name: str, text: Text) -> None:
    if text:
        values[name] = text.to_json()
