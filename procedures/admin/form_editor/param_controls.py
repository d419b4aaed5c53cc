"""What a field kind may be told, as form controls: one control for each class of parameter.

A parameter of a class that is not known here is a JSON text area: nothing a kind can be told is out of reach.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures.admin.form_editor.words import DAY_BOUNDS, ONE_OF, ParamWords, param_words
from procedures.form_definitions import FieldSpec
from procedures.form_definitions import params as param_classes
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.date import read_day, show_day
from procedures.form_definitions.params import TODAY, Param
from procedures.services.form_keys import suggested_key

# The parameter stays out of the definition, and the kind's own default holds.
LEFT_OUT: Any = object()


class ParamControl(ABC):
    """The controls of one parameter. Names of controls begin with the parameter's own name."""

    def __init__(self, name: str, param: Param, specs: Sequence[FieldSpec], own: Sequence[tuple[str, str]]) -> None:
        self.name = name
        self.param = param
        self.specs = specs
        self.own = own
        self.words = self.own_words()

    def own_words(self) -> ParamWords:
        return param_words(self.name)

    @abstractmethod
    def fields(self, raw: Any) -> dict[str, forms.Field]:
        """The controls, filled with the parameter's JSON (`LEFT_OUT` when it is not there)."""

    @abstractmethod
    def read(self, values: Mapping[str, Any]) -> Any:
        """The JSON from what was typed, or `LEFT_OUT`. Raises `ValidationError`."""

    def _options(self, **more: Any) -> dict[str, Any]:
        label = _("%(label)s (bắt buộc)") if self.param.is_required else "%(label)s"
        return {
            "label": label % {"label": self.words.label},
            "help_text": self.words.help,
            "required": False,
            **more,
        }


class LineControl(ParamControl):
    """One line of text that the parameter itself judges."""

    input_mode = "text"

    def fields(self, raw: Any) -> dict[str, forms.Field]:
        shown = "" if raw is LEFT_OUT else self.show(raw)
        widget = forms.TextInput(attrs={"class": "input--short", "inputmode": self.input_mode, "autocomplete": "off"})
        return {self.name: forms.CharField(initial=shown, widget=widget, **self._options(help_text=self.hint()))}

    def read(self, values: Mapping[str, Any]) -> Any:
        typed = (values.get(self.name) or "").strip()
        return self.value(typed) if typed else LEFT_OUT

    def hint(self) -> Any:
        return self.words.help

    def show(self, raw: Any) -> str:
        return str(raw)

    def value(self, typed: str) -> Any:
        return typed


class WholeNumberControl(LineControl):
    input_mode = "numeric"

    def hint(self) -> Any:
        assert isinstance(self.param, param_classes.WholeNumber)
        low, high = self.param.minimum, self.param.maximum
        if abs(low) >= 10**9 or abs(high) >= 10**9:
            return self.words.help
        bounds = _("Từ %(low)s đến %(high)s.") % {"low": low, "high": f"{high:,}".replace(",", ".")}
        return f"{self.words.help} {bounds}".strip()

    def value(self, typed: str) -> int:
        digits = typed.replace(".", "").replace(" ", "").replace("−", "-")
        if not digits.lstrip("+-").isdecimal() or len(digits) > 17:
            raise ValidationError(_("Chỉ gõ số nguyên, ví dụ 120."))
        return int(digits)


class NumberControl(LineControl):
    """Typed the Vietnamese way, stored with a dot."""

    input_mode = "decimal"

    def show(self, raw: Any) -> str:
        return str(raw).replace(".", ",")

    def value(self, typed: str) -> str:
        # A comma makes every dot a thousand dot.
        return typed.replace(" ", "").replace(".", "").replace(",", ".") if "," in typed else typed.replace(" ", "")


class PickControl(ParamControl):
    """One of a list, or none; what is stored and not in the list (any more) is kept and can be left."""

    @abstractmethod
    def choices(self) -> list[tuple[str, Any]]:
        """Values with their words."""

    def fields(self, raw: Any) -> dict[str, forms.Field]:
        choices = [("", _("Không chọn")), *self.choices()]
        initial = "" if raw is LEFT_OUT else raw
        if initial and initial not in dict(choices):
            choices.append((initial, initial))
        return {self.name: forms.ChoiceField(choices=choices, initial=initial, **self._options())}

    def read(self, values: Mapping[str, Any]) -> Any:
        return values.get(self.name) or LEFT_OUT


class OneOfControl(PickControl):
    def choices(self) -> list[tuple[str, Any]]:
        assert isinstance(self.param, param_classes.OneOf)
        return [(value, ONE_OF.get(value, value)) for value in sorted(self.param.values)]


class SeveralControl(ParamControl):
    """Some of a list; nothing ticked leaves the parameter out."""

    def fields(self, raw: Any) -> dict[str, forms.Field]:
        assert isinstance(self.param, param_classes.Several)
        stored = [] if raw is LEFT_OUT else list(raw)
        values = [*self.param.values, *(value for value in stored if value not in self.param.values)]
        choices = [(value, ONE_OF.get(value, value)) for value in values]
        widget = forms.CheckboxSelectMultiple
        return {self.name: forms.MultipleChoiceField(choices=choices, initial=stored, widget=widget, **self._options())}

    def read(self, values: Mapping[str, Any]) -> Any:
        return list(values.get(self.name) or []) or LEFT_OUT


class FieldReferenceControl(PickControl):
    """One of the other fields, of the kinds that fit."""

    def choices(self) -> list[tuple[str, Any]]:
        kinds = getattr(self.param, "kinds", ())
        return [(spec.key, spec.label.shown()) for spec in self.specs if spec.kind in kinds]


class FieldKeyControl(PickControl):
    """One of the fields of the same repeat group."""

    def choices(self) -> list[tuple[str, Any]]:
        return list(self.own)


class FlagControl(ParamControl):
    def fields(self, raw: Any) -> dict[str, forms.Field]:
        return {self.name: forms.BooleanField(initial=raw is True, **self._options())}

    def read(self, values: Mapping[str, Any]) -> Any:
        return True if values.get(self.name) else LEFT_OUT


class DayBoundControl(ParamControl):
    """No bound, the day of filling in, or a day."""

    def own_words(self) -> ParamWords:
        return DAY_BOUNDS.get(self.name, param_words(self.name))

    def fields(self, raw: Any) -> dict[str, forms.Field]:
        mode = "" if raw is LEFT_OUT else ("today" if raw == TODAY else "day")
        day = ""
        if mode == "day":
            try:
                day = show_day(date.fromisoformat(raw))
            except (TypeError, ValueError):
                day = str(raw)
        choices = [("", _("Không giới hạn")), ("today", _("Ngày điền tờ khai")), ("day", _("Một ngày nhất định"))]
        label = _("%(label)s: ngày nào") % {"label": self.words.label}
        return {
            self.name: forms.ChoiceField(choices=choices, initial=mode, **self._options()),
            f"{self.name}_day": forms.CharField(
                label=label,
                required=False,
                initial=day,
                help_text=_("Chỉ khi chọn một ngày nhất định. Gõ theo dạng 05/05/2026."),
                widget=forms.TextInput(attrs={"class": "input--short", "inputmode": "numeric", "autocomplete": "off"}),
            ),
        }

    def read(self, values: Mapping[str, Any]) -> Any:
        mode, typed = values.get(self.name), (values.get(f"{self.name}_day") or "").strip()
        if mode == "today":
            return TODAY
        if mode != "day" and not typed:
            return LEFT_OUT
        try:
            return read_day(typed).isoformat()
        except AnswerError as error:
            raise ValidationError({f"{self.name}_day": [error.sentence]}) from None


class WordsControl(ParamControl):
    """A short text in both languages."""

    def fields(self, raw: Any) -> dict[str, forms.Field]:
        vi, en = both_languages("" if raw is LEFT_OUT else raw)
        short = forms.TextInput(attrs={"class": "input--short", "autocomplete": "off"})
        return {
            self.name: forms.CharField(initial=vi, widget=short, **self._options()),
            f"{self.name}_en": forms.CharField(
                label=_("%(label)s, tiếng Anh") % {"label": self.words.label},
                required=False,
                initial=en,
                widget=forms.TextInput(attrs={"class": "input--short", "autocomplete": "off", "lang": "en"}),
            ),
        }

    def read(self, values: Mapping[str, Any]) -> Any:
        return two_languages(values.get(self.name), values.get(f"{self.name}_en")) or LEFT_OUT


class OptionsControl(ParamControl):
    """One option a line: `giá trị | nhãn | English`, or the label alone, which then names the value too."""

    def fields(self, raw: Any) -> dict[str, forms.Field]:
        return {
            self.name: forms.CharField(
                initial="" if raw is LEFT_OUT else "\n".join(option_line(option) for option in raw),
                widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "data-options": ""}),
                **self._options(
                    help_text=_(
                        "Mỗi dòng một lựa chọn: giá trị | nhãn | English. Chỉ ghi nhãn cũng được: giá trị được đặt theo "
                        "nhãn. Giá trị là điều được lưu, đừng đổi khi đã có người khai; nhãn và tiếng Anh thì sửa được."
                    )
                ),
            )
        }

    def read(self, values: Mapping[str, Any]) -> Any:
        options = read_options(values.get(self.name) or "")
        if not options:
            raise ValidationError(_("Ghi ít nhất một lựa chọn."))
        return options


class JsonControl(ParamControl):
    """What no other control knows, as JSON."""

    def fields(self, raw: Any) -> dict[str, forms.Field]:
        shown = "" if raw is LEFT_OUT else json.dumps(raw, ensure_ascii=False, indent=2)
        widget = forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "input--code"})
        hint = " ".join(str(part) for part in (self.words.help, _("Viết dưới dạng JSON.")) if part)
        return {self.name: forms.CharField(initial=shown, widget=widget, **self._options(help_text=hint))}

    def read(self, values: Mapping[str, Any]) -> Any:
        typed = (values.get(self.name) or "").strip()
        return read_json(typed) if typed else LEFT_OUT


CONTROLS: dict[str, type[ParamControl]] = {
    "WholeNumber": WholeNumberControl,
    "Number": NumberControl,
    "OneOf": OneOfControl,
    "Flag": FlagControl,
    "DayBound": DayBoundControl,
    "Words": WordsControl,
    "FieldReference": FieldReferenceControl,
    "FieldKey": FieldKeyControl,
    "Options": OptionsControl,
    "Several": SeveralControl,
    "AgencyCode": LineControl,
}
# Lists of fields are edited on the overview, like the fields of a section.
FIELD_LISTS = frozenset({"Fields"})


def controls_of(
    params: Mapping[str, Param], specs: Sequence[FieldSpec], *, own: Sequence[tuple[str, str]] = ()
) -> list[ParamControl]:
    """The controls of a kind's parameters. `specs`: the other fields, `own`: (key, label) of the fields of the group
    itself, for parameters that point at one."""
    return [
        _control_class(param)(name, param, specs, own)
        for name, param in params.items()
        if type(param).__name__ not in FIELD_LISTS
    ]


def _control_class(param: Param) -> type[ParamControl]:
    for known in type(param).__mro__:
        if known.__name__ in CONTROLS:
            return CONTROLS[known.__name__]
    return JsonControl


# --- texts ------------------------------------------------------------------------------------------------------------
def both_languages(raw: Any) -> tuple[str, str]:
    """Vietnamese and English of a text as it stands in a definition."""
    if isinstance(raw, dict):
        return str(raw.get("vi", "")), str(raw.get("en", ""))
    return ("" if raw is None else str(raw)), ""


def two_languages(vi: str | None, en: str | None) -> Any:
    """A text as it stands in a definition; "" for none."""
    vi, en = (vi or "").strip(), (en or "").strip()
    return {"vi": vi, "en": en} if en else vi


def option_line(option: Mapping[str, Any]) -> str:
    vi, en = both_languages(option.get("label"))
    return " | ".join([str(option.get("value", "")), vi, *([en] if en else [])])


def read_options(typed: str) -> list[dict[str, Any]]:
    """The options of a text area. Raises `ValidationError` that names the line."""
    options: list[dict[str, Any]] = []
    taken: set[str] = set()
    for number, line in enumerate(typed.splitlines(), start=1):
        parts = [part.strip() for part in line.split("|")]
        if not any(parts):
            continue
        if len(parts) > 3:
            raise ValidationError(_("Dòng %(number)s có quá nhiều dấu |.") % {"number": number})
        if len(parts) == 1:
            parts = [suggested_key(parts[0], taken=taken, otherwise="lua_chon"), *parts]
        value, vi, en = (*parts, "")[:3]
        if not vi:
            raise ValidationError(_("Dòng %(number)s thiếu nhãn.") % {"number": number})
        if not param_classes.OPTION_VALUE.fullmatch(value):
            raise ValidationError(
                _("Dòng %(number)s: giá trị chỉ gồm chữ không dấu, số, dấu gạch và chấm, dài nhất 40.")
                % {"number": number}
            )
        if value in taken:
            raise ValidationError(_("Dòng %(number)s: giá trị bị lặp.") % {"number": number})
        taken.add(value)
        options.append({"value": value, "label": two_languages(vi, en)})
    return options


def read_json(typed: str) -> Any:
    """JSON that was typed. Raises `ValidationError` that names line and column."""
    try:
        return json.loads(typed)
    except json.JSONDecodeError as error:
        raise ValidationError(
            _("JSON sai cú pháp ở dòng %(line)s, cột %(column)s.") % {"line": error.lineno, "column": error.colno}
        ) from None
    except (RecursionError, ValueError):
        raise ValidationError(_("JSON này lồng quá sâu hoặc có số quá dài.")) from None
