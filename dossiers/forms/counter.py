"""Forms of counter intake. Shape only; who may be registered and what can be filed is the services' business."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.forms.citizen import FiledForForm
from dossiers.forms.counter_money import CounterSumForm
from dossiers.services import IntakeFacts
from portal.accounts.enums import Sex
from portal.core.days import DayField
from portal.core.errors import InvalidInput

_DAY = "%d/%m/%Y"
_DAY_INPUTS = [_DAY, "%d-%m-%Y", "%d.%m.%Y"]
_DAY_WRONG = {"invalid": _("Ngày này không có trên lịch, hoặc chưa đúng dạng ngày/tháng/năm, ví dụ 12/09/1996.")}


def _day_widget() -> forms.DateInput:
    attrs = {"class": "input--date", "inputmode": "numeric", "autocomplete": "off"}
    return forms.DateInput(format=_DAY, attrs=attrs)


class _Refusable(forms.Form):
    """Shows what a service refused beside the field it is about."""

    def take(self, error: InvalidInput) -> None:
        for name, sentence in error.fields.items():
            self.add_error(name if name in self.fields else None, str(sentence))
        if not error.fields:
            self.add_error(None, str(error.sentence))


class FindForm(_Refusable):
    """One box for all: a scanner types into it, or an officer does. A card is longer than anything typed."""

    who = forms.CharField(
        label=_("Quét thẻ căn cước, hoặc gõ số định danh, điện thoại, thư điện tử"),
        help_text=_("Để con trỏ trong ô này rồi quét mã QR ở mặt trước thẻ."),
        max_length=2000,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": _("Hãy quét thẻ, hoặc gõ số định danh, điện thoại hay thư điện tử.")},
    )


class RegisterForm(_Refusable):
    """A person nobody knows yet: from the scan, or typed from the paper in hand."""

    full_name = forms.CharField(label=_("Họ và tên"), max_length=120, error_messages={"required": _("Nhập họ và tên.")})
    personal_id_number = forms.CharField(
        label=_("Số định danh cá nhân"),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "input--id", "inputmode": "numeric"}),
        error_messages={"required": _("Nhập số định danh.")},
    )
    date_of_birth = forms.DateField(
        label=_("Ngày sinh"),
        required=False,
        input_formats=_DAY_INPUTS,
        widget=_day_widget(),
        error_messages=_DAY_WRONG,
    )
    sex = forms.ChoiceField(label=_("Giới tính"), required=False, choices=Sex.choices, widget=forms.RadioSelect)
    address = forms.CharField(label=_("Địa chỉ"), required=False, max_length=255)
    phone = forms.CharField(
        label=_("Số điện thoại"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "class": "input--id", "inputmode": "tel"}),
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        help_text=_("Để trống nếu không có. Có địa chỉ thì nhận được tin và tự mở tài khoản được."),
        required=False,
        max_length=254,
        error_messages={"invalid": _("Địa chỉ này thiếu phần tên hoặc phần sau @.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"auto_id": "nguoi-%s", "use_required_attribute": False}
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # The officer's own browser must not offer another person's data.
            field.widget.attrs["autocomplete"] = "off"


class GiveEmailForm(_Refusable):
    email = forms.EmailField(
        label=_("Ghi thư điện tử cho người này"),
        help_text=_("Họ mở tài khoản bằng “Quên mật khẩu” với địa chỉ này và số định danh của mình."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Nhập địa chỉ thư điện tử."),
            "invalid": _("Địa chỉ này thiếu phần tên hoặc phần sau @."),
        },
    )


class IntakeForm(_Refusable):
    """How the papers came and who brought them. Prefixed: a declaration may have questions of the same names."""

    postal_number = forms.CharField(
        label=_("Số bưu gửi"), help_text=_("In trên phong bì, ví dụ EB123456789VN."), required=False, max_length=40
    )
    arrived_on = DayField(
        label=_("Bưu điện giao ngày"),
        help_text=_("Thời hạn tính từ ngày này."),
        required=False,
        input_formats=_DAY_INPUTS,
        widget=_day_widget(),
        error_messages=_DAY_WRONG,
    )
    sender_address = forms.CharField(
        label=_("Địa chỉ người gửi"), help_text=_("Ghi như trên phong bì."), required=False, max_length=255
    )
    representative_name = forms.CharField(label=_("Họ và tên người nộp thay"), required=False, max_length=120)
    representative_id_number = forms.CharField(
        label=_("Số định danh người nộp thay"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "input--id", "inputmode": "numeric"}),
    )
    representative_paper = forms.CharField(
        label=_("Giấy tờ ủy quyền"),
        help_text=_("Ví dụ: Giấy ủy quyền ngày 02/05/2026, có chứng thực."),
        required=False,
        max_length=200,
    )

    def __init__(self, *args: Any, is_post: bool, **kwargs: Any) -> None:
        kwargs |= {"prefix": "den", "use_required_attribute": False}
        super().__init__(*args, **kwargs)
        if not is_post:
            for name in ("postal_number", "arrived_on", "sender_address"):
                del self.fields[name]
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    @property
    def post_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if not name.startswith("representative")]

    @property
    def representative_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("representative")]

    def facts(self) -> IntakeFacts:
        """What was typed and could be read."""
        known = {name: value for name, value in self.cleaned_data.items() if value is not None}
        return IntakeFacts(**known)


class CounterFiledForForm(FiledForForm):
    """The same choice, asked of the officer. Prefixed: a declaration may have questions of the same names."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": "cho", "use_required_attribute": False})
        field = self.fields["organisation"]
        field.label = _("Người nộp hồ sơ này cho ai?")
        field.help_text = _(
            "Các tổ chức người nộp đã ghi trong hồ sơ của mình. Đối chiếu với tờ khai và giấy ủy quyền."
        )

    def oneself(self) -> Any:
        return _("Cho chính người nộp")


class CounterReliefForm(_Refusable):
    """A claim to pay less, made at the counter. Prefixed: a declaration may have questions of the same names."""

    category = forms.ChoiceField(
        label=_("Người nộp thuộc đối tượng nào?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Chọn đối tượng trong danh sách.")},
    )
    seen_paper = forms.CharField(
        label=_("Giấy tờ miễn, giảm đã xem"),
        help_text=_("Ghi thì chấp nhận ngay khi nộp; để trống thì quyết định sau. Công dân đọc được."),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    upload = forms.FileField(label=_("Bản quét, nếu có"), required=False, allow_empty_file=True)

    def __init__(self, *args: Any, categories: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": "mien-giam", "use_required_attribute": False})
        self.fields["category"].choices = [("", _("Không thuộc đối tượng nào")), *categories]  # type: ignore[attr-defined]


class SeenForm(forms.Form):
    """The applicant signs on paper; the officer answers for having seen it."""

    attestation = forms.BooleanField(
        label=_("Người nộp đã ký tờ khai bản giấy và cam đoan lời khai là đúng; tôi đã xem chữ ký."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": "ky", "use_required_attribute": False})


class IntakePaymentForm(CounterSumForm, _Refusable):
    """Everything that is due at receipt, in one sum."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "use_required_attribute": False})
