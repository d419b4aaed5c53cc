"""Editing a declaration form piece by piece: pure functions from JSON to JSON, and the one way in which they are saved.

A `Place` says where: a section, and in it a field, or a field of a repeat group. Nothing given is changed; every
function returns a new definition. What they make is judged by `form_definitions.parse` when it is saved.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal.core.actors import Actor
from procedures.errors import NothingToUndo, UnknownFormPlace
from procedures.form_definitions import parse, to_json
from procedures.models import DraftSave, ProcedureRevision
from procedures.services.draft_saves import lock_draft, record_save, require_fresh
from procedures.services.form_keys import keys_in, renamed, renamed_in_copy

Definition = dict[str, Any]
Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A section, a field of it, or (with `group`) a field of the repeat group of that key."""

    section: str
    field: str = ""
    group: str = ""


# --- reading ----------------------------------------------------------------------------------------------------------
def section_values(definition: Definition, key: str) -> Values:
    """The JSON of a section. Raises `UnknownFormPlace`."""
    return _found(definition.get("sections", []), key)


def field_list(definition: Definition, place: Place) -> list[Values]:
    """The list that holds the fields of a section, or of a repeat group. Raises `UnknownFormPlace`."""
    section = section_values(definition, place.section)
    if not place.group:
        fields: list[Values] = section.setdefault("fields", [])
        return fields
    group = _found(section.get("fields", []), place.group)
    inner: list[Values] = group.setdefault("params", {}).setdefault("fields", [])
    return inner


def field_values(definition: Definition, place: Place) -> Values:
    """The JSON of a field. Raises `UnknownFormPlace`."""
    return _found(field_list(definition, place), place.field)


def _found(items: list[Values], key: str) -> Values:
    for item in items:
        if item.get("key") == key:
            return item
    raise UnknownFormPlace


def _position(items: list[Values], key: str) -> int:
    return items.index(_found(items, key))


# --- sections ---------------------------------------------------------------------------------------------------------
def add_section(definition: Definition, values: Values, *, position: int | None = None) -> Definition:
    """With a section more; at the end when no position is given."""
    new = deepcopy(definition)
    sections = new.setdefault("sections", [])
    sections.insert(len(sections) if position is None else position, {**values, "fields": []})
    return new


def change_section(definition: Definition, key: str, values: Values) -> Definition:
    """With other labels or another key; the fields stay."""
    new = deepcopy(definition)
    section = section_values(new, key)
    fields = section.get("fields", [])
    section.clear()
    section.update({**values, "fields": fields})
    return new


def move_section(definition: Definition, key: str, position: int) -> Definition:
    """With the section at another place, counted from 0; beyond the ends means at the end."""
    new = deepcopy(definition)
    _move(new.get("sections", []), key, position)
    return new


def duplicate_section(definition: Definition, key: str) -> Definition:
    """With a copy after the section: keys of its own, and conditions inside the copy look at the copied fields."""
    new = deepcopy(definition)
    sections = new.get("sections", [])
    copy = renamed_in_copy(section_values(new, key), taken=keys_in(new))
    sections.insert(_position(sections, key) + 1, copy)
    return new


def remove_section(definition: Definition, key: str) -> Definition:
    new = deepcopy(definition)
    sections = new.get("sections", [])
    del sections[_position(sections, key)]
    return new


# --- fields -----------------------------------------------------------------------------------------------------------
def add_field(definition: Definition, place: Place, values: Values, *, position: int | None = None) -> Definition:
    """With a field more in the section or group of `place`; at the end when no position is given."""
    new = deepcopy(definition)
    fields = field_list(new, place)
    fields.insert(len(fields) if position is None else position, values)
    return new


def change_field(definition: Definition, place: Place, values: Values) -> Definition:
    """With other values. A changed key is changed in every condition and reference too."""
    new = deepcopy(definition)
    stored = field_values(new, place)
    stored.clear()
    stored.update(values)
    if values.get("key") != place.field:
        new = renamed(new, place.field, str(values.get("key")))
    return new


def move_field(definition: Definition, place: Place, position: int, *, section: str = "") -> Definition:
    """With the field at another place of its list, or of another section (not into or out of a repeat group)."""
    new = deepcopy(definition)
    if section and section != place.section and not place.group:
        target = field_list(new, Place(section))
        source = field_list(new, place)
        target.insert(max(0, position), source.pop(_position(source, place.field)))
    else:
        _move(field_list(new, place), place.field, position)
    return new


def duplicate_field(definition: Definition, place: Place) -> Definition:
    """With a copy right after the field, under a key of its own."""
    new = deepcopy(definition)
    fields = field_list(new, place)
    position = _position(fields, place.field)
    copy = renamed_in_copy(fields[position], taken=keys_in(new))
    fields.insert(position + 1, copy)
    return new


def remove_field(definition: Definition, place: Place) -> Definition:
    new = deepcopy(definition)
    fields = field_list(new, place)
    del fields[_position(fields, place.field)]
    return new


def _move(items: list[Values], key: str, position: int) -> None:
    item = items.pop(_position(items, key))
    items.insert(min(max(0, position), len(items)), item)


# --- eligibility rules ------------------------------------------------------------------------------------------------
def eligibility_rules(definition: Definition) -> list[Values]:
    return list(definition.get("eligibility", []))


def put_rule(definition: Definition, values: Values, *, key: str = "") -> Definition:
    """With a rule more, or (with `key`) with that rule changed."""
    new = deepcopy(definition)
    rules = new.setdefault("eligibility", [])
    if key:
        rules[_position(rules, key)] = values
    else:
        rules.append(values)
    return new


def move_rule(definition: Definition, key: str, position: int) -> Definition:
    new = deepcopy(definition)
    _move(new.get("eligibility", []), key, position)
    return new


def remove_rule(definition: Definition, key: str) -> Definition:
    new = deepcopy(definition)
    rules = new.get("eligibility", [])
    del rules[_position(rules, key)]
    if not rules:
        new.pop("eligibility", None)
    return new


# --- saving -----------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_form(
    *,
    actor: Actor,
    revision_id: int,
    seen: int,
    change: Callable[[Definition], Definition],
    description: str,
) -> ProcedureRevision:
    """Apply a change to the form of a draft, under its lock.

    Raises `StaleDraft` when the draft was saved after the save numbered `seen`, `DefinitionError` with its place when the
    form would be wrong, `UnknownFormPlace`, `RevisionFrozen`; then nothing has changed.
    """
    draft = lock_draft(actor=actor, revision_id=revision_id)
    require_fresh(revision_id, seen)
    before = draft.form_definition
    after = tidy(change(before))
    if after != before:
        _store(draft, after)
        record_save(
            actor=actor, draft=draft, kind=DraftSave.Kind.FORM, description=description, definition_before=before
        )
    return draft


@transaction.atomic
def undo_form_change(*, actor: Actor, revision_id: int, seen: int) -> DraftSave:
    """Bring back the form as it was before its last change; again: the one before. Returns the save that was undone.

    Raises `NothingToUndo`, `StaleDraft`, `RevisionFrozen`.
    """
    draft = lock_draft(actor=actor, revision_id=revision_id)
    require_fresh(revision_id, seen)
    undone = last_form_change(revision_id)
    if undone is None:
        raise NothingToUndo
    _store(draft, undone.definition_before or {})
    undone.definition_before = None
    undone.save(update_fields=["definition_before"])
    record_save(
        actor=actor,
        draft=draft,
        kind=DraftSave.Kind.UNDO,
        description=_("Hoàn tác: %(what)s") % {"what": undone.description or undone.get_kind_display()},
    )
    return undone


def last_form_change(revision_id: int) -> DraftSave | None:
    """The newest change of the form that can be undone."""
    return (
        DraftSave.objects.filter(revision_id=revision_id, definition_before__isnull=False).order_by("-number").first()
    )


def tidy(definition: Definition) -> Definition:
    """The definition as the engine writes it (values of conditions in stored form). Raises `DefinitionError`."""
    if not definition.get("sections") and not definition.get("eligibility"):
        return {}
    parsed = parse(definition)
    written = to_json(parsed)
    # Nothing may be lost on the way: what the engine does not write back stays as it was given.
    return written if parse(written) == parsed else definition


def _store(draft: ProcedureRevision, definition: Definition) -> None:
    draft.form_definition = definition
    draft.save(update_fields=["form_definition"])
