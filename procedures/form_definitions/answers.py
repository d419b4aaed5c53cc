"""The one place where answers are judged: HTML posts, API JSON and saved drafts all end in `clean`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions.conditions import controlling_fields, holds
from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, kind_of
from procedures.form_definitions.texts import one_line, printable, storable

REQUIRED = "required"
UNKNOWN_FIELD = "unknown_field"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one answer. `path` is the field's key, with the position in a list answer: `giay_to[2]`."""

    field: str
    path: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The verdict.

    `answers`: stored values of the fields that are visible, answered and right; to be filed only when `ok`.
    `raw_invalid`: what was typed where it cannot be an answer (yet), as storable strings or lists of strings, so that
    nothing typed is lost. `problems`: every fault, in the order of the declaration.
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
    ignore_unknown: bool = False,
) -> Cleaned:
    """Judge the answers of one section (or of the whole declaration) and bring them to stored form.

    `raw` maps field keys to what was typed (strings, lists of strings) or sent (JSON values); a missing key is a blank
    answer. With `section_key`, `known_answers` holds the stored answers of the other sections, on which conditions may
    depend. `partial` lets required fields stay blank, for a draft that is put aside. A field whose condition does not
    hold is neither required nor stored. Never raises on any `raw`; KeyError when the section does not exist.
    """
    in_scope = {spec.key: spec for spec in _scope(definition, section_key)}
    if not isinstance(raw, Mapping):
        return Cleaned(problems=(Problem("", "", "wrong_type", _("Phải là một đối tượng JSON.")),))
    problems = [] if ignore_unknown else _unknown(raw, in_scope)
    known = known_answers or {}
    everything: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    undecided: set[str] = set()
    for spec in definition.fields():
        kind = kind_of(spec)
        if not kind.has_answer:
            continue
        is_visible = holds(spec.visible_when, everything)
        if spec.key not in in_scope:
            if is_visible and known.get(spec.key) is not None:
                everything[spec.key] = known[spec.key]
            continue
        typed = _typed(raw, spec.key, kind)
        if not is_visible:
            # Typed beside a question that is still open: it may apply once that question is answered.
            if controlling_fields(spec.visible_when) & undecided:
                undecided.add(spec.key)
                _keep(kept, spec.key, kind.keepable(typed))
            continue
        try:
            if is_blank(typed):
                undecided.add(spec.key)
                if spec.required and not partial:
                    raise AnswerError(REQUIRED, kind.required_sentence())
                continue
            everything[spec.key] = kind.normalise(spec, typed)
        except AnswerError as error:
            undecided.add(spec.key)
            problems.append(_problem(spec.key, error))
            _keep(kept, spec.key, kind.keepable(typed))
    problems += _disagreements(definition, in_scope, everything, kept, raw)
    order = {key: position for position, key in enumerate(in_scope)}
    problems.sort(key=lambda problem: order.get(problem.field, -1))
    answers = {key: everything[key] for key in in_scope if key in everything and key not in kept}
    return Cleaned(answers=answers, raw_invalid=kept, problems=tuple(problems))


def is_complete(
    definition: FormDefinition, answers: Mapping[str, Any], *, raw_invalid: Mapping[str, Any] | None = None
) -> dict[str, dict[str, str]]:
    """For each section its errors by field key, as they would stop the filing; an empty mapping for a finished section.

    `raw_invalid` are the unusable values kept with the draft; they count as typed. Answers of keys that the definition
    does not know are left aside.
    """
    verdict = clean(definition, {**answers, **(raw_invalid or {})}, ignore_unknown=True)
    errors = verdict.errors
    return {
        section.key: {spec.key: errors[spec.key] for spec in section.fields if spec.key in errors}
        for section in definition.sections
    }


def merge_section(
    definition: FormDefinition, section_key: str, saved: Mapping[str, Any], new: Mapping[str, Any]
) -> dict[str, Any]:
    """Saved values (answers, or raw invalid ones) with those of one section replaced by `new`."""
    replaced = {spec.key for spec in definition.section(section_key).fields}
    return {key: value for key, value in saved.items() if key not in replaced} | dict(new)


def visible_fields(definition: FormDefinition, answers: Mapping[str, Any]) -> list[FieldSpec]:
    """The fields that are asked, given these stored answers; answers of fields that are not asked count for nothing."""
    counted: dict[str, Any] = {}
    visible = []
    for spec in definition.fields():
        if holds(spec.visible_when, counted):
            visible.append(spec)
            if answers.get(spec.key) is not None:
                counted[spec.key] = answers[spec.key]
    return visible


def is_blank(raw: object) -> bool:
    """Nothing was answered: missing, only white space, an empty list or a list of nothing."""
    if raw is None:
        return True
    if isinstance(raw, str):
        # A long string is not blank, and not worth reading through.
        return len(raw) < 10_000 and not one_line(raw)
    if isinstance(raw, (list, tuple)):
        return all(item is None or item == "" for item in raw)
    return False


def _scope(definition: FormDefinition, section_key: str | None) -> Iterable[FieldSpec]:
    return definition.fields() if section_key is None else definition.section(section_key).fields


def _unknown(raw: Mapping[Any, Any], in_scope: Mapping[str, FieldSpec]) -> list[Problem]:
    problems = []
    for key in raw:
        if not isinstance(key, str) or key not in in_scope or not kind_of(in_scope[key]).has_answer:
            shown = printable(key)
            problems.append(Problem(shown, shown, UNKNOWN_FIELD, _("Tờ khai không có mục này.")))
    return problems


def _typed(raw: Mapping[Any, Any], key: str, kind: FieldKind) -> Any:
    # A QueryDict gives only the last of several values unless asked for all.
    if kind.is_multiple and hasattr(raw, "getlist"):
        return raw.getlist(key)
    return raw.get(key)


def _problem(key: str, error: AnswerError) -> Problem:
    path = key if error.item is None else f"{key}[{error.item}]"
    return Problem(key, path, error.code, error.sentence)


def _keep(kept: dict[str, Any], key: str, typed: object) -> None:
    """What a person can have typed is kept; structures that only a program sends are not."""
    if isinstance(typed, (list, tuple)):
        strings = [storable(item) for item in typed[:300] if isinstance(item, str) and item]
        if strings:
            kept[key] = strings
    elif isinstance(typed, str) and not is_blank(typed):
        kept[key] = storable(typed)
    elif isinstance(typed, Mapping):
        # The parts of an answer with several controls, under names that its kind gave.
        parts = {name: storable(part) for name, part in typed.items() if isinstance(part, str) and part}
        if parts:
            kept[key] = parts
    elif isinstance(typed, (int, float)) and not isinstance(typed, bool) and abs(typed) < 10**30:
        kept[key] = str(typed)


def _disagreements(
    definition: FormDefinition,
    in_scope: Mapping[str, FieldSpec],
    everything: Mapping[str, Any],
    kept: dict[str, Any],
    raw: Mapping[Any, Any],
) -> list[Problem]:
    """Checks between answers, after each is right by itself. All see the same answers, whatever the order."""
    labels = {spec.key: spec.label.shown() for spec in definition.fields()}
    problems = []
    for key, spec in in_scope.items():
        if key not in everything:
            continue
        kind = kind_of(spec)
        try:
            kind.cross_check(spec, everything[key], everything, labels)
        except AnswerError as error:
            problems.append(_problem(key, error))
            _keep(kept, key, kind.keepable(_typed(raw, key, kind)))
    return problems
