"""The Django form field of an answer. It validates nothing itself: `answers.clean` is the one place that judges."""

from typing import Any

from django import forms

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.texts import storable


class AnswerBoundField(forms.BoundField):
    """A field on its page; `branches` are the options with what is asked only when an option is chosen.

    `source_note` says where a value that the person did not type came from.
    """

    branches: list[Any]
    source_note: str

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        self.branches = []
        self.source_note = ""

    @property
    def aria_describedby(self) -> str | None:
        """As Django's, with the note on where the value came from."""
        described = super().aria_describedby
        if not self.source_note:
            return described
        return f"{described or ''} {self.auto_id}_source".strip()

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        """As Django's, without `required` on a conditional field: a browser must not insist on what does not apply."""
        built = super().build_widget_attrs(attrs, widget)
        if isinstance(self.field, AnswerField) and self.field.spec.visible_when is not None:
            built.pop("required", None)
        return built


class AnswerField(forms.Field):
    """Carries label, hint and widget of a `FieldSpec`; hands on what was typed, untouched."""

    def __init__(self, *, spec: FieldSpec, widget: forms.Widget, help_text: str) -> None:
        super().__init__(widget=widget, label=spec.label.shown(), help_text=help_text, required=spec.required)
        self.spec = spec
        # What the error summary calls it, where the label alone does not tell which of several it is.
        self.summary_label = ""
        # When it is required, where that depends on what is answered on the same page.
        self.required_note = ""

    def clean(self, value: Any) -> Any:
        return value

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What is written back into the page after an error: as typed, minus what no page can carry."""
        if isinstance(data, str):
            return storable(data)
        if isinstance(data, list):
            return [storable(item) if isinstance(item, str) else item for item in data]
        return data

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> AnswerBoundField:
        return AnswerBoundField(form, self, field_name)
