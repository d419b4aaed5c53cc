"""The declaration of a dossier, read with the definition of the revision it was written under."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dossiers.models import Dossier
from dossiers.selectors import FilesOfDossier
from portal.core import clock
from portal.core.errors import MisconfiguredData
from procedures.services import forms


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the answers so far say about whether this procedure can serve the person at all."""

    stops: tuple[forms.EligibilityRule, ...] = ()
    warnings: tuple[forms.EligibilityRule, ...] = ()


def definition_of(dossier: Dossier) -> forms.FormDefinition:
    """The form definition of the dossier's revision, its questions knowing the dossier's own files.

    Raises MisconfiguredData when the revision has none that can be read.
    """
    try:
        return forms.parse(dossier.revision.form_definition).with_files(FilesOfDossier(dossier))
    except forms.DefinitionError:
        raise MisconfiguredData from None


def as_of(dossier: Dossier) -> date:
    """The day as of which conditions on the answers are read: a filed dossier does not change as time passes."""
    return clock.local(dossier.submitted_at).date() if dossier.submitted_at else clock.today()


def current_answers(dossier: Dossier, definition: forms.FormDefinition) -> Mapping[str, Any]:
    """The answers, in a draft with computed values as they are now. What was filed stays as filed."""
    if not dossier.is_draft:
        return dossier.answers
    return forms.recomputed(definition, dossier.answers, raw_invalid=dossier.raw_invalid.keys())


def rows_to_show(dossier: Dossier, *, language: str | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Sections with the answers a person gave, as (section label, [(field label, value as read)]).

    The value of a group of rows is a `forms.ShownRows`, a text that also knows its columns and rows.
    """
    definition = definition_of(dossier)
    return forms.display_rows(definition, current_answers(dossier, definition), language, today=as_of(dossier))


def rows_of_sections(dossier: Dossier, keys: Collection[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """`rows_to_show` of some sections only; what they ask is still judged with all answers."""
    return forms.display_rows(definition_of(dossier), dossier.answers, today=as_of(dossier), only=keys)


def sections_of(dossier: Dossier) -> list[tuple[str, str]]:
    """Key and label of every section of the declaration."""
    return [(section.key, str(section.label.shown())) for section in definition_of(dossier).sections]


def field_keys(dossier: Dossier, sections: Collection[str]) -> set[str]:
    """Keys of all questions of some sections."""
    return {
        spec.key for section in definition_of(dossier).sections if section.key in sections for spec in section.fields
    }


def section_problems(dossier: Dossier) -> dict[str, list[forms.Problem]]:
    """For each section what would stop the filing, down to the cell of a row."""
    return forms.problems_by_section(definition_of(dossier), dossier.answers, raw_invalid=dossier.raw_invalid)


def eligibility(dossier: Dossier, *, is_final: bool) -> Eligibility:
    """The rules that hold for the answers so far; `is_final`: nothing more will be answered."""
    definition = definition_of(dossier)
    holding = forms.rules_that_hold(
        definition,
        current_answers(dossier, definition),
        unusable=dossier.raw_invalid.keys(),
        is_final=is_final,
        today=as_of(dossier),
    )
    return Eligibility(
        stops=tuple(rule for rule in holding if rule.severity is forms.Severity.STOP),
        warnings=tuple(rule for rule in holding if rule.severity is forms.Severity.WARN),
    )
