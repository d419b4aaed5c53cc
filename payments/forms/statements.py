"""Bringing a statement."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.enums import StatementSource
from payments.forms.fields import day_field
from payments.gateways.statement_cells import MAX_BYTES
from payments.models import ReceivingAccount
from payments.selectors.statements import sources_with_statement


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
    account = forms.TypedChoiceField(
        label=_("Tài khoản"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Hãy chọn một tài khoản trong danh sách.")},
    )
    first_day = day_field(
        _("Kỳ sao kê từ ngày"), help_text=_("Để trống nếu lấy theo ngày của giao dịch đầu và cuối trong tệp.")
    )
    last_day = day_field(_("Đến hết ngày"))

    def __init__(self, *args: Any, accounts: Sequence[ReceivingAccount], **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        field = self.fields["account"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Tài khoản chung của cổng")), *((one.pk, f"{one.agency}: {one}") for one in accounts)]
        if not accounts:
            del self.fields["account"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("Tệp sao kê quá lớn: nhiều nhất 10 MB."))
        if file.size == 0:
            raise forms.ValidationError(_("Tệp này trống."))
        return file
