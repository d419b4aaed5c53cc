"""What a computed value is computed from: a small typed tree of JSON, evaluated with decimal arithmetic, never raises.

Numbers: `{"number": "12.5"}`, `{"field": "dien_tich"}`, `{"add": [...]}`, `{"subtract": [a, b]}`, `{"multiply": [...]}`,
`{"divide": [a, b], "places": 2, "rounding": "half_up"}` (or down, up, half_even), `{"min": [...]}`, `{"max": [...]}`,
`{"sum": "thua_dat", "of": "dien_tich"}` over the rows of a group, `{"count": "thua_dat"}`, `{"age": day}` in whole years
today, or `{"age": day, "at": day}`, `{"days_between": [from, to]}`, `{"years_between": [from, to]}`.
Days: `{"field": "sinh_ngay"}`, `{"today": true}`, min and max. Texts: `{"text": "..."}`,
`{"join": [...], "separator": ", "}` of texts, fields of any kind and numbers. All: `{"if": condition, "then": a, "else": b}`.

A value that lacks an input is no value (None), and so is everything made of it; `join` leaves out what is missing, a sum
counts an unanswered cell as nothing.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from typing import Any

from procedures.form_definitions import conditions
from procedures.form_definitions.conditions import Condition, controlling_fields, holds
from procedures.form_definitions.values import ValueType, as_day, as_number, whole_years

ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "down": ROUND_DOWN, "up": ROUND_UP}
# Enough for the product of two largest numbers with their places; more digits mean nothing in a declaration.
_PRECISION = 40

Value = Decimal | date | str | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, as written."""

    number: str


@dataclass(frozen=True, slots=True)
class Words:
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of an earlier field, read as `type`."""

    field: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Today:
    pass


@dataclass(frozen=True, slots=True)
class Operation:
    """`name`: add, subtract, multiply, min, max, days_between or years_between."""

    name: str
    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    left: "Expression"
    right: "Expression"
    places: int
    rounding: str


@dataclass(frozen=True, slots=True)
class SumOf:
    group: str
    column: str


@dataclass(frozen=True, slots=True)
class CountOf:
    group: str


@dataclass(frozen=True, slots=True)
class Age:
    born: "Expression"
    at: "Expression"


@dataclass(frozen=True, slots=True)
class Choice:
    when: Condition
    then: "Expression"
    otherwise: "Expression | None"


@dataclass(frozen=True, slots=True)
class Joined:
    parts: tuple["Expression", ...]
    separator: str


Expression = Literal | Words | Answer | Today | Operation | Quotient | SumOf | CountOf | Age | Choice | Joined


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression sees. `shown(key, value)` is how a person reads an answer; `faulty`: keys whose answer is typed
    but cannot be used, so that nothing may be computed from it."""

    answers: Mapping[str, Any]
    today: date
    shown: Callable[[str, Any], str]
    faulty: Collection[str] = field(default_factory=frozenset)


def evaluate(expression: Expression, scope: Scope) -> Value:
    """The value, or None when an input is missing or it cannot be computed (a division by zero, a giant number)."""
    with localcontext() as context:
        context.prec = _PRECISION
        try:
            return _value(expression, scope)
        except (ArithmeticError, OverflowError):
            return None


def _value(expression: Expression, scope: Scope) -> Value:
    match expression:
        case Literal(number):
            return Decimal(number)
        case Words(text):
            return text
        case Today():
            return scope.today
        case Answer(key, kind):
            return _answer(key, kind, scope)
        case Operation(name, parts):
            return _operation(name, [_value(part, scope) for part in parts])
        case Quotient(left, right, places, rounding):
            return _quotient(_value(left, scope), _value(right, scope), places, rounding)
        case SumOf(group, column):
            return _sum(group, column, scope)
        case CountOf(group):
            return None if group in scope.faulty else Decimal(len(_rows(group, scope)))
        case Age(born, at):
            start, end = _value(born, scope), _value(at, scope)
            if not isinstance(start, date) or not isinstance(end, date) or end < start:
                return None
            return Decimal(whole_years(start, end))
        case Choice(when, then, otherwise):
            chosen = then if holds(when, scope.answers, today=scope.today) else otherwise
            return None if chosen is None else _value(chosen, scope)
        case Joined(parts, separator):
            return _joined(parts, separator, scope)
    raise AssertionError("unknown expression")


def _answer(key: str, kind: ValueType, scope: Scope) -> Value:
    answer = scope.answers.get(key)
    if answer is None:
        return None
    if kind is ValueType.NUMBER:
        return as_number(answer)
    return as_day(answer) if kind is ValueType.DAY else scope.shown(key, answer)


def _operation(name: str, values: list[Value]) -> Value:
    given: list[Any] = [value for value in values if value is not None]
    if len(given) < len(values):
        return None
    match name:
        case "add":
            return sum(given, Decimal(0))
        case "subtract":
            return Decimal(given[0] - given[1])
        case "multiply":
            product = Decimal(1)
            for factor in given:
                product *= factor
            return product
        case "min":
            return min(given)
        case "max":
            return max(given)
        case "days_between":
            return Decimal((given[1] - given[0]).days)
        case _:
            return Decimal(whole_years(given[0], given[1]))


def _quotient(left: Value, right: Value, places: int, rounding: str) -> Value:
    if not isinstance(left, Decimal) or not isinstance(right, Decimal) or right == 0:
        return None
    return (left / right).quantize(Decimal(1).scaleb(-places), rounding=ROUNDINGS[rounding])


def _rows(group: str, scope: Scope) -> list[Mapping[str, Any]]:
    rows = scope.answers.get(group)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, (list, tuple)) else []


def _sum(group: str, column: str, scope: Scope) -> Value:
    if group in scope.faulty:
        return None
    cells = [as_number(row.get(column)) for row in _rows(group, scope)]
    return sum((cell for cell in cells if cell is not None), Decimal(0))


def _joined(parts: tuple[Expression, ...], separator: str, scope: Scope) -> Value:
    texts = []
    has_answer = False
    for part in parts:
        value = _value(part, scope)
        has_answer = has_answer or (value is not None and not isinstance(part, Words))
        if value is not None:
            texts.append(_as_text(value))
    return separator.join(texts) if has_answer else None


def _as_text(value: Decimal | date | str) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return f"{value.day:02}/{value.month:02}/{value.year:04}" if isinstance(value, date) else value


def parts_of(expression: Expression | None) -> Iterator[Expression]:
    """The expression and everything inside, from the top."""
    if expression is None:
        return
    yield expression
    match expression:
        case Operation(_, parts) | Joined(parts, _):
            inner: tuple[Expression | None, ...] = parts
        case Quotient(left, right):
            inner = (left, right)
        case Age(born, at):
            inner = (born, at)
        case Choice(_, then, otherwise):
            inner = (then, otherwise)
        case _:
            inner = ()
    for part in inner:
        yield from parts_of(part)


def inputs(expression: Expression) -> frozenset[str]:
    """Keys of the fields the value depends on."""
    keys: set[str] = set()
    for part in parts_of(expression):
        match part:
            case Answer(key) | CountOf(key):
                keys.add(key)
            case SumOf(group):
                keys.add(group)
            case Choice(when):
                keys |= controlling_fields(when)
            case _:
                pass
    return frozenset(keys)


def to_json(expression: Expression) -> dict[str, Any]:
    """The JSON that `expression_parsing` reads."""
    match expression:
        case Literal(number):
            return {"number": number}
        case Words(text):
            return {"text": text}
        case Answer(key):
            return {"field": key}
        case Today():
            return {"today": True}
        case Operation(name, parts):
            return {name: [to_json(part) for part in parts]}
        case Quotient(left, right, places, rounding):
            return {"divide": [to_json(left), to_json(right)], "places": places, "rounding": rounding}
        case SumOf(group, column):
            return {"sum": group, "of": column}
        case CountOf(group):
            return {"count": group}
        case Age(born, at):
            return {"age": to_json(born)} | ({} if isinstance(at, Today) else {"at": to_json(at)})
        case Choice(when, then, otherwise):
            written = {"if": conditions.to_json(when), "then": to_json(then)}
            return written if otherwise is None else written | {"else": to_json(otherwise)}
        case Joined(parts, separator):
            return {"join": [to_json(part) for part in parts], "separator": separator}
    raise AssertionError("unknown expression")
