"""A question answered by yes or no."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError
from procedures.form_definitions.kinds.base import FieldKind, register
from procedures.form_definitions.params import Option
from procedures.form_definitions.texts import Text

_TYPED = {"yes": True, "no": False}


@register("yes_no")
class YesNoKind(FieldKind):
    """Stored: JSON boolean. On the page: two radio buttons, `yes` and `no`."""

    def normalise(self, spec: FieldSpec, raw: object) -> bool:
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and raw in _TYPED:
            return _TYPED[raw]
        raise AnswerError("not_yes_or_no", _("Chọn Có hoặc Không."))

    def listed_options(self, spec: FieldSpec) -> tuple[Option, ...]:
        return (Option("yes", Text(_("Có"))), Option("no", Text(_("Không"))))

    def required_sentence(self) -> str:
        return _("Chọn Có hoặc Không.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        return _("Có") if value else _("Không")

    def typed(self, spec: FieldSpec, value: Any) -> str:
        return "yes" if value else "no"

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return forms.RadioSelect(choices=[("yes", _("Có")), ("no", _("Không"))])

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        return {"type": "boolean"}
