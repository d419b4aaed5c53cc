"""An address: province and commune by their code, the street line as free text (DOMAIN 12 item 2)."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar, NoReturn

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.address_reading import (
    LONGEST_AS_WRITTEN,
    LONGEST_LINE,
    PARTS,
    Rules,
    become,
    read_address,
)
from procedures.form_definitions.address_reading import stored_unit as unit_of
from procedures.form_definitions.address_widget import AddressInput
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, register
from procedures.form_definitions.kinds.date import show_day
from procedures.form_definitions.params import FieldReference, Flag, OneOf

_SHOWN = ("line", "as_written", "commune", "district", "province")


@register("address")
class AddressKind(FieldKind):
    """Stored: `{"province": {"code", "name"}, "commune": {"code", "name"}, "line", "as_of"}`, with `district` for a place
    of before 1/7/2025; names are those of the day `as_of`. Where the list did not know the place: `{"as_written", "as_of"}`.

    A unit may be sent as its code, its name, or the object. `allow_abolished` takes units of any time; `as_of` names a
    date field, and the place must be one of that day. `line`: required (default), optional or none.
    """

    fits_in_rows: ClassVar[bool] = True
    params = {
        "line": OneOf(("required", "optional", "none")),
        "allow_abolished": Flag(),
        "as_of": FieldReference(kinds=("date",)),
    }

    def rules(self, spec: FieldSpec) -> Rules:
        is_historical = spec.params.get("allow_abolished", False) or "as_of" in spec.params
        return Rules(line=spec.params.get("line", "required"), is_historical=is_historical)

    def normalise(self, spec: FieldSpec, raw: object) -> dict[str, Any]:
        return read_address(raw, self.rules(spec))

    def keepable(self, raw: object) -> object:
        return _as_typed(raw) if isinstance(raw, Mapping) else raw

    def condition_value(self, spec: FieldSpec, raw: object) -> NoReturn:
        raise AnswerError("not_comparable", _("Với loại này chỉ hỏi được đã điền hay chưa (is_answered)."))

    def cross_check(self, spec: FieldSpec, value: Any, answers: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        other_key = spec.params.get("as_of", "")
        other = answers.get(other_key)
        if not isinstance(other, str):
            return
        unit, day = unit_of(value), date.fromisoformat(other)
        if unit is not None and not unit.is_valid_on(day):
            raise AnswerError(
                "not_on_that_day",
                _("Vào ngày %(day)s (mục “%(label)s”) không có %(name)s. Hãy ghi tên của thời đó.")
                % {"day": show_day(day), "label": labels[other_key], "name": unit.full_name},
            )

    def required_sentence(self) -> str:
        return _("Chọn tỉnh, ghi xã, phường và số nhà, đường.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        names = [part["name"] if isinstance(part, Mapping) else part for key in _SHOWN if (part := value.get(key))]
        text = ", ".join(names)
        if "as_written" in value:
            return _("%(address)s (ghi tay, chưa đối chiếu với danh mục)") % {"address": text}
        if now := become(unit_of(value)):
            return _("%(address)s (nay thuộc %(now)s)") % {"address": text, "now": now}
        return text

    def typed(self, spec: FieldSpec, value: Any) -> dict[str, str]:
        return _as_typed(value)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return AddressInput(rules=self.rules(spec))

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        def unit(pattern: str) -> dict[str, Any]:
            return {
                "type": "object",
                "properties": {"code": {"type": "string", "pattern": pattern}, "name": {"type": "string"}},
                "required": ["code", "name"],
                "additionalProperties": False,
            }

        rules = self.rules(spec)
        asks_line = rules.line == "required"
        shared = {"province": unit("^[0-9]{2}$"), "as_of": {"type": "string", "format": "date"}}
        if rules.line != "none":
            shared["line"] = {"type": "string", "minLength": 1, "maxLength": LONGEST_LINE}
        place = {**shared, "commune": unit("^[0-9]{5}$")}
        if rules.is_historical:
            place["district"] = unit("^[0-9]{3}$")
        by_hand = {**shared, "as_written": {"type": "string", "minLength": 1, "maxLength": LONGEST_AS_WRITTEN}}
        return {
            "oneOf": [
                {
                    "type": "object",
                    "properties": place,
                    "required": ["province", "commune", *(["line"] if asks_line else []), "as_of"],
                    "additionalProperties": False,
                },
                {
                    "type": "object",
                    "properties": by_hand,
                    "required": ["as_written", "as_of"],
                    "additionalProperties": False,
                },
            ]
        }


def _as_typed(value: Mapping[Any, Any]) -> dict[str, str]:
    """What stands in each control: the list's value of the province, the names of the others."""
    typed: dict[str, str] = {}
    for key in PARTS:
        part = value.get(key)
        if isinstance(part, Mapping):
            part = part.get("code" if key == "province" else "name")
        if isinstance(part, str) and part:
            typed[key] = part
    return typed
