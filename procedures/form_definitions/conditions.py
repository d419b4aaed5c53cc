"""When something applies: a small typed tree over answers. Evaluated on the server, never raises.

JSON: `{"field": "cho_o", "op": "equals", "value": "thue"}`, operators equals, not_equals, in (a list of values),
is_answered (no value), and for numbers and days less_than, at_most, more_than, at_least; a day is `"2026-05-31"`,
`"today"` or counted from today, `"today-18y"` (d, m, y). `{"count": "con", "op": "at_least", "value": 2}` counts the rows
of a repeat group. `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}`. On an answer that is a list (checkboxes), equals
means "is among them" and in means "one of them is among them". `not_equals` is the plain contrary of equals, so it holds
for an unanswered field too; less and more hold for no unanswered field.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.core import clock
from procedures.form_definitions.values import as_day, as_number, read_day_point

Answer = Any


class Operator(StrEnum):
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    IN = "in"
    IS_ANSWERED = "is_answered"
    LESS_THAN = "less_than"
    AT_MOST = "at_most"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"


ORDERED = frozenset({Operator.LESS_THAN, Operator.AT_MOST, Operator.MORE_THAN, Operator.AT_LEAST})


@dataclass(frozen=True, slots=True)
class Comparison:
    """A leaf. `values` holds one value for most operators, some for in, none for is_answered. `counts`: what is compared
    is the number of rows of the group `field`."""

    field: str
    operator: Operator
    values: tuple[Answer, ...] = ()
    counts: bool = False


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: "Condition"


Condition = Comparison | All | AnyOf | Not


def holds(condition: Condition | None, answers: Mapping[str, Answer], *, today: date | None = None) -> bool:
    """Is the condition true for these answers? No condition is always true. `today`: the day it is asked for, by default
    the present one; a filed dossier is read as of its filing."""
    return verdict(condition, answers, undecided=(), today=today) is True


def verdict(
    condition: Condition | None,
    answers: Mapping[str, Answer],
    *,
    undecided: Collection[str],
    today: date | None = None,
) -> bool | None:
    """True or false as soon as the answers given settle it, None while it hangs on one of `undecided` (fields that are
    asked and not answered yet)."""
    match condition:
        case None:
            return True
        case All(parts):
            found = [verdict(part, answers, undecided=undecided, today=today) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts):
            found = [verdict(part, answers, undecided=undecided, today=today) for part in parts]
            return True if True in found else None if None in found else False
        case Not(part):
            found_one = verdict(part, answers, undecided=undecided, today=today)
            return None if found_one is None else not found_one
        case Comparison():
            return None if condition.field in undecided else _compare(condition, answers, today)
    raise AssertionError("unknown condition")


def _compare(leaf: Comparison, answers: Mapping[str, Answer], today: date | None) -> bool:
    answer = answers.get(leaf.field)
    if leaf.counts:
        answer = len(answer) if isinstance(answer, (list, tuple)) else 0
    if leaf.operator is Operator.IS_ANSWERED:
        return answer is not None
    if leaf.operator in ORDERED:
        return _in_order(answer, leaf.operator, leaf.values[0], today)
    return _matches(answer, leaf.values) is not (leaf.operator is Operator.NOT_EQUALS)


def _in_order(answer: Answer, operator: Operator, wanted: Answer, today: date | None) -> bool:
    left: Any = as_number(answer)
    right: Any = as_number(wanted)
    if left is None or right is None:
        point = read_day_point(wanted) if isinstance(wanted, str) else None
        left = as_day(answer)
        right = None if point is None else point.on(today or clock.today())
    if left is None or right is None:
        return False
    match operator:
        case Operator.LESS_THAN:
            return bool(left < right)
        case Operator.AT_MOST:
            return bool(left <= right)
        case Operator.MORE_THAN:
            return bool(left > right)
        case _:
            return bool(left >= right)


def _matches(answer: Answer, values: tuple[Answer, ...]) -> bool:
    given = answer if isinstance(answer, (list, tuple)) else (answer,)
    return any(is_same(one, value) for one in given for value in values)


def is_same(one: Answer, other: Answer) -> bool:
    """Equal and of one type: Python holds True equal to 1, but a yes is not a number."""
    return type(one) is type(other) and bool(one == other)


def comparisons(condition: Condition | None) -> Iterator[Comparison]:
    """Every leaf, left to right."""
    match condition:
        case None:
            return
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from comparisons(part)
        case Not(part):
            yield from comparisons(part)
        case Comparison():
            yield condition


def controlling_fields(condition: Condition | None) -> frozenset[str]:
    """Keys of the fields on which the condition depends."""
    return frozenset(leaf.field for leaf in comparisons(condition))


def to_json(condition: Condition) -> dict[str, Any]:
    """The JSON that `condition_parsing` reads."""
    match condition:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case Comparison(field, operator, values, counts):
            written: dict[str, Any] = {"count" if counts else "field": field, "op": operator.value}
            if operator is Operator.IN:
                return written | {"value": list(values)}
            return written if operator is Operator.IS_ANSWERED else written | {"value": values[0]}
    raise AssertionError("unknown condition")
