"""The shape of a declaration form: sections of typed fields. Plain immutable data; `parsing.parse` is the way in.

Field keys are unique in the whole declaration, so answers are one flat mapping from key to value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from procedures.form_definitions.conditions import Condition
from procedures.form_definitions.texts import NO_TEXT, Text


def _no_params() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One question (or a heading or a note). `kind` names a registered kind, `params` are what that kind parsed."""

    key: str
    kind: str
    label: Text
    help: Text = NO_TEXT
    required: bool = False
    params: Mapping[str, Any] = field(default_factory=_no_params, hash=False)
    visible_when: Condition | None = None
    # Where the field is filled from, see `prefill`; None: the definition does not say.
    prefill: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What is asked on one page."""

    key: str
    label: Text
    help: Text = NO_TEXT
    fields: tuple[FieldSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A whole declaration, in the order in which it is filled in."""

    sections: tuple[Section, ...] = ()

    def fields(self) -> Iterator[FieldSpec]:
        """Every field in order."""
        for section in self.sections:
            yield from section.fields

    def section(self, key: str) -> Section:
        """Raises KeyError when there is none: callers take keys from the definition itself, or answer 404."""
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)

    def field(self, key: str) -> FieldSpec:
        """Raises KeyError when there is none."""
        for spec in self.fields():
            if spec.key == key:
                return spec
        raise KeyError(key)
