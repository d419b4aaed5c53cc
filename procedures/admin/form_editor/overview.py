"""The declaration form as a list to work on: sections, fields, groups, each with what it is in words."""

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from procedures.admin.form_editor.param_controls import FIELD_LISTS
from procedures.admin.form_editor.words import Words, kind_words
from procedures.form_definitions import FieldSpec, FormDefinition, Section
from procedures.form_definitions.display import describe_condition
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.texts import NO_TEXT
from procedures.services.form_editing import Place


@dataclass(slots=True)
class FieldLine:
    """One field. `inner`: the fields of a repeat group; `anchor` is where findings and moves lead to."""

    place: Place
    label: str
    kind: Words
    facts: list[str]
    anchor: str
    position: int
    is_last: bool
    is_locked: bool
    is_group: bool = False
    inner: list["FieldLine"] = field(default_factory=list)

    @property
    def is_first(self) -> bool:
        return self.position == 0


@dataclass(slots=True)
class SectionBlock:
    key: str
    label: str
    help: str
    anchor: str
    position: int
    is_last: bool
    lines: list[FieldLine]

    @property
    def is_first(self) -> bool:
        return self.position == 0


def overview(definition: FormDefinition, locked: frozenset[str]) -> list[SectionBlock]:
    """Every section with its fields. `locked`: keys that were published."""
    return [
        SectionBlock(
            key=section.key,
            label=section.label.shown(),
            help=section.help.shown(),
            anchor=section_anchor(section.key),
            position=number,
            is_last=number == len(definition.sections) - 1,
            lines=_lines(section.fields, Place(section.key), definition, locked),
        )
        for number, section in enumerate(definition.sections)
    ]


def section_anchor(key: str) -> str:
    return f"phan-{key}"


def field_anchor(place: Place) -> str:
    return "-".join(part for part in ("truong", place.group, place.field) if part)


def _lines(
    specs: tuple[FieldSpec, ...], where: Place, definition: FormDefinition, locked: frozenset[str]
) -> list[FieldLine]:
    lines = []
    if where.group:
        # Conditions in a group may look at its own fields, which stand in no section.
        own = Section(key=where.group, label=NO_TEXT, fields=specs)
        definition = replace(definition, sections=(*definition.sections, own))
    for number, spec in enumerate(specs):
        place = Place(where.section, spec.key, where.group)
        inner = None if where.group else _inner_specs(spec)
        lines.append(
            FieldLine(
                place=place,
                label=spec.label.shown(),
                kind=kind_words(spec.kind).name,
                facts=list(_facts(spec, definition)),
                anchor=field_anchor(place),
                position=number,
                is_last=number == len(specs) - 1,
                is_locked=spec.key in locked,
                is_group=inner is not None,
                inner=_lines(inner, Place(where.section, group=spec.key), definition, locked) if inner else [],
            )
        )
    return lines


def _inner_specs(spec: FieldSpec) -> tuple[FieldSpec, ...] | None:
    """The fields of a repeat group; None for any other kind."""
    name = next((name for name, param in kind_of(spec).params.items() if type(param).__name__ in FIELD_LISTS), None)
    return None if name is None else tuple(spec.params.get(name, ()))


def _facts(spec: FieldSpec, definition: FormDefinition) -> list[str]:
    facts = []
    if spec.required:
        facts.append(_("Bắt buộc"))
    if "options" in spec.params:
        options = spec.params["options"]
        shown = ", ".join(option.label.shown() for option in options[:4])
        facts.append(_("Chọn: %(options)s") % {"options": shown + (", …" if len(options) > 4 else "")})
    for name, pattern in (
        ("visible_when", _("Chỉ hỏi khi %(when)s")),
        ("required_when", _("Bắt buộc khi %(when)s")),
    ):
        condition = getattr(spec, name, None)
        if condition is not None:
            facts.append(pattern % {"when": condition_words(condition, definition)})
    return facts


def condition_words(condition: Any, definition: FormDefinition) -> str:
    """The condition as a phrase; one that names fields out of sight is shown as it is written."""
    try:
        return describe_condition(condition, definition)
    except KeyError:
        return str(condition)
