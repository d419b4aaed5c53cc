"""The forms of the form editor: a section, and a field with the controls that its kind asks for."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from procedures.admin.form_editor.conditions import ConditionBuilder
from procedures.admin.form_editor.param_controls import (
    FIELD_LISTS,
    LEFT_OUT,
    ParamControl,
    both_languages,
    controls_of,
    two_languages,
)
from procedures.form_definitions import DefinitionError, FieldSpec, FormDefinition
from procedures.form_definitions.kinds.base import FieldKind
from procedures.form_definitions.params import KEY
from procedures.form_definitions.texts import MAX_HELP, MAX_LABEL
from procedures.services.form_editing import Place
from procedures.services.form_keys import suggested_key


class TextsForm(forms.Form):
    """What a person reads, in both languages, and the key under which answers are kept."""

    label_vi = forms.CharField(max_length=MAX_LABEL, widget=forms.TextInput(attrs={"data-key-source": ""}))
    label_en = forms.CharField(max_length=MAX_LABEL, required=False, widget=forms.TextInput(attrs={"lang": "en"}))
    help_vi = forms.CharField(max_length=MAX_HELP, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    help_en = forms.CharField(
        max_length=MAX_HELP, required=False, widget=forms.Textarea(attrs={"rows": 2, "lang": "en"})
    )
    key = forms.CharField(required=False, max_length=40, widget=forms.TextInput(attrs={"data-key-target": ""}))

    def __init__(
        self, *, values: Mapping[str, Any], taken: Iterable[str], key_is_fixed: bool, data: Mapping[str, Any] | None
    ) -> None:
        super().__init__(data, initial=_texts_of(values))
        self.stored = values
        self.taken = frozenset(taken) - {values.get("key")}
        self.key_is_fixed = key_is_fixed
        for name, label in _labels().items():
            self.fields[name].label = label
        self.fields["label_en"].help_text = _("Để trống thì trang tiếng Anh hiện chữ tiếng Việt.")
        if key_is_fixed:
            self.fields["key"].disabled = True
            self.fields["key"].help_text = _("Đã có người khai dưới khóa này nên khóa không đổi được nữa.")
        else:
            self.fields["key"].help_text = _("Để trống thì đặt theo nhãn. Chữ thường không dấu, số và dấu _.")

    def clean_key(self) -> str:
        if self.key_is_fixed:
            return str(self.stored.get("key", ""))
        key = str(self.cleaned_data.get("key") or "").strip()
        if not key:
            return suggested_key(str(self.cleaned_data.get("label_vi", "")), taken=self.taken)
        if not KEY.fullmatch(key):
            raise ValidationError(
                _("Khóa bắt đầu bằng chữ thường không dấu, chỉ gồm chữ thường, số và dấu _, dài nhất 40.")
            )
        if key in self.taken:
            raise ValidationError(_("Khóa này đã dùng cho một phần hoặc trường khác."))
        return key

    def texts(self) -> dict[str, Any]:
        """Key, label and help as they stand in a definition."""
        values = self.cleaned_data
        texts = {"key": values["key"], "label": two_languages(values["label_vi"], values["label_en"])}
        hint = two_languages(values["help_vi"], values["help_en"])
        return texts | ({"help": hint} if hint else {})

    def take_fault(self, error: DefinitionError, *, own_key: str) -> None:
        """What the engine refused, beside this form's fields; a fault elsewhere is told with its place."""
        if error.field == own_key or (not error.field and error.section == own_key):
            self.add_error(None, error.fault)
        else:
            self.add_error(None, str(error.sentence))


class SectionFormOfEditor(TextsForm):
    """A section's own texts; its fields are edited one by one."""

    def section(self) -> dict[str, Any]:
        return self.texts()


class FieldForm(TextsForm):
    """A field of one kind, with the parameters of that kind and the conditions under which it is asked or required."""

    required = forms.BooleanField(required=False)
    after = forms.ChoiceField(required=False)

    def __init__(
        self,
        *,
        kind: FieldKind,
        place: Place,
        definition: FormDefinition,
        values: Mapping[str, Any],
        taken: Iterable[str],
        key_is_fixed: bool,
        positions: Sequence[tuple[str, Any]],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(values=values, taken=taken, key_is_fixed=key_is_fixed, data=data)
        self.kind = kind
        self.place = place
        self.definition = definition
        self._prepare_own_fields(values, positions)
        self.param_controls = self._add_params(values)
        self.conditions = self._add_conditions(values)
        self._params: dict[str, Any] = {}
        self._conditions: dict[str, Any] = {}

    @property
    def is_asked(self) -> bool:
        """Headings ask nothing, and what is computed is asked of nobody."""
        return self.kind.has_answer and getattr(self.kind, "is_asked", True)

    def _prepare_own_fields(self, values: Mapping[str, Any], positions: Sequence[tuple[str, Any]]) -> None:
        self.fields["required"].label = _("Bắt buộc trả lời")
        self.initial["required"] = values.get("required") is True
        after = self.fields["after"]
        assert isinstance(after, forms.ChoiceField)
        after.choices = list(positions)
        after.label = _("Vị trí")
        if not self.is_asked:
            del self.fields["required"]
        if len(positions) < 2:
            del self.fields["after"]

    def _add_params(self, values: Mapping[str, Any]) -> list[ParamControl]:
        given = values.get("params", {})
        others = [spec for spec in self._specs_in_reach() if spec.key != values.get("key")]
        own = [(str(one.get("key", "")), both_languages(one.get("label"))[0]) for one in given.get("fields", [])]
        controls = controls_of(self.kind.params, others, own=own)
        for control in controls:
            for name, field in control.fields(given.get(control.name, LEFT_OUT)).items():
                self.fields[f"param-{name}"] = field
        return controls

    def _specs_in_reach(self) -> list[FieldSpec]:
        """Fields that a parameter may point at: those of the declaration, and of the own repeat group."""
        outer = list(self.definition.fields())
        return [*outer, *self._group_specs(outer)]

    def _group_specs(self, outer: Iterable[FieldSpec]) -> list[FieldSpec]:
        group = next((spec for spec in outer if self.place.group and spec.key == self.place.group), None)
        return list(group.params.get("fields", ())) if group is not None else []

    def _earlier_specs(self, values: Mapping[str, Any]) -> list[FieldSpec]:
        """Questions answered before this one: conditions may look at those only."""
        outer = list(self.definition.fields())
        stop = self.place.group or str(values.get("key") or "")
        own = [spec.key for spec in outer]
        if stop in own:
            outer = outer[: own.index(stop)]
        elif not self.place.group:
            outer = self._up_to_end_of_section()
        inner = self._group_specs(self.definition.fields())
        keys = [spec.key for spec in inner]
        if values.get("key") in keys:
            inner = inner[: keys.index(values["key"])]
        return [*outer, *inner]

    def _up_to_end_of_section(self) -> list[FieldSpec]:
        earlier: list[FieldSpec] = []
        for section in self.definition.sections:
            earlier += section.fields
            if section.key == self.place.section:
                break
        return earlier

    def _add_conditions(self, values: Mapping[str, Any]) -> dict[str, ConditionBuilder]:
        wanted = {"visible_when": (_("Khi nào hỏi"), _("Luôn hỏi"))}
        if "required_when" in FieldSpec.__dataclass_fields__ and self.is_asked:
            wanted["required_when"] = (_("Bắt buộc khi nào"), _("Theo ô “Bắt buộc trả lời”"))
        builders = {}
        for name, (legend, always) in wanted.items():
            builder = ConditionBuilder(
                prefix=name,
                legend=legend,
                always=always,
                specs=self._earlier_specs(values),
                raw=values.get(name),
                data=self.data if self.is_bound else None,
            )
            self.fields.update(builder.fields())
            builders[name] = builder
        return builders

    # --- reading ------------------------------------------------------------------------------------------------------
    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        of_params = {name.removeprefix("param-"): value for name, value in values.items() if name.startswith("param-")}
        for control in self.param_controls:
            try:
                value = control.read(of_params)
            except ValidationError as error:
                self._add_param_fault(control, error)
                continue
            if value is not LEFT_OUT:
                self._params[control.name] = value
        for name, builder in self.conditions.items():
            try:
                condition = builder.read(values)
            except ValidationError as error:
                self.add_error(None, error)
                continue
            if condition is not None:
                self._conditions[name] = condition
        return values

    def _add_param_fault(self, control: ParamControl, error: ValidationError) -> None:
        faults = error.message_dict if hasattr(error, "error_dict") else {control.name: error.messages}
        for name, messages in faults.items():
            self.add_error(f"param-{name}", messages)

    def field_values(self) -> dict[str, Any]:
        """The field as it stands in a definition. Lists of fields of a repeat group are kept as they are stored."""
        texts = self.texts()
        values: dict[str, Any] = {"key": texts.pop("key"), "kind": self.kind.name, **texts}
        if self.cleaned_data.get("required"):
            values["required"] = True
        given = self.stored.get("params", {})
        kept = {
            name: given[name]
            for name, param in self.kind.params.items()
            if type(param).__name__ in FIELD_LISTS and name in given
        }
        params = {**self._params, **kept}
        if params:
            values["params"] = params
        return values | self._conditions

    def take_fault(self, error: DefinitionError, *, own_key: str) -> None:
        """A fault that names a parameter stands beside its control."""
        for name in self.kind.params:
            if error.field == own_key and f"“{name}”" in error.fault and f"param-{name}" in self.fields:
                self.add_error(f"param-{name}", error.fault)
                return
        super().take_fault(error, own_key=own_key)

    # --- the page -----------------------------------------------------------------------------------------------------
    def texts_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("label_vi", "help_vi", "label_en", "help_en")]

    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("required", "after", "key") if name in self.fields]

    def param_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("param-")]

    def condition_parts(self) -> list[dict[str, Any]]:
        return [builder.part(self) for builder in self.conditions.values()]


def _labels() -> dict[str, str]:
    return {
        "label_vi": _("Nhãn"),
        "label_en": _("Nhãn tiếng Anh"),
        "help_vi": _("Hướng dẫn"),
        "help_en": _("Hướng dẫn tiếng Anh"),
        "key": _("Khóa"),
    }


def _texts_of(values: Mapping[str, Any]) -> dict[str, str]:
    label_vi, label_en = both_languages(values.get("label"))
    help_vi, help_en = both_languages(values.get("help"))
    return {
        "label_vi": label_vi,
        "label_en": label_en,
        "help_vi": help_vi,
        "help_en": help_en,
        "key": str(values.get("key", "")),
    }
