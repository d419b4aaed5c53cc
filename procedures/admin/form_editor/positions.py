"""Where a field stands, as a drop-down list: after which other field, in which section."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions import FieldSpec, FormDefinition
from procedures.form_definitions.kinds.base import kind_named
from procedures.services import form_editing
from procedures.services.form_editing import Definition, Place
from procedures.services.form_keys import suggested_key

Choice = tuple[str, Any]


def positions_of(definition: FormDefinition, place: Place) -> list[Choice]:
    """`section/key` for "after that field", `section/` for the beginning of a section; fields of a group stay in it."""
    if place.group:
        group = next((spec for spec in definition.fields() if spec.key == place.group), None)
        return list(_after(place, group.params.get("fields", ()) if group is not None else (), _("Đầu nhóm")))
    choices: list[Choice] = []
    for section in definition.sections:
        beginning = _("Đầu phần “%(label)s”") % {"label": section.label.shown()}
        choices += _after(Place(section.key, place.field), section.fields, beginning)
    return choices


def _after(place: Place, specs: Collection[FieldSpec], beginning: str) -> Iterator[Choice]:
    yield f"{place.section}/", beginning
    for spec in specs:
        if spec.key != place.field:
            yield f"{place.section}/{spec.key}", _("Sau “%(label)s”") % {"label": spec.label.shown()}


def moved(definition: Definition, place: Place, after: str) -> Definition:
    """With the field right after the one chosen; a neighbour that is gone means the end."""
    section, _slash, neighbour = after.partition("/")
    target = Place(section if not place.group else place.section, group=place.group)
    keys = [item.get("key") for item in form_editing.field_list(definition, target) if item.get("key") != place.field]
    position = keys.index(neighbour) + 1 if neighbour in keys else (len(keys) if neighbour else 0)
    return form_editing.move_field(definition, place, position, section=target.section)


def starting_group(values: dict[str, Any], *, taken: Collection[str]) -> dict[str, Any]:
    """A new repeat group gets a first field, because a group without one cannot be saved; it is there to be changed."""
    kind = kind_named(values["kind"])
    lists = [name for name, param in kind.params.items() if type(param).__name__ == "Fields"] if kind else []
    params = values.setdefault("params", {}) if lists else {}
    for name in lists:
        if not params.get(name):
            key = suggested_key(f"{values['key']}_ten", taken={*taken, values["key"]})
            params[name] = [{"key": key, "kind": "text", "label": {"vi": "Tên", "en": "Name"}, "required": True}]
    return values
