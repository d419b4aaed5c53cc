"""The shape of a declaration form: sections of typed fields. Plain immutable data; `parsing.parse` is the way in.

Field keys are unique in the whole declaration, so answers are one mapping from key to value. The fields of a repeat group
are unique in their group and named unlike any field outside; the group's answer is a list of such mappings.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from procedures.form_definitions.conditions import Condition
from procedures.form_definitions.sources import NO_FILES, FileSource
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
    # Besides `required`: needed in these cases only. Never both.
    required_when: Condition | None = None
    # Where the field is filled from, see `prefill`; None: the definition does not say.
    prefill: tuple[str, ...] | None = None
    # The files of the draft whose answers are judged; a definition by itself has none.
    files: FileSource = field(default=NO_FILES, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Section:
    """What is asked on one page."""

    key: str
    label: Text
    help: Text = NO_TEXT
    fields: tuple[FieldSpec, ...] = ()


class Severity(StrEnum):
    """What a rule does to who fills in: refuse the filing, or only say something."""

    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """Who cannot be served by this procedure. While `when` holds, `sentence` is shown with what to do `instead` and the
    `legal_basis`; a stop also refuses the filing."""

    key: str
    when: Condition
    sentence: Text
    instead: Text = NO_TEXT
    legal_basis: str = ""
    severity: Severity = Severity.STOP


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """A whole declaration, in the order in which it is filled in."""

    sections: tuple[Section, ...] = ()
    eligibility: tuple[EligibilityRule, ...] = ()

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

    def with_files(self, files: FileSource) -> "FormDefinition":
        """The same definition for one draft: its fields know the draft's files, and no others."""
        return replace(
            self,
            sections=tuple(
                replace(section, fields=tuple(replace(spec, files=files) for spec in section.fields))
                for section in self.sections
            ),
        )
