"""Forms of a paper's owner."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.vault.enums import Standing
from portal.vault.forms.refusable import Refusable
from portal.vault.selectors import SOON

# Not blank: a choice that is made is not left out.
LINK = "link"


class ListForm(forms.Form):
    """Filters of the list, which may stand in an address."""

    hieu_luc = forms.ChoiceField(
        label=_("Hiệu lực"),
        required=False,
        choices=[
            ("", _("Tất cả")),
            (Standing.VALID.value, Standing.VALID.label),
            (SOON, _("Sắp hết hiệu lực")),
            *[(one.value, one.label) for one in Standing if one != Standing.VALID],
        ],
    )
    loai = forms.TypedChoiceField(label=_("Loại giấy tờ"), required=False, coerce=int, empty_value=None)
    co_quan = forms.TypedChoiceField(label=_("Cơ quan cấp"), required=False, coerce=int, empty_value=None)

    def __init__(
        self, *args: Any, kinds: list[tuple[int, str]], agencies: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("loai", kinds), ("co_quan", agencies)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Tất cả")), *choices]
            if len(choices) < 2:
                del self.fields[name]


class ShareForm(Refusable):
    """With whom, for how long, how often, under which pass phrase."""

    subject = forms.ChoiceField(
        label=_("Chia sẻ với ai?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn chia sẻ với ai."),
            "invalid_choice": _("Hồ sơ này không còn được xử lý. Hãy chọn lại."),
        },
    )
    hours = forms.TypedChoiceField(
        label=_("Trong bao lâu?"),
        choices=[
            (1, _("1 giờ")),
            (24, _("1 ngày")),
            (72, _("3 ngày")),
            (168, _("7 ngày")),
            (720, _("30 ngày")),
        ],
        coerce=int,
        initial=24,
        error_messages={"required": _("Chọn thời gian chia sẻ."), "invalid_choice": _("Chọn thời gian chia sẻ.")},
    )
    openings = forms.IntegerField(
        label=_("Mở được mấy lần?"),
        help_text=_("Từ 1 đến 100. Để trống thì mở bao nhiêu lần cũng được trong thời gian trên."),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "input--short", "inputmode": "numeric"}),
        error_messages={
            "invalid": _("Ghi một số từ 1 đến 100."),
            "min_value": _("Ghi một số từ 1 đến 100."),
            "max_value": _("Ghi một số từ 1 đến 100."),
        },
    )
    pass_phrase = forms.CharField(
        label=_("Mật khẩu chia sẻ"),
        help_text=_("Từ 6 ký tự. Nói cho người nhận bằng cách khác, đừng gửi cùng đường dẫn."),
        required=False,
        max_length=64,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    label = forms.CharField(
        label=_("Ghi chú cho bạn"),
        help_text=_("Chia sẻ cho ai, để làm gì. Chỉ mình bạn thấy."),
        required=False,
        max_length=80,
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["subject"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (LINK, _("Ai có đường dẫn")),
            *[(subject, _("Cán bộ xử lý hồ sơ %(label)s") % {"label": label}) for subject, label in places],
        ]
        field.initial = LINK
        if not places:
            del self.fields["subject"]
