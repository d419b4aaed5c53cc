"""A day, typed as dd/mm/yyyy (PITFALLS 30: plain text, no calendar popup)."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.core import clock
from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError, DefinitionError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, text_input
from procedures.form_definitions.params import TODAY, DayBound, FieldReference, OneOf
from procedures.form_definitions.texts import half_width, one_line
from procedures.form_definitions.values import ValueType

FIRST_YEAR, LAST_YEAR = 1800, 2200
_TYPED = re.compile(r"([0-9]{1,2})[ ]?[/.\- ][ ]?([0-9]{1,2})[ ]?[/.\- ][ ]?([0-9]{4})")
# Number pads of some phones have no slash.
_RUN = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[/.\- ][0-9]{1,2}[/.\- ][0-9]{2}")


def show_day(value: date) -> str:
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def read_day(typed: str) -> date:
    """`5/5/2026`, `05-05-2026`, `05052026`, ISO `2026-05-05`; raises `AnswerError`."""
    text = half_width(one_line(typed))
    if match := _ISO.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _TYPED.fullmatch(text) or _RUN.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif _SHORT_YEAR.fullmatch(text):
        raise AnswerError("short_year", _("Năm cần đủ 4 chữ số, ví dụ 05/05/2026."))
    else:
        raise AnswerError("not_a_date", _("Ngày gõ theo dạng ngày/tháng/năm, ví dụ 05/05/2026."))
    if not 1 <= month <= 12:
        raise AnswerError(
            "no_such_month",
            _("Không có tháng %(month)s. Gõ ngày trước, tháng sau, ví dụ 31/05/2026.") % {"month": month},
        )
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise AnswerError("year", _("Năm %(year)s không hợp lý. Hãy xem lại.") % {"year": year})
    try:
        return date(year, month, day)
    except ValueError:
        raise AnswerError(
            "no_such_day",
            _("Tháng %(month)s năm %(year)s không có ngày %(day)s.") % {"month": month, "year": year, "day": day},
        ) from None


@register("date")
class DateKind(FieldKind):
    """Stored: ISO string. `minimum`, `maximum`: a day or `today`; `after`: key of the date that must come before."""

    params = {
        "minimum": DayBound(),
        "maximum": DayBound(),
        "after": FieldReference(kinds=("date",)),
        "autocomplete": OneOf(("bday",)),
    }

    def check_params(self, params: Mapping[str, Any]) -> None:
        days = [params[name] for name in ("minimum", "maximum") if params.get(name, TODAY) != TODAY]
        if len(days) == 2 and days[0] > days[1]:
            raise DefinitionError(_("Tham số “%(low)s” lớn hơn “%(high)s”.") % {"low": "minimum", "high": "maximum"})

    def value_type(self, spec: FieldSpec) -> ValueType:
        return ValueType.DAY

    def normalise(self, spec: FieldSpec, raw: object) -> str:
        value = read_day(read_string(raw))
        minimum, maximum = spec.params.get("minimum"), spec.params.get("maximum")
        if minimum == TODAY and value < clock.today():
            raise AnswerError("past", _("Ngày này đã qua. Hãy chọn từ hôm nay trở đi."))
        if maximum == TODAY and value > clock.today():
            raise AnswerError("future", _("Ngày này chưa tới. Hãy xem lại."))
        if minimum not in (None, TODAY) and value < date.fromisoformat(minimum):
            raise AnswerError("too_early", _("Sớm nhất là %(day)s.") % {"day": show_day(date.fromisoformat(minimum))})
        if maximum not in (None, TODAY) and value > date.fromisoformat(maximum):
            raise AnswerError("too_late", _("Muộn nhất là %(day)s.") % {"day": show_day(date.fromisoformat(maximum))})
        return value.isoformat()

    def cross_check(self, spec: FieldSpec, value: Any, answers: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        other_key = spec.params.get("after", "")
        other = answers.get(other_key)
        if not isinstance(other, str) or not _ISO.fullmatch(other) or value > other:
            return
        raise AnswerError(
            "not_after",
            _("%(day)s không sau ngày %(other)s ở mục “%(label)s”. Hãy xem lại.")
            % {
                "day": show_day(date.fromisoformat(value)),
                "other": show_day(date.fromisoformat(other)),
                "label": labels[other_key],
            },
        )

    def required_sentence(self) -> str:
        return _("Hãy gõ ngày theo dạng ngày/tháng/năm, ví dụ 05/05/2026.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        return show_day(date.fromisoformat(value))

    def typed(self, spec: FieldSpec, value: Any) -> str:
        return show_day(date.fromisoformat(value))

    def default_help(self, spec: FieldSpec) -> str:
        return _("Gõ theo dạng ngày/tháng/năm, ví dụ 05/05/2026.")

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return text_input(css="input--date", inputmode="numeric", autocomplete=spec.params.get("autocomplete", "off"))

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "string", "format": "date"}
