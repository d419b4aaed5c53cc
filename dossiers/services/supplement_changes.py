"""What a sent supplement changed in the declaration: before and after, side by side."""

from dataclasses import dataclass

from dossiers.models import Dossier, SupplementRequest
from dossiers.services.declaration import as_of, definition_of
from procedures.services import forms


@dataclass(frozen=True, slots=True)
class Change:
    """One field: both values as read, whether they differ, whether the agency had asked for it."""

    label: str
    before: str
    after: str
    is_changed: bool
    is_asked: bool


def changes_of(dossier: Dossier, request: SupplementRequest) -> list[tuple[str, list[Change]]]:
    """By section, the fields that were asked for or that changed; [] for an unsent request and one without a copy."""
    before = request.answers_before
    if before is None or not request.is_answered:
        return []
    wanted = {item.field_key for item in request.items.all() if item.field_key}
    differing = {key for key in before.keys() | request.answers.keys() if before.get(key) != request.answers.get(key)}
    if not wanted | differing:
        return []
    definition = definition_of(dossier)
    visible = {
        spec.key
        for answers in (before, request.answers)
        for spec in forms.visible_fields(definition, answers, today=as_of(dossier))
    }
    found = []
    for section in definition.sections:
        changes = [
            Change(
                label=spec.label.shown(),
                before=forms.shown_value(spec, before.get(spec.key)),
                after=forms.shown_value(spec, request.answers.get(spec.key)),
                is_changed=spec.key in differing,
                is_asked=spec.key in wanted,
            )
            for spec in section.fields
            if spec.key in wanted | differing and spec.key in visible
        ]
        if changes:
            found.append((section.label.shown(), changes))
    return found
