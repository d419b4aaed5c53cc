"""Which register: an agency of the officer's, a period, a kind of file."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.days import DayField

_INVALID = _("Ngày này không có trên lịch, hoặc chưa đúng dạng ngày/tháng/năm, ví dụ 01/09/2026.")


def _day(label: Any, required: Any) -> DayField:
    return DayField(
        label=label,
        help_text=_("Ngày, tháng, năm, ví dụ 01/09/2026."),
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        widget=forms.DateInput(
            format="%d/%m/%Y", attrs={"class": "input--date", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={"required": required, "invalid": _INVALID},
    )


class RegisterForm(forms.Form):
    """Sent by GET: it changes nothing, and its address names only an agency and two days."""

    agency = forms.TypedChoiceField(
        label=_("Cơ quan"),
        coerce=int,
        error_messages={
            "required": _("Hãy chọn cơ quan."),
            "invalid_choice": _("Hãy chọn một cơ quan nơi bạn đang công tác."),
        },
    )
    first_day = _day(_("Tiếp nhận từ ngày"), _("Hãy ghi ngày đầu của kỳ."))
    last_day = _day(_("Đến hết ngày"), _("Hãy ghi ngày cuối của kỳ."))

    def __init__(self, *args: Any, agencies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = list(agencies)  # type: ignore[attr-defined]


class PeriodForm(forms.Form):
    """Two days, sent by GET."""

    first_day = _day(_("Từ ngày"), _("Hãy ghi ngày đầu của kỳ."))
    last_day = _day(_("Đến hết ngày"), _("Hãy ghi ngày cuối của kỳ."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Ngày cuối phải từ ngày đầu trở đi."))
        return values
