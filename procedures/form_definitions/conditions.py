"""When a field is asked: a small typed tree over the answers given before it. Evaluated on the server, never raises.

JSON: `{"field": "cho_o", "op": "equals", "value": "thue"}`, operators equals, not_equals, in (a list of values),
is_answered (no value); `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}`. On an answer that is a list (checkboxes),
equals means "is among them" and in means "one of them is among them". `not_equals` is the plain contrary of equals, so
it holds for an unanswered field too.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Answer = Any


class Operator(StrEnum):
    EQUALS = "equals"
    NOT_EQUALS = "not_equals"
    IN = "in"
    IS_ANSWERED = "is_answered"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A leaf. `values` holds one value for equals and not_equals, some for in, none for is_answered."""

    field: str
    operator: Operator
    values: tuple[Answer, ...] = ()


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


def holds(condition: Condition | None, answers: Mapping[str, Answer]) -> bool:
    """Is the condition true for these answers? No condition is always true."""
    match condition:
        case None:
            return True
        case All(parts):
            return all(holds(part, answers) for part in parts)
        case AnyOf(parts):
            return any(holds(part, answers) for part in parts)
        case Not(part):
            return not holds(part, answers)
        case Comparison(field, Operator.IS_ANSWERED):
            return answers.get(field) is not None
        case Comparison(field, operator, values):
            return _matches(answers.get(field), values) is not (operator is Operator.NOT_EQUALS)
    raise AssertionError("unknown condition")


def _matches(answer: Answer, values: tuple[Answer, ...]) -> bool:
    given = answer if isinstance(answer, (list, tuple)) else (answer,)
    return any(_same(one, value) for one in given for value in values)


def _same(one: Answer, other: Answer) -> bool:
    # Python holds True equal to 1; a yes is not a number.
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
    """The JSON that `parsing` reads."""
    match condition:
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
        case Comparison(field, Operator.IS_ANSWERED):
            return {"field": field, "op": Operator.IS_ANSWERED.value}
        case Comparison(field, Operator.IN, values):
            return {"field": field, "op": Operator.IN.value, "value": list(values)}
        case Comparison(field, operator, values):
            return {"field": field, "op": operator.value, "value": values[0]}
    raise AssertionError("unknown condition")
