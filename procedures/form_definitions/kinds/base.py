"""What every field kind gives: parameters, Django field, JSON Schema, normaliser, formatter; and the registry."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError, DefinitionError
from procedures.form_definitions.expressions import Scope
from procedures.form_definitions.fields import AnswerField
from procedures.form_definitions.params import Option, Param
from procedures.form_definitions.texts import MAX_KEPT, is_storable
from procedures.form_definitions.values import ValueType

# Whole numbers beyond this lose digits in JavaScript and in spreadsheets.
LARGEST_WHOLE = 10**15 - 1
AUTOCOMPLETE = frozenset(
    ("name", "email", "tel", "bday", "sex", "street-address", "organization", "organization-title", "postal-code")
)

_registry: dict[str, "FieldKind"] = {}


class FieldKind(ABC):
    """One kind of question. Stateless: everything it needs comes with the `FieldSpec`.

    `has_answer` is false for headings and notes; `is_asked` is false where the answer is not typed but computed;
    `is_multiple` means the answer is a list; `fits_in_rows` says whether the kind may stand in a repeat group.
    """

    name: ClassVar[str]
    params: ClassVar[Mapping[str, Param]] = {}
    has_answer: ClassVar[bool] = True
    is_asked: ClassVar[bool] = True
    is_multiple: ClassVar[bool] = False
    fits_in_rows: ClassVar[bool] = True

    # --- definition -------------------------------------------------------------------------------------------------
    def check_params(self, params: Mapping[str, Any]) -> None:
        """Do the parameters agree with each other? Raises `DefinitionError`. By default: minimum below maximum."""
        for low, high in (("minimum", "maximum"), ("min_length", "max_length")):
            if low in params and high in params and params[low] > params[high]:
                raise DefinitionError(_("Tham số “%(low)s” lớn hơn “%(high)s”.") % {"low": low, "high": high})

    def check_spec(self, spec: FieldSpec) -> None:
        """Does the whole field make sense? Raises `DefinitionError`."""
        return

    def condition_value(self, spec: FieldSpec, raw: object) -> Any:
        """A value that a condition compares this field with, in stored form. Raises `AnswerError`."""
        return self.normalise(spec, raw)

    def listed_options(self, spec: FieldSpec) -> tuple[Option, ...]:
        """The options when each is shown as a radio button or check box of its own, else nothing."""
        return ()

    def value_type(self, spec: FieldSpec) -> ValueType:
        """What conditions and computed values can do with the answer; numbers and days have an order."""
        return ValueType.TEXT

    def columns(self, spec: FieldSpec) -> tuple[FieldSpec, ...]:
        """The fields of each row, when the answer is a list of rows."""
        return ()

    def inputs(self, spec: FieldSpec) -> frozenset[str]:
        """Keys of the fields from which the value is computed, when it is."""
        return frozenset()

    # --- answer -----------------------------------------------------------------------------------------------------
    def compute(self, spec: FieldSpec, scope: Scope) -> Any:
        """The stored value of a field that is not asked; None when it cannot be computed (yet). Never raises."""
        return None

    @abstractmethod
    def normalise(self, spec: FieldSpec, raw: object) -> Any:
        """From what was typed or sent, never blank, to the stored JSON value. A stored value comes out unchanged.

        Raises `AnswerError` with a sentence that says what to do.
        """

    def cross_check(self, spec: FieldSpec, value: Any, answers: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        """Does the answer agree with other answers? `labels` names fields for sentences. Raises `AnswerError`."""
        return

    def keepable(self, raw: object) -> object:
        """What of an unusable answer is worth keeping: what a person can have typed, not what only a program sends."""
        return None if isinstance(raw, Mapping) else raw

    def required_sentence(self) -> str:
        return _("Hãy điền mục này.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        """How a stored value reads for people, in the language of the moment."""
        return str(value)

    # --- page and schema --------------------------------------------------------------------------------------------
    def typed(self, spec: FieldSpec, value: Any) -> Any:
        """A stored value as a person would have typed it: what the form is filled with."""
        return str(value)

    def default_help(self, spec: FieldSpec) -> str:
        """The hint of a field whose definition gives none."""
        return ""

    @abstractmethod
    def widget(self, spec: FieldSpec) -> forms.Widget:
        """The HTML control with its attributes (inputmode, autocomplete, width class)."""

    def form_field(self, spec: FieldSpec) -> AnswerField:
        help_text = spec.help.shown() or self.default_help(spec)
        return AnswerField(spec=spec, widget=self.widget(spec), help_text=help_text)

    @abstractmethod
    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        """JSON Schema 2020-12 of the stored value."""


def register(name: str) -> Callable[[type[FieldKind]], type[FieldKind]]:
    """Make a kind known under its name in definitions."""

    def add(kind: type[FieldKind]) -> type[FieldKind]:
        if name in _registry:
            raise RuntimeError(f"field kind {name} is registered twice")
        kind.name = name
        _registry[name] = kind()
        return kind

    return add


def kind_of(spec: FieldSpec) -> FieldKind:
    return _registry[spec.kind]


def kind_named(name: str) -> FieldKind | None:
    return _registry.get(name)


def kind_names() -> tuple[str, ...]:
    return tuple(sorted(_registry))


# --- reading what was sent --------------------------------------------------------------------------------------------
def wrong_type(item: int | None = None) -> AnswerError:
    return AnswerError("wrong_type", _("Giá trị gửi lên không đúng kiểu của mục này."), item=item)


def read_string(raw: object, *, item: int | None = None) -> str:
    """The string that was typed or sent; anything else, or what cannot be stored, is refused."""
    if not isinstance(raw, str):
        raise wrong_type(item)
    # The replacement sign stands where a draft could not keep what was typed.
    if not is_storable(raw) or "\ufffd" in raw:
        raise AnswerError("characters", _("Có ký tự không đọc được. Hãy gõ lại mục này."), item=item)
    if len(raw) > MAX_KEPT:
        raise AnswerError("too_long", _("Nội dung quá dài."), item=item)
    return raw


def read_number(raw: object) -> str:
    """A JSON number, or its typed form, as text."""
    if isinstance(raw, bool):
        raise wrong_type()
    if isinstance(raw, int):
        # str() of a giant integer is refused by Python itself.
        return str(raw) if abs(raw) < 10**30 else "9" * 31
    if isinstance(raw, float):
        if not math.isfinite(raw):
            raise wrong_type()
        return repr(raw)
    return read_string(raw)


def text_input(*, css: str = "", **attributes: str | None) -> forms.TextInput:
    """A one-line control; attributes with None are left out, `_` in names stands for `-`."""
    attrs: dict[str, str] = {"class": css} if css else {}
    attrs |= {name.replace("_", "-"): value for name, value in attributes.items() if value is not None}
    input_type = attrs.pop("type", "text")
    widget = forms.TextInput(attrs=attrs)
    widget.input_type = input_type
    return widget
