"""Forms of what is done at the counter to a filed dossier."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.forms.desk import ActionForm, TextField


class WithdrawAtCounterForm(ActionForm):
    reason = TextField(
        label=_("Người nộp xin rút vì sao, bằng giấy tờ gì"),
        help_text=_("Ví dụ: đơn xin rút ngày 02/05/2026. Công dân đọc được dòng này."),
        error_messages={"required": _("Ghi người nộp xin rút bằng giấy tờ gì.")},
    )


class DigitiseForm(ActionForm):
    component = forms.TypedChoiceField(
        label=_("Bản quét của giấy tờ nào"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn giấy tờ."),
            "invalid_choice": _("Giấy tờ này đã có bản quét. Hãy chọn giấy tờ khác."),
        },
    )
    upload = forms.FileField(
        label=_("Tệp quét"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,image/*"}),
        error_messages={"required": _("Hãy chọn tệp quét.")},
    )

    def __init__(self, *args: Any, components: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["component"].choices = components  # type: ignore[attr-defined]
        if len(components) == 1:
            self.fields["component"].initial = components[0][0]
