"""Fee rules written line by line, without JSON; and the categories of persons who pay less."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from procedures.models import FeeRule, ReliefCategory
from procedures.selectors import relief_names
from procedures.tariffs import (
    parse_reductions,
    parse_reliefs,
    parse_steps,
    write_reductions,
    write_reliefs,
    write_steps,
)


class LinesField(forms.CharField):
    """A list of rows as lines of text. What cannot be written so is shown as it stands, and refused as typed."""

    def __init__(self, *, parse: Callable[[str], Any], write: Callable[[Any], str], **kwargs: Any) -> None:
        self.parse, self.write = parse, write
        super().__init__(
            required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 3, "cols": 80}), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        try:
            return self.write(value)
        except (AttributeError, KeyError, TypeError, ValueError):
            return str(value)

    def clean(self, value: Any) -> Any:
        try:
            return self.parse(super().clean(value))
        except ValueError as problem:
            raise forms.ValidationError(str(problem), code="lines") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or []) != self.parse(data or ""))
        except ValueError:
            return True


class FeeRuleForm(forms.ModelForm):
    steps = LinesField(
        label=_("Bậc thang"),
        parse=parse_steps,
        write=write_steps,
        help_text=_("Mỗi dòng một bậc, ví dụ: từ 3: 1.000 (từ đơn vị thứ 3, mỗi đơn vị 1.000 đ)."),
    )
    reductions = LinesField(
        label=_("Giảm theo cách nộp, theo thời gian"),
        parse=parse_reductions,
        write=write_reductions,
        help_text=_(
            "Mỗi dòng một mức, ví dụ: giảm 50%; trực tuyến; từ 01/07/2025 đến 31/12/2026; theo Thông tư 63/2023/TT-BTC. "
            "Hoặc: còn 70.000; trực tuyến."
        ),
    )
    reliefs = LinesField(
        label=_("Miễn, giảm theo đối tượng"),
        # Until the form knows the categories.
        parse=lambda text: parse_reliefs(text, {}),
        write=lambda rows: write_reliefs(rows, {}),
        help_text=_("Mỗi dòng một đối tượng, ví dụ: Trẻ em: miễn; theo Luật 97/2015/QH13. Hoặc: Trẻ em: giảm 50%."),
    )

    class Meta:
        model = FeeRule
        fields = ["steps", "reductions", "reliefs"]

    def __init__(self, *args: Any, names: Callable[[], Mapping[str, str]] = relief_names, **kwargs: Any) -> None:
        """`names`: of the categories, by key; asked only when a line has to be read or written."""
        super().__init__(*args, **kwargs)
        field = self.fields.get("reliefs")
        if isinstance(field, LinesField):
            field.parse = lambda text: parse_reliefs(text, names()) if text.strip() else []
            field.write = lambda rows: write_reliefs(rows, names()) if rows else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = ("amount", "unit", "steps", "minimum_amount", "maximum_amount", "reductions", "reliefs")
        if not self.errors and cleaned.get("amount") is not None:
            rule = FeeRule(**{name: cleaned.get(name) for name in names if cleaned.get(name) is not None})
            for fault in rule.tariff_faults():
                text = _("Dòng %(row)d: %(sentence)s") % {"row": fault.row, "sentence": fault.sentence}
                self.add_error(fault.part, text if fault.row else str(fault.sentence))
        return cleaned


class FeeRuleFormSet(forms.BaseInlineFormSet):
    """Reads the categories once for all rows."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "names": self._names}

    def _names(self) -> Mapping[str, str]:
        if not hasattr(self, "_kept_names"):
            self._kept_names = relief_names()
        return self._kept_names


@admin.register(ReliefCategory)
class ReliefCategoryAdmin(admin.ModelAdmin):
    """Switched off, never deleted: fee rules and claims speak of them."""

    list_display = ["name", "key", "is_active", "order"]
    fields = ["name", "key", "proof", "legal_basis", ("is_active", "order")]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["key"] if obj is not None else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
