"""What a field kind may be told in its `params`: each parameter reads its JSON, checks it and writes it back."""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from procedures.form_definitions.errors import DefinitionError
from procedures.form_definitions.texts import Text, parse_text

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

    def parse(self, name: str, raw: object) -> Text:
        return parse_text(raw, name=name, max_length=40, required=True)

    def to_json(self, value: Text) -> Any:
        return value.to_json()


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
