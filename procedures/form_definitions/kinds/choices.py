"""Any number of several options, as check boxes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import AnswerError, DefinitionError
from procedures.form_definitions.kinds.base import FieldKind, read_string, register, wrong_type
from procedures.form_definitions.kinds.choice import option_label
from procedures.form_definitions.params import MAX_OPTIONS, Option, Options, WholeNumber


@register("choices")
class ChoicesKind(FieldKind):
    """Stored: list of option values, each once, in the order of the options."""

    is_multiple = True
    params = {"options": Options(), "at_most": WholeNumber(1, MAX_OPTIONS)}

    def check_params(self, params: Mapping[str, Any]) -> None:
        if params.get("at_most", 1) > len(params["options"]):
            raise DefinitionError(_("Tham số “at_most” lớn hơn số lựa chọn."))

    def normalise(self, spec: FieldSpec, raw: object) -> list[str]:
        if not isinstance(raw, (list, tuple)):
            raise wrong_type()
        if len(raw) > 2 * MAX_OPTIONS:
            raise AnswerError("too_many", _("Chọn quá nhiều mục."))
        known = [option.value for option in spec.params["options"]]
        picked = set()
        for position, item in enumerate(raw):
            value = read_string(item, item=position).strip()
            if value not in known:
                raise AnswerError("not_an_option", _("Chỉ chọn các mục có trong danh sách."), item=position)
            picked.add(value)
        at_most = spec.params.get("at_most")
        if at_most is not None and len(picked) > at_most:
            raise AnswerError("too_many", _("Chọn nhiều nhất %(limit)s mục.") % {"limit": at_most})
        return [value for value in known if value in picked]

    def condition_value(self, spec: FieldSpec, raw: object) -> str:
        """A condition asks about one option."""
        return self.normalise(spec, [raw])[0]

    def listed_options(self, spec: FieldSpec) -> tuple[Option, ...]:
        options: tuple[Option, ...] = spec.params["options"]
        return options

    def required_sentence(self) -> str:
        return _("Chọn ít nhất một mục.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        return "; ".join(option_label(spec.params["options"], item) for item in value)

    def typed(self, spec: FieldSpec, value: Any) -> list[str]:
        return list(value)

    def widget(self, spec: FieldSpec) -> forms.Widget:
        return forms.CheckboxSelectMultiple(
            choices=[(option.value, option.label.shown()) for option in spec.params["options"]]
        )

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        values = [option.value for option in spec.params["options"]]
        schema = {"type": "array", "items": {"type": "string", "enum": values}, "uniqueItems": True, "minItems": 1}
        return schema | ({"maxItems": spec.params["at_most"]} if "at_most" in spec.params else {})
