"""A heading between questions. Asks nothing."""

from typing import Any, NoReturn

from django import forms

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.kinds.base import FieldKind, register, wrong_type


class SilentKind(FieldKind):
    """What is shown and never answered."""

    has_answer = False

    def normalise(self, spec: FieldSpec, raw: object) -> NoReturn:
        raise wrong_type()

    def widget(self, spec: FieldSpec) -> forms.Widget:
        raise TypeError(f"{self.name} has no control")

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"not": {}}


@register("heading")
class HeadingKind(SilentKind):
    """`label` is the heading, `help` a paragraph under it."""
