"""A declaration of which only some fields may be answered: what an agency asks to mend, and what hangs on it."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from procedures.form_definitions.conditions import controlling_fields
from procedures.form_definitions.definition import FieldSpec, FormDefinition, Section
from procedures.form_definitions.kinds.base import kind_of

# No section is named so: keys are words.
STANDING = "~"


def depending_on(definition: FormDefinition, keys: Collection[str]) -> frozenset[str]:
    """`keys`, and every field that is shown, needed or computed by one of them, also through others."""
    found = set(keys)
    grew = True
    while grew:
        more = {spec.key for spec in definition.fields() if spec.key not in found and _hangs_on(spec) & found}
        found |= more
        grew = bool(more)
    return frozenset(found)


def narrowed(definition: FormDefinition, keys: Collection[str]) -> FormDefinition:
    """The same declaration, each section cut in two: the fields of `keys` under the section's own key, and before them,
    under a key no page can name, those that stand as they are and that the others may refer to.

    `keys` holds with a field all that depends on it (`depending_on`), so nothing that stands looks at what follows.
    """
    return replace(definition, sections=tuple(_halves(definition, keys)))


def _halves(definition: FormDefinition, keys: Collection[str]) -> Iterator[Section]:
    for section in definition.sections:
        standing = tuple(spec for spec in section.fields if spec.key not in keys)
        answered = tuple(spec for spec in section.fields if spec.key in keys)
        if standing:
            yield replace(section, key=section.key + STANDING, fields=standing)
        if answered:
            yield replace(section, fields=answered)


def _hangs_on(spec: FieldSpec) -> frozenset[str]:
    cells = kind_of(spec).columns(spec)
    own = {cell.key for cell in cells}
    found = controlling_fields(spec.visible_when) | controlling_fields(spec.required_when) | kind_of(spec).inputs(spec)
    for cell in cells:
        found |= (
            controlling_fields(cell.visible_when) | controlling_fields(cell.required_when) | kind_of(cell).inputs(cell)
        ) - own
    return found
