"""What a field kind may be told in its `params`: each parameter reads its JSON, checks it and writes it back."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Protocol

from django.utils.translation import gettext as _

from procedures.form_definitions.errors import DefinitionError
from procedures.form_definitions.texts import Text, parse_text

if TYPE_CHECKING:
    from procedures.form_definitions.conditions import Condition
    from procedures.form_definitions.definition import FieldSpec
    from procedures.form_definitions.expressions import Expression as ExpressionTree
    from procedures.form_definitions.values import ValueType

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
OPTION_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,39}")
MAX_OPTIONS = 300
TODAY = "today"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose; `value` is stored, `label` is shown."""

    value: str
    label: Text


class Param(ABC):
    """A parameter of a kind. `is_required` makes a definition without it wrong."""

    is_required = False

    @abstractmethod
    def parse(self, name: str, raw: object) -> Any:
        """The checked value; raises `DefinitionError` without a place."""

    def to_json(self, value: Any) -> Any:
        return value


class Reader(Protocol):
    """What a parameter needs to read parts of a definition; it knows the fields that stand before."""

    def fields(self, raw: object) -> "tuple[FieldSpec, ...]": ...

    def condition(self, raw: object) -> "Condition": ...

    def expression(self, raw: object, want: "ValueType") -> "ExpressionTree": ...


class NestedParam(Param):
    """A parameter made of other parts of a definition: fields, conditions, an expression."""

    def parse(self, name: str, raw: object) -> Any:
        raise DefinitionError(_("Tham số “%(name)s” chỉ đọc được trong một tờ khai.") % {"name": name})

    @abstractmethod
    def parse_in(self, name: str, raw: object, others: Mapping[str, Any], reader: Reader) -> Any:
        """As `parse`, with the kind's other parameters as written and the means to read what stands in a definition."""


@dataclass(frozen=True)
class Fields(NestedParam):
    """JSON: a list of field definitions `{"key", "kind", "label", ...}`, as in a section, without groups. Parsed: a tuple
    of `FieldSpec`. Conditions in them may use fields of the same list and those before the group."""

    is_required: bool = True

    def parse_in(self, name: str, raw: object, others: Mapping[str, Any], reader: Reader) -> "tuple[FieldSpec, ...]":
        return reader.fields(raw)

    def to_json(self, value: "tuple[FieldSpec, ...]") -> Any:
        # Field kinds are made of parameters, so what writes fields cannot be imported before them.
        from procedures.form_definitions.writing import field_json

        return [field_json(spec) for spec in value]


@dataclass(frozen=True)
class Conditions(NestedParam):
    """JSON: a condition as in `visible_when` (see `conditions`). Parsed: the tree of the condition."""

    is_required: bool = False

    def parse_in(self, name: str, raw: object, others: Mapping[str, Any], reader: Reader) -> "Condition":
        return reader.condition(raw)

    def to_json(self, value: "Condition") -> Any:
        # As in Fields.
        from procedures.form_definitions.conditions import to_json

        return to_json(value)


@dataclass(frozen=True)
class Expression(NestedParam):
    """JSON: a tree as in `expressions`, for example `{"sum": "thua_dat", "of": "dien_tich"}`. Parsed: the tree, checked
    to give what the parameter `type_param` names (`types`: its values with the type each needs)."""

    type_param: str
    types: Mapping[str, "ValueType"]
    is_required: bool = True

    def parse_in(self, name: str, raw: object, others: Mapping[str, Any], reader: Reader) -> "ExpressionTree":
        want = others.get(self.type_param)
        if not isinstance(want, str) or want not in self.types:
            raise DefinitionError(
                _("Tham số “%(name)s” chỉ nhận: %(values)s.")
                % {"name": self.type_param, "values": ", ".join(sorted(self.types))}
            )
        return reader.expression(raw, self.types[want])

    def to_json(self, value: "ExpressionTree") -> Any:
        # As in Fields.
        from procedures.form_definitions.expressions import to_json

        return to_json(value)


@dataclass(frozen=True)
class WholeNumber(Param):
    minimum: int
    maximum: int

    def parse(self, name: str, raw: object) -> int:
        if isinstance(raw, bool) or not isinstance(raw, int):
            raise DefinitionError(_("Tham số “%(name)s” phải là số nguyên.") % {"name": name})
        if not self.minimum <= raw <= self.maximum:
            raise DefinitionError(
                _("Tham số “%(name)s” phải từ %(minimum)s đến %(maximum)s.")
                % {"name": name, "minimum": self.minimum, "maximum": self.maximum}
            )
        return raw


@dataclass(frozen=True)
class Number(Param):
    """A number written as text with a dot, `"12.5"`, so that nothing is lost to binary fractions."""

    def parse(self, name: str, raw: object) -> str:
        fault = DefinitionError(_('Tham số “%(name)s” phải là số viết trong ngoặc kép, ví dụ "12.5".') % {"name": name})
        if not isinstance(raw, str) or not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", raw):
            raise fault
        try:
            Decimal(raw)
        except InvalidOperation as error:  # pragma: no cover - the pattern leaves nothing that fails
            raise fault from error
        return raw


@dataclass(frozen=True)
class OneOf(Param):
    values: Collection[str]
    is_required: bool = False

    def parse(self, name: str, raw: object) -> str:
        if not isinstance(raw, str) or raw not in self.values:
            raise DefinitionError(
                _("Tham số “%(name)s” chỉ nhận: %(values)s.") % {"name": name, "values": ", ".join(sorted(self.values))}
            )
        return raw


@dataclass(frozen=True)
class Several(Param):
    """A list of some of `values`, each once."""

    values: Collection[str]

    def parse(self, name: str, raw: object) -> tuple[str, ...]:
        if (
            not isinstance(raw, list)
            or not raw
            or not all(isinstance(item, str) and item in self.values for item in raw)
            or len(set(raw)) != len(raw)
        ):
            raise DefinitionError(
                _("Tham số “%(name)s” là danh sách một hay nhiều trong số: %(values)s.")
                % {"name": name, "values": ", ".join(sorted(self.values))}
            )
        return tuple(raw)

    def to_json(self, value: tuple[str, ...]) -> Any:
        return list(value)


@dataclass(frozen=True)
class AgencyCode(Param):
    """The identification code of an agency; whether there is one is asked when answers are judged."""

    def parse(self, name: str, raw: object) -> str:
        if not isinstance(raw, str) or not re.fullmatch(r"[A-Z0-9]+(\.[A-Z0-9]+)*", raw) or len(raw) > 35:
            raise DefinitionError(_("Tham số “%(name)s” phải là mã cơ quan, ví dụ H36.14.") % {"name": name})
        return raw


@dataclass(frozen=True)
class Flag(Param):
    def parse(self, name: str, raw: object) -> bool:
        if not isinstance(raw, bool):
            raise DefinitionError(_("Tham số “%(name)s” phải là true hoặc false.") % {"name": name})
        return raw


@dataclass(frozen=True)
class DayBound(Param):
    """An ISO day, or `today`: the day on which the answer is read."""

    def parse(self, name: str, raw: object) -> str:
        if isinstance(raw, str) and (raw == TODAY or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", raw)):
            try:
                return raw if raw == TODAY else date.fromisoformat(raw).isoformat()
            except ValueError:
                pass
        raise DefinitionError(_("Tham số “%(name)s” phải là ngày dạng 2026-05-31 hoặc chữ today.") % {"name": name})


@dataclass(frozen=True)
class Words(Param):
    """A short text in both languages, such as a unit."""

    is_required: bool = False

    def parse(self, name: str, raw: object) -> Text:
        return parse_text(raw, name=name, max_length=40, required=True)

    def to_json(self, value: Text) -> Any:
        return value.to_json()


@dataclass(frozen=True)
class FieldKey(Param):
    """The key of a field of the same kind's `Fields`; the kind checks that it is there."""

    def parse(self, name: str, raw: object) -> str:
        if not isinstance(raw, str) or not KEY.fullmatch(raw):
            raise DefinitionError(_("Tham số “%(name)s” phải là khóa của một trường khác.") % {"name": name})
        return raw


@dataclass(frozen=True)
class FieldReference(Param):
    """The key of another field of the declaration, of one of `kinds`; looked up when all fields are known."""

    kinds: Collection[str]

    def parse(self, name: str, raw: object) -> str:
        if not isinstance(raw, str) or not KEY.fullmatch(raw):
            raise DefinitionError(_("Tham số “%(name)s” phải là khóa của một trường khác.") % {"name": name})
        return raw


@dataclass(frozen=True)
class Options(Param):
    is_required = True

    def parse(self, name: str, raw: object) -> tuple[Option, ...]:
        if not isinstance(raw, list) or not raw:
            raise DefinitionError(_("Cần ít nhất một lựa chọn trong “%(name)s”.") % {"name": name})
        if len(raw) > MAX_OPTIONS:
            raise DefinitionError(_("“%(name)s” có quá %(limit)s lựa chọn.") % {"name": name, "limit": MAX_OPTIONS})
        options: list[Option] = []
        for position, item in enumerate(raw, start=1):
            if not isinstance(item, dict) or not set(item) <= {"value", "label"}:
                raise DefinitionError(
                    _('Lựa chọn thứ %(position)s phải có dạng {"value": …, "label": …}.') % {"position": position}
                )
            value = item.get("value")
            if not isinstance(value, str) or not OPTION_VALUE.fullmatch(value):
                raise DefinitionError(
                    _("Giá trị của lựa chọn thứ %(position)s chỉ gồm chữ không dấu, số, dấu gạch và chấm, dài nhất 40.")
                    % {"position": position}
                )
            if any(option.value == value for option in options):
                raise DefinitionError(_("Giá trị lựa chọn “%(value)s” bị lặp.") % {"value": value})
            options.append(Option(value, parse_text(item.get("label"), name=f"label {position}", required=True)))
        return tuple(options)

    def to_json(self, value: tuple[Option, ...]) -> Any:
        return [{"value": option.value, "label": option.label.to_json()} for option in value]
