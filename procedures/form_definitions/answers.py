"""The one place where answers are judged: HTML posts, API JSON and saved drafts all end in `clean`."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from portal.core import clock
from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.judge import REQUIRED, UNKNOWN_FIELD, Judge, Problem, filled_rows, is_blank
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.visibility import visible_fields

__all__ = [
    "REQUIRED",
    "UNKNOWN_FIELD",
    "Cleaned",
    "Problem",
    "clean",
    "filled_rows",
    "is_blank",
    "is_complete",
    "merge_section",
    "problems_by_section",
    "recomputed",
    "visible_fields",
]


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The verdict.

    `answers`: stored values of the fields that are visible, answered and right, computed values with them; to be filed
    only when `ok`. `raw_invalid`: what was typed where it cannot be an answer (yet), as storable strings or lists of
    strings, and for a group as its rows of them, so that nothing typed is lost. `problems`: every fault, in the order of
    the declaration.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    raw_invalid: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> dict[str, str]:
        """One sentence a field, by field key (`""` when the whole is not an object)."""
        sentences: dict[str, str] = {}
        for problem in self.problems:
            sentences.setdefault(problem.field, problem.sentence)
        return sentences

    @property
    def ok(self) -> bool:
        return not self.problems


def clean(
    definition: FormDefinition,
    raw: object,
    *,
    section_key: str | None = None,
    partial: bool = False,
    known_answers: Mapping[str, Any] | None = None,
    unusable: Collection[str] = (),
    ignore_unknown: bool = False,
    today: date | None = None,
) -> Cleaned:
    """Judge the answers of one section (or of the whole declaration) and bring them to stored form.

    `raw` maps field keys to what was typed (strings, lists of strings, for a group a list of such mappings) or sent (JSON
    values); a missing key is a blank answer. With `section_key`, `known_answers` holds the stored answers of the other
    sections, on which conditions may depend, and `unusable` the keys of those that were typed and are no answers.
    `partial` lets required fields stay blank, for a draft that is put aside. A field whose condition does not hold is
    neither required nor stored. `today` is the day on which conditions and computed values are asked for.
    Never raises on any `raw`; KeyError when the section does not exist.
    """
    in_scope = {spec.key: spec for spec in _scope(definition, section_key)}
    if not isinstance(raw, Mapping):
        return Cleaned(problems=(Problem("", "", "wrong_type", _("Phải là một đối tượng JSON.")),))
    judge = Judge(
        specs=definition.fields(),
        today=today or clock.today(),
        partial=partial,
        ignore_unknown=ignore_unknown,
        faulty_outside=set(unusable) - set(in_scope),
    )
    judge.report_unknown(raw, in_scope)
    known = known_answers or {}
    for spec in definition.fields():
        kind = kind_of(spec)
        if not kind.has_answer:
            continue
        if spec.key in in_scope:
            judge.judge(spec, raw)
        elif kind.is_asked:
            judge.take_known(spec, known.get(spec.key))
        else:
            judge.compute(spec)
    judge.finish(raw, list(in_scope), {spec.key: spec.label.shown() for spec in definition.fields()})
    order = {key: position for position, key in enumerate(in_scope)}
    judge.problems.sort(key=lambda problem: order.get(problem.field, -1))
    answers = {key: judge.answers[key] for key in in_scope if key in judge.answers and key not in judge.kept}
    return Cleaned(answers=answers, raw_invalid=judge.kept, problems=tuple(judge.problems))


def is_complete(
    definition: FormDefinition,
    answers: Mapping[str, Any],
    *,
    raw_invalid: Mapping[str, Any] | None = None,
    today: date | None = None,
) -> dict[str, dict[str, str]]:
    """For each section its errors by field key, as they would stop the filing; an empty mapping for a finished section.

    `raw_invalid` are the unusable values kept with the draft; they count as typed. Answers of keys that the definition
    does not know are left aside.
    """
    found = problems_by_section(definition, answers, raw_invalid=raw_invalid, today=today)
    return {key: {problem.field: problem.sentence for problem in reversed(problems)} for key, problems in found.items()}


def problems_by_section(
    definition: FormDefinition,
    answers: Mapping[str, Any],
    *,
    raw_invalid: Mapping[str, Any] | None = None,
    today: date | None = None,
) -> dict[str, list[Problem]]:
    """For each section everything that would stop the filing, down to the cell of a row."""
    verdict = clean(definition, {**answers, **(raw_invalid or {})}, ignore_unknown=True, today=today)
    return {
        section.key: [
            problem for problem in verdict.problems if any(spec.key == problem.field for spec in section.fields)
        ]
        for section in definition.sections
    }


def merge_section(
    definition: FormDefinition, section_key: str, saved: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """Saved values (answers, or raw invalid ones) with those of one section replaced by `new`."""
    replaced = {spec.key for spec in definition.section(section_key).fields}
    return {key: value for key, value in saved.items() if key not in replaced} | dict(new)


def recomputed(
    definition: FormDefinition,
    answers: Mapping[str, Any],
    *,
    raw_invalid: Collection[str] = (),
    today: date | None = None,
) -> dict[str, Any]:
    """Stored answers of a draft with every computed value as it is now: another section, or the day, may have moved it.

    `raw_invalid`: keys of what was typed and is no answer; nothing is computed from those.
    """
    judge = Judge(
        specs=definition.fields(),
        today=today or clock.today(),
        partial=True,
        ignore_unknown=True,
        faulty_outside=set(raw_invalid),
    )
    current = dict(answers)
    for spec in definition.fields():
        kind = kind_of(spec)
        if kind.has_answer and not kind.is_asked:
            judge.compute(spec)
            current.pop(spec.key, None)
        elif kind.has_answer:
            judge.take_known(spec, answers.get(spec.key))
    return current | judge.answers


def _scope(definition: FormDefinition, section_key: str | None) -> Iterable[FieldSpec]:
    return definition.fields() if section_key is None else definition.section(section_key).fields
