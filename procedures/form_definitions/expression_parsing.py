"""Expressions of computed values from JSON, checked for their types. Only `DefinitionError` comes out."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions.condition_parsing import read_condition, read_mapping
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import DefinitionError
from procedures.form_definitions.expressions import (
    ROUNDINGS,
    Age,
    Answer,
    Choice,
    CountOf,
    Expression,
    Joined,
    Literal,
    Operation,
    Quotient,
    SumOf,
    Today,
    Words,
    parts_of,
)
from procedures.form_definitions.kinds.base import kind_of
from procedures.form_definitions.texts import is_storable, one_line, printable
from procedures.form_definitions.values import ValueType

MAX_DEPTH = 8
MAX_PARTS = 60
MAX_WORDS = 200
MAX_PLACES = 6
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
# What each operation takes (at least, at most) and gives.
_ARITHMETIC = {"add": (1, 20), "subtract": (2, 2), "multiply": (1, 20)}
_EXTREMES = {"min": (1, 20), "max": (1, 20)}
_BETWEEN = ("days_between", "years_between")
_NUMBERS = frozenset({"number", "divide", "sum", "count", "age", *_ARITHMETIC, *_BETWEEN})
_DAYS = frozenset({"today"})
_TEXTS = frozenset({"text", "join"})
_ANY = frozenset({"field", "if", *_EXTREMES})
_PROPERTIES = {
    "divide": {"places", "rounding"},
    "sum": {"of"},
    "age": {"at"},
    "if": {"then", "else"},
    "join": {"separator"},
}


def read_expression(raw: object, want: ValueType, known: Mapping[str, FieldSpec]) -> Expression:
    """`want`: what the value must be; `known`: the fields it may use, by key. Raises `DefinitionError` without a place."""
    expression = _Reader(known).read(raw, want, depth=1)
    if sum(1 for _part in parts_of(expression)) > MAX_PARTS:
        raise DefinitionError(_("Phép tính có quá %(limit)s phần.") % {"limit": MAX_PARTS})
    return expression


class _Reader:
    def __init__(self, known: Mapping[str, FieldSpec]) -> None:
        self.known = known

    def read(self, raw: object, want: ValueType, *, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            raise DefinitionError(_("Phép tính lồng quá %(limit)s tầng.") % {"limit": MAX_DEPTH})
        if not isinstance(raw, dict):
            raise DefinitionError(_("Phép tính phải là một đối tượng JSON."))
        names = [name for name in raw if name in _NUMBERS | _DAYS | _TEXTS | _ANY]
        if len(names) != 1:
            raise DefinitionError(
                _("Mỗi tầng của phép tính có đúng một trong: %(names)s.")
                % {"names": ", ".join(sorted(_NUMBERS | _DAYS | _TEXTS | _ANY))}
            )
        name = names[0]
        read_mapping(raw, allowed=(name, *_PROPERTIES.get(name, ())))
        self._check_type(name, want)
        match name:
            case "field":
                return self._answer(raw["field"], want)
            case "if":
                return self._choice(raw, want, depth)
            case "min" | "max":
                inner = ValueType.NUMBER if want is ValueType.TEXT else want
                return Operation(name, self._parts(raw[name], inner, depth, *_EXTREMES[name]))
            case "text" | "join":
                return self._text(name, raw, depth)
            case "today":
                if raw["today"] is not True:
                    raise DefinitionError(_("“today” chỉ nhận true."))
                return Today()
            case _:
                return self._number(name, raw, depth)

    def _check_type(self, name: str, want: ValueType) -> None:
        # A number or a day may stand in a text: it is written out.
        fits = {
            ValueType.NUMBER: _NUMBERS | _ANY,
            ValueType.DAY: _DAYS | _ANY,
            ValueType.TEXT: _NUMBERS | _DAYS | _TEXTS | _ANY,
        }[want]
        if name not in fits:
            raise DefinitionError(_wanted(want) % {"name": name})

    def _answer(self, key: object, want: ValueType) -> Answer:
        spec = self.known.get(key) if isinstance(key, str) else None
        if spec is None or not kind_of(spec).has_answer or kind_of(spec).columns(spec):
            raise DefinitionError(
                _("Phép tính chỉ dùng được câu trả lời đứng trước; không có “%(key)s”.") % {"key": printable(key)}
            )
        if want is not ValueType.TEXT and kind_of(spec).value_type(spec) is not want:
            raise DefinitionError(_wanted(want) % {"name": spec.key})
        return Answer(spec.key, want)

    def _choice(self, raw: Mapping[str, Any], want: ValueType, depth: int) -> Choice:
        if "then" not in raw:
            raise DefinitionError(_("“if” cần “then”."))
        otherwise = raw.get("else")
        return Choice(
            read_condition(raw["if"], self.known),
            self.read(raw["then"], want, depth=depth + 1),
            None if otherwise is None else self.read(otherwise, want, depth=depth + 1),
        )

    def _parts(self, raw: object, want: ValueType, depth: int, fewest: int, most: int) -> tuple[Expression, ...]:
        if not isinstance(raw, list) or not fewest <= len(raw) <= most:
            raise DefinitionError(
                _("Phép tính này cần một danh sách có từ %(fewest)s đến %(most)s phần.")
                % {"fewest": fewest, "most": most}
            )
        return tuple(self.read(part, want, depth=depth + 1) for part in raw)

    def _text(self, name: str, raw: Mapping[str, Any], depth: int) -> Expression:
        if name == "text":
            return Words(_words(raw["text"]))
        separator = _words(raw.get("separator", " "), is_trimmed=False)
        return Joined(self._parts(raw["join"], ValueType.TEXT, depth, 1, 20), separator)

    def _number(self, name: str, raw: Mapping[str, Any], depth: int) -> Expression:
        operand = raw[name]
        if name in _ARITHMETIC:
            return Operation(name, self._parts(operand, ValueType.NUMBER, depth, *_ARITHMETIC[name]))
        if name in _BETWEEN:
            return Operation(name, self._parts(operand, ValueType.DAY, depth, 2, 2))
        if name == "number":
            if isinstance(operand, int) and not isinstance(operand, bool) and abs(operand) < 10**15:
                operand = str(operand)
            if not isinstance(operand, str) or not _NUMBER.fullmatch(operand):
                raise DefinitionError(_('Số phải viết trong ngoặc kép, ví dụ "12.5".'))
            return Literal(operand)
        if name == "divide":
            left, right = self._parts(operand, ValueType.NUMBER, depth, 2, 2)
            return Quotient(left, right, _places(raw.get("places", 2)), _rounding(raw.get("rounding", "half_up")))
        if name == "age":
            born = self.read(operand, ValueType.DAY, depth=depth + 1)
            at = self.read(raw["at"], ValueType.DAY, depth=depth + 1) if "at" in raw else Today()
            return Age(born, at)
        return self._over_rows(name, operand, raw.get("of"))

    def _over_rows(self, name: str, group: object, column: object) -> Expression:
        spec = self.known.get(group) if isinstance(group, str) else None
        columns = kind_of(spec).columns(spec) if spec is not None else ()
        if spec is None or not columns:
            raise DefinitionError(
                _("“%(name)s” cần khóa của một nhóm nhiều dòng đứng trước; không có “%(key)s”.")
                % {"name": name, "key": printable(group)}
            )
        if name == "count":
            return CountOf(spec.key)
        cell = next((one for one in columns if one.key == column), None)
        if cell is None or kind_of(cell).value_type(cell) is not ValueType.NUMBER:
            raise DefinitionError(
                _("“of” phải là khóa của một cột số trong nhóm “%(key)s”; không có “%(column)s”.")
                % {"key": spec.key, "column": printable(column)}
            )
        return SumOf(spec.key, cell.key)


def _wanted(want: ValueType) -> str:
    return {
        ValueType.NUMBER: _("Ở đây cần một số, “%(name)s” không cho ra số."),
        ValueType.DAY: _("Ở đây cần một ngày, “%(name)s” không cho ra ngày."),
        ValueType.TEXT: _("Ở đây cần chữ, “%(name)s” không cho ra chữ."),
    }[want]


def _words(raw: object, *, is_trimmed: bool = True) -> str:
    if not isinstance(raw, str) or len(raw) > MAX_WORDS or not is_storable(raw) or "\n" in raw:
        raise DefinitionError(_("Chữ trong phép tính là một dòng, dài nhất %(limit)s ký tự.") % {"limit": MAX_WORDS})
    return one_line(raw) if is_trimmed else raw


def _places(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or not 0 <= raw <= MAX_PLACES:
        raise DefinitionError(_("“places” phải là số nguyên từ 0 đến %(limit)s.") % {"limit": MAX_PLACES})
    return raw


def _rounding(raw: object) -> str:
    if not isinstance(raw, str) or raw not in ROUNDINGS:
        raise DefinitionError(_("“rounding” chỉ nhận: %(names)s.") % {"names": ", ".join(sorted(ROUNDINGS))})
    return raw
