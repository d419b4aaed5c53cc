"""Which fields can never be shown, whatever is answered. Pure; used by the check before publication.

Every field that a condition depends on is given each of the answers that make a difference: the values some condition
names, one that none names, and no answer. A field that is hidden has no answer, a required one that is shown has one.
What cannot be decided (too many combinations, an operator this module does not know) counts as reachable: nobody is kept
from publishing by a guess.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from procedures.form_definitions.conditions import All, AnyOf, Comparison, Condition, Not, Operator, holds
from procedures.form_definitions.conditions import comparisons as leaves_of
from procedures.form_definitions.definition import FieldSpec, FormDefinition
from procedures.form_definitions.kinds.base import kind_of

# Beyond this many combinations of answers the question is left open.
MAX_COMBINATIONS = 20_000
_KNOWN_OPERATORS = frozenset({Operator.EQUALS, Operator.NOT_EQUALS, Operator.IN, Operator.IS_ANSWERED})


class _OtherAnswer:
    """An answer that no condition names."""


_OTHER = _OtherAnswer()


def unreachable_fields(definition: FormDefinition) -> set[str]:
    """Keys of the fields that can never be shown."""
    fields = {spec.key: spec for spec in definition.fields()}
    return {
        spec.key
        for spec in fields.values()
        if spec.visible_when is not None and not _can_hold(spec.visible_when, fields)
    }


def _can_hold(condition: Condition, fields: Mapping[str, FieldSpec]) -> bool:
    """Is there a set of answers, each possible where it stands, for which the condition may be true?"""
    asked = _needed_fields(condition, fields)
    if asked is None:
        return True
    relevant = [condition, *(spec.visible_when for spec in asked if spec.visible_when is not None)]
    if any(leaf.operator not in _KNOWN_OPERATORS for one in relevant for leaf in leaves_of(one)):
        return True
    named = _named_values(relevant)
    count = 1
    for spec in asked:
        count *= len(_answers(spec, named.get(spec.key, []))) + 1
    if count > MAX_COMBINATIONS:
        return True
    return any(holds(condition, answers) for answers in _situations(asked, named, {}))


def _needed_fields(condition: Condition, fields: Mapping[str, FieldSpec]) -> list[FieldSpec] | None:
    """Every field the condition depends on, directly or through the conditions of those fields, in the order of the
    declaration; None when one of them is not to be found there (it belongs to another part of the form).
    """
    wanted: set[str] = set()
    open_ends = [leaf.field for leaf in leaves_of(condition)]
    while open_ends:
        key = open_ends.pop()
        if key in wanted:
            continue
        if key not in fields:
            return None
        wanted.add(key)
        inner = fields[key].visible_when
        open_ends += [leaf.field for leaf in leaves_of(inner)]
    return [spec for key, spec in fields.items() if key in wanted]


def _named_values(conditions: list[Condition]) -> dict[str, list[Any]]:
    named: dict[str, list[Any]] = {}
    for condition in conditions:
        for leaf in leaves_of(condition):
            values = named.setdefault(leaf.field, [])
            values += [value for value in leaf.values if value not in values]
    return named


def _situations(
    asked: list[FieldSpec], named: Mapping[str, list[Any]], answers: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    """Every set of answers that a person could give; conditions look back only, so one pass is enough."""
    if len(asked) == 0:
        yield answers
        return
    spec, rest = asked[0], asked[1:]
    if not holds(spec.visible_when, answers):
        yield from _situations(rest, named, {**answers, spec.key: None})
        return
    options: list[Any] = _answers(spec, named.get(spec.key, []))
    if not spec.required:
        options = [*options, None]
    for option in options:
        yield from _situations(rest, named, {**answers, spec.key: option})


def _answers(spec: FieldSpec, named: list[Any]) -> list[Any]:
    """The answers that make a difference to conditions naming these values."""
    options = spec.params.get("options")
    if kind_of(spec).is_multiple:
        unnamed = [_OTHER] if options is None or any(option.value not in named for option in options) else []
        at_most = spec.params.get("at_most", len(named) + 1)
        chosen = [list(part) for size in range(1, len(named) + 1) for part in combinations(named, size)]
        return [part for part in [*chosen, unnamed] if part and len(part) <= at_most]
    if options is not None:
        return [*named, *([_OTHER] if any(option.value not in named for option in options) else [])]
    if spec.kind == "yes_no":
        return [True, False]
    return [*named, _OTHER]


def contradicts_itself(condition: Condition) -> bool:
    """Can it hold for no answers at all, whatever the fields allow? A hint for the sentence, not a verdict."""
    match condition:
        case All(parts):
            wanted: dict[str, set[str]] = {}
            for part in parts:
                if isinstance(part, Comparison) and part.operator in (Operator.EQUALS, Operator.IN):
                    values = {repr(value) for value in part.values}
                    wanted[part.field] = wanted.get(part.field, values) & values
            return any(not values for values in wanted.values())
        case AnyOf() | Not() | Comparison():
            return False
    return False
