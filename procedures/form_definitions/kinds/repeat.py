"""A group of fields that is answered as often as needed: children, parcels, members of a household."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from procedures.form_definitions.definition import FieldSpec
from procedures.form_definitions.errors import DefinitionError
from procedures.form_definitions.kinds.base import FieldKind, kind_of, register, wrong_type
from procedures.form_definitions.params import FieldKey, Fields, WholeNumber, Words
from procedures.form_definitions.texts import Text

MAX_ROWS = 50
DEFAULT_ROWS = 10
# Django refuses a post of more than 1,000 controls; the rest of the section needs some too.
MAX_CELLS = 600


@register("repeat")
class RepeatKind(FieldKind):
    """Stored: list of objects, a row each, from field key to stored value; blank rows are dropped.

    `fields`: what a row asks. `at_most`: rows (default 10). `at_least` of 1 or more refuses fewer rows, so the group is
    required then. `item_label`: what one row is called ("Con", numbered on the page). `unique_by`: the field in which no
    two rows may agree. The rows are judged by `judge`, field by field, like a declaration of their own.
    """

    is_multiple = True
    fits_in_rows = False
    params = {
        "fields": Fields(),
        "item_label": Words(is_required=True),
        "at_least": WholeNumber(0, MAX_ROWS),
        "at_most": WholeNumber(1, MAX_ROWS),
        "unique_by": FieldKey(),
    }

    def check_params(self, params: Mapping[str, Any]) -> None:
        asked = [spec for spec in params["fields"] if kind_of(spec).has_answer and kind_of(spec).is_asked]
        if not asked:
            raise DefinitionError(_("Nhóm nhiều dòng cần ít nhất một trường để điền."))
        at_most = params.get("at_most", DEFAULT_ROWS)
        if params.get("at_least", 0) > at_most:
            raise DefinitionError(_("Tham số “%(low)s” lớn hơn “%(high)s”.") % {"low": "at_least", "high": "at_most"})
        if at_most * len(asked) > MAX_CELLS:
            raise DefinitionError(
                _("Nhóm có quá nhiều ô: số dòng nhân số trường không quá %(limit)s.") % {"limit": MAX_CELLS}
            )
        if "unique_by" in params and not any(spec.key == params["unique_by"] for spec in asked):
            raise DefinitionError(_("Tham số “unique_by” phải là khóa của một trường trong nhóm."))

    def check_spec(self, spec: FieldSpec) -> None:
        if spec.required_when is not None and spec.params.get("at_least"):
            raise DefinitionError(_("“at_least” từ 1 trở lên đã bắt buộc rồi, không dùng cùng “required_when”."))

    def columns(self, spec: FieldSpec) -> tuple[FieldSpec, ...]:
        fields: tuple[FieldSpec, ...] = spec.params["fields"]
        return fields

    def fewest(self, spec: FieldSpec) -> int:
        """Rows without which the group is not complete."""
        return max(int(spec.required), int(spec.params.get("at_least", 0)))

    def most(self, spec: FieldSpec) -> int:
        return int(spec.params.get("at_most", DEFAULT_ROWS))

    def item_name(self, spec: FieldSpec, position: int) -> str:
        """What a row is called, `position` from 0: `Con 3`."""
        label: Text = spec.params["item_label"]
        return f"{label.shown()} {position + 1}"

    def normalise(self, spec: FieldSpec, raw: object) -> Any:
        """Rows are judged one by one, with what stands before the group; see `judge.Judge`."""
        raise wrong_type()

    def required_sentence(self) -> str:
        return _("Hãy thêm ít nhất một dòng vào mục này.")

    def format(self, spec: FieldSpec, value: Any) -> str:
        """One line a row: `Con 1: Họ tên: Nguyễn An; Ngày sinh: 05/05/2020`."""
        lines = []
        for position, row in enumerate(value):
            cells = [
                f"{cell.label.shown()}: {kind_of(cell).format(cell, row[cell.key])}"
                for cell in self.columns(spec)
                if row.get(cell.key) is not None
            ]
            lines.append(f"{self.item_name(spec, position)}: {'; '.join(cells)}")
        return "\n".join(lines)

    def typed(self, spec: FieldSpec, value: Any) -> list[dict[str, Any]]:
        """Each row as a person would have typed it; computed cells are not typed."""
        return [
            {
                cell.key: kind_of(cell).typed(cell, row[cell.key])
                for cell in self.columns(spec)
                if row.get(cell.key) is not None and kind_of(cell).is_asked
            }
            for row in value
        ]

    def widget(self, spec: FieldSpec) -> forms.Widget:
        """Carries the number of rows on the page; the rows' own fields stand beside it."""
        return forms.HiddenInput()

    def json_schema(self, spec: FieldSpec) -> dict[str, Any]:
        # The schema of a field is written by `schema`, which knows labels and conditions.
        from procedures.form_definitions.schema import object_schema

        schema = {"type": "array", "items": object_schema(self.columns(spec)), "maxItems": self.most(spec)}
        return schema | ({"minItems": self.fewest(spec)} if self.fewest(spec) else {})
