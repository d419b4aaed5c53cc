"""What an administrator fills in to move a revision on. The services judge; a form reads."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core import days
from procedures import selectors

_SEPARATORS = re.compile(r"[\s,;]+")
_REASON = forms.Textarea(attrs={"rows": 3, "cols": 60})


class DayField(days.DayField):
    """A day as it is typed, dd/mm/yyyy."""

    widget = forms.DateInput(attrs={"placeholder": "dd/mm/yyyy", "autocomplete": "off"})


class StepForm(forms.Form):
    """One step of the workflow. Prefixed by its name: several stand on one page."""

    @property
    def arguments(self) -> dict[str, Any]:
        """What the service is called with."""
        return dict(self.cleaned_data)

    def show(self, fields: dict[str, Any]) -> None:
        """Put a service's complaints beside their fields."""
        for name, sentence in fields.items():
            self.add_error(name if name in self.fields else None, str(sentence))


class SubmitForm(StepForm):
    note = forms.CharField(
        label=_("Lời nhắn cho người duyệt"), required=False, max_length=2000, widget=_REASON, strip=True
    )


class PublishForm(StepForm):
    effective_from = DayField(
        label=_("Có hiệu lực từ"),
        required=False,
        help_text=_("Để trống: từ hôm nay. Một ngày tới: phiên bản chờ đến 0 giờ ngày đó rồi tự có hiệu lực."),
    )
    decision_number = forms.CharField(label=_("Số quyết định công bố"), required=False, max_length=80)
    note = forms.CharField(label=_("Ghi chú vào nhật ký"), required=False, max_length=2000, widget=_REASON)
    accepts_warnings = forms.BooleanField(label=_("Tôi đã xem các lưu ý và vẫn công bố"), required=False)


class ReasonForm(StepForm):
    reason = forms.CharField(label=_("Lý do"), max_length=2000, widget=_REASON)


class AbolishForm(StepForm):
    abolished_from = DayField(
        label=_("Bãi bỏ từ ngày"), required=False, help_text=_("Để trống: từ hôm nay. Ngày này không còn nhận hồ sơ.")
    )
    decision_number = forms.CharField(label=_("Số quyết định bãi bỏ"), max_length=80)
    reason = forms.CharField(label=_("Lý do, người dân sẽ đọc được"), max_length=2000, widget=_REASON)
    successors = forms.CharField(
        label=_("Mã thủ tục thay thế"),
        required=False,
        max_length=400,
        help_text=_("Nhiều mã thì cách nhau bằng dấu phẩy; để trống nếu không có."),
    )

    def clean_successors(self) -> list[int]:
        """Primary keys of the procedures whose codes were typed, old codes included."""
        codes = [code for code in _SEPARATORS.split(self.cleaned_data["successors"]) if code]
        found = {code: selectors.resolve_code(code) for code in codes}
        unknown = [code for code, resolved in found.items() if resolved is None]
        if unknown:
            raise ValidationError(
                _("Không có thủ tục nào mang mã: %(codes)s."), code="unknown", params={"codes": ", ".join(unknown)}
            )
        return list(dict.fromkeys(resolved.procedure.pk for resolved in found.values() if resolved is not None))

    @property
    def arguments(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        values["successor_ids"] = values.pop("successors")
        return values
