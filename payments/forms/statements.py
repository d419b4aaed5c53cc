"""Bringing a statement."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.enums import StatementSource
from payments.gateways.statement_cells import MAX_BYTES
from payments.selectors.statements import sources_with_statement

_INVALID_DAY = _("Ngày này không có trên lịch, hoặc chưa đúng dạng ngày/tháng/năm, ví dụ 01/09/2026.")


def _day(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=False,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        widget=forms.DateInput(
            format="%d/%m/%Y", attrs={"class": "input--date", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages={"invalid": _INVALID_DAY},
    )


class StatementForm(forms.Form):
    """Whose list, the file, and its period where the file itself does not tell."""

    source = forms.ChoiceField(
        label=_("Sao kê của"),
        choices=[(source.value, source.label) for source in sources_with_statement()],
        widget=forms.RadioSelect,
        initial=StatementSource.BANK,
        error_messages={"required": _("Hãy chọn nguồn của sao kê."), "invalid_choice": _("Hãy chọn nguồn của sao kê.")},
    )
    file = forms.FileField(
        label=_("Tệp sao kê"),
        help_text=_("CSV hoặc XLSX như ngân hàng hay cổng thanh toán xuất ra, nhiều nhất 10 MB."),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        error_messages={"required": _("Hãy chọn tệp sao kê."), "invalid": _("Hãy chọn tệp sao kê.")},
    )
    first_day = _day(_("Kỳ sao kê từ ngày"), _("Để trống nếu lấy theo ngày của giao dịch đầu và cuối trong tệp."))
    last_day = _day(_("Đến hết ngày"), "")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("Tệp sao kê quá lớn: nhiều nhất 10 MB."))
        if file.size == 0:
            raise forms.ValidationError(_("Tệp này trống."))
        return file
