"""Forms of sign-in, sign-up and the citizen's profile, in the portal's words.

django-allauth has no Vietnamese: every label and hint a person sees is ours, the flows are its.
"""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts import services
from portal.accounts.enums import Sex
from portal.accounts.models import Citizen, User
from portal.accounts.selectors import actor_for
from portal.accounts.validators import (
    normalise_phone,
    normalise_tax_code,
    validate_id_matches_profile,
    validate_organisation_tax_code,
    validate_personal_id_number,
    validate_phone,
)
from portal.core import clock, throttle
from portal.core.errors import InvalidInput, TooManyRequests
from portal.core.text import normalise

PASSWORD_HINT = _("Ít nhất 10 ký tự, không chỉ toàn chữ số, không phải mật khẩu dễ đoán. Một câu ngắn là tốt nhất.")
_EMAIL_REQUIRED = {
    "required": _("Nhập địa chỉ thư điện tử."),
    "invalid": _("Địa chỉ này thiếu phần tên hoặc phần sau @, ví dụ an@example.com."),
}
_PASSWORD_REQUIRED = {"required": _("Nhập mật khẩu.")}


class _OurWords:
    """Sets labels, hints and error sentences of an allauth form; placeholders go, labels stay visible."""

    words: dict[str, tuple[Any, Any, dict[str, Any]]] = {}
    fields: dict[str, forms.Field]

    def speak(self) -> None:
        for name, (label, hint, sentences) in self.words.items():
            if field := self.fields.get(name):
                field.label, field.help_text = label, hint
                field.error_messages.update(sentences)
                field.widget.attrs.pop("placeholder", None)


class LoginForm(_OurWords, allauth_forms.LoginForm):
    """E-mail address and password."""

    words = {
        "login": (_("Thư điện tử"), "", _EMAIL_REQUIRED),
        "password": (_("Mật khẩu"), "", _PASSWORD_REQUIRED),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()


class SignupForm(_OurWords, allauth_forms.SignupForm):
    """Opens a citizen's account: name, e-mail address, password."""

    full_name = forms.CharField(
        label=_("Họ và tên"),
        help_text=_("Như ghi trên thẻ căn cước."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Nhập họ và tên.")},
    )
    field_order = ["full_name", "email", "password1"]
    words = {
        "email": (_("Thư điện tử"), _("Chúng tôi gửi mã xác nhận và tin về hồ sơ vào đây."), _EMAIL_REQUIRED),
        "password1": (_("Mật khẩu"), PASSWORD_HINT, _PASSWORD_REQUIRED),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()

    def clean_full_name(self) -> str:
        name = normalise(self.cleaned_data["full_name"])
        if not any(char.isalpha() for char in name):
            raise ValidationError(_("Họ và tên phải có chữ cái."), code="no_letters")
        return name

    def save(self, request: HttpRequest) -> User:
        # The account and its profile appear together or not at all.
        with transaction.atomic():
            user: User = super().save(request)
            # Whoever signs up is not signed in yet: nobody acts here but the person the account is for.
            services.open_citizen_profile(
                actor=actor_for(user), user_id=user.pk, full_name=self.cleaned_data["full_name"]
            )
            user.refresh_from_db()
        return user


class ResetPasswordForm(_OurWords, allauth_forms.ResetPasswordForm):
    words = {"email": (_("Thư điện tử"), _("Địa chỉ bạn dùng để đăng nhập."), _EMAIL_REQUIRED)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()


class ResetPasswordKeyForm(_OurWords, allauth_forms.ResetPasswordKeyForm):
    words = {
        "password1": (_("Mật khẩu mới"), PASSWORD_HINT, _PASSWORD_REQUIRED),
        "password2": (_("Nhập lại mật khẩu mới"), "", {"required": _("Nhập lại mật khẩu mới.")}),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()
        if self.user is not None and services.needs_proof_of_claim(self.user):
            # Opened at a desk and never used: the letter with the link may have gone to a mistyped address.
            self.fields = {"personal_id_number": _claim_field(), **self.fields}

    def clean_personal_id_number(self) -> str:
        number: str = self.cleaned_data["personal_id_number"]
        try:
            throttle.spend(f"account-claim:{self.user.pk}", limit=5, window_seconds=3600)
        except TooManyRequests as error:
            raise ValidationError(str(error.sentence)) from None
        if not services.proves_claim(self.user, number):
            raise ValidationError(_("Số này không phải số định danh đã đăng ký ở bộ phận một cửa."), code="claim")
        return number


def _claim_field() -> forms.CharField:
    return forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("Tài khoản này do bộ phận một cửa mở. Gõ số định danh của bạn để nhận tài khoản."),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "input--id", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Nhập số định danh.")},
    )


class ChangePasswordForm(_OurWords, allauth_forms.ChangePasswordForm):
    words = {
        "oldpassword": (_("Mật khẩu đang dùng"), "", {"required": _("Nhập mật khẩu đang dùng.")}),
        **ResetPasswordKeyForm.words,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()


class SetPasswordForm(_OurWords, allauth_forms.SetPasswordForm):
    words = ResetPasswordKeyForm.words

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()


class ReauthenticateForm(_OurWords, allauth_forms.ReauthenticateForm):
    words = {"password": (_("Mật khẩu"), "", _PASSWORD_REQUIRED)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()


class ConfirmEmailVerificationCodeForm(_OurWords, allauth_forms.ConfirmEmailVerificationCodeForm):
    words = {
        "code": (
            _("Mã xác nhận"),
            _("Gõ như trong thư, chữ hoa hay chữ thường đều được."),
            {"required": _("Nhập mã xác nhận trong thư.")},
        )
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()


class AddEmailForm(_OurWords, allauth_forms.AddEmailForm):
    words = {"email": (_("Thư điện tử"), _("Mã xác nhận sẽ được gửi đến địa chỉ mới."), _EMAIL_REQUIRED)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak()


class ProfileForm(forms.Form):
    """What declarations are prefilled with. Everything but the name may stay empty."""

    full_name = forms.CharField(
        label=_("Họ và tên"),
        help_text=_("Như ghi trên thẻ căn cước."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Nhập họ và tên.")},
    )
    personal_id_number = forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("12 chữ số ở mặt trước thẻ căn cước."),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "input--id", "inputmode": "numeric", "autocomplete": "off"}),
    )
    date_of_birth = forms.DateField(
        label=_("Ngày sinh"),
        help_text=_("Ngày, tháng, năm, ví dụ 12/09/1996."),
        required=False,
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        widget=forms.DateInput(
            format="%d/%m/%Y", attrs={"class": "input--date", "inputmode": "numeric", "autocomplete": "bday"}
        ),
        error_messages={
            "invalid": _("Ngày này không có trên lịch, hoặc chưa đúng dạng ngày/tháng/năm, ví dụ 12/09/1996.")
        },
    )
    sex = forms.ChoiceField(
        label=_("Giới tính"),
        required=False,
        choices=Sex.choices,
        widget=forms.RadioSelect,
    )
    phone = forms.CharField(
        label=_("Số điện thoại"),
        help_text=_("Để cán bộ gọi khi hồ sơ cần hỏi thêm."),
        required=False,
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "class": "input--id", "inputmode": "tel", "autocomplete": "tel-national"}
        ),
    )
    address = forms.CharField(
        label=_("Địa chỉ"),
        help_text=_("Số nhà, đường, tổ hoặc thôn, xã hoặc phường, tỉnh."),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    @classmethod
    def for_user(cls, user: User, citizen: Citizen | None, data: Any = None) -> "ProfileForm":
        """The form filled with what is known of the account's holder."""
        initial: dict[str, Any] = {"full_name": user.full_name}
        if citizen is not None:
            for name in ("personal_id_number", "date_of_birth", "sex", "phone", "address"):
                initial[name] = getattr(citizen, name)
        return cls(data, initial=initial)

    def clean_full_name(self) -> str:
        name = normalise(self.cleaned_data["full_name"])
        if not any(char.isalpha() for char in name):
            raise ValidationError(_("Họ và tên phải có chữ cái."), code="no_letters")
        return name

    def clean_personal_id_number(self) -> str:
        # People copy the number with the blanks that are printed on some papers.
        number = "".join(self.cleaned_data["personal_id_number"].split())
        if number:
            validate_personal_id_number(number)
        return number

    def clean_date_of_birth(self) -> Any:
        value = self.cleaned_data["date_of_birth"]
        if value and value > clock.today():
            raise ValidationError(_("Ngày sinh không thể ở tương lai."), code="future")
        if value and value.year < 1900:
            raise ValidationError(_("Năm sinh phải từ 1900 trở đi."), code="past")
        return value

    def clean_phone(self) -> str:
        value = self.cleaned_data["phone"]
        if value:
            validate_phone(value)
        return normalise_phone(value)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("personal_id_number"):
            try:
                validate_id_matches_profile(
                    data["personal_id_number"], data.get("date_of_birth"), data.get("sex") or ""
                )
            except ValidationError as error:
                self.add_error("personal_id_number", error)
        return data

    def take_errors(self, error: InvalidInput) -> None:
        """Show what the service refused, beside the fields it named."""
        _take_errors(self, error)


class OrganisationForm(forms.Form):
    """An organisation the person acts for; prefilled into declarations of organisations."""

    name = forms.CharField(
        label=_("Tên tổ chức, doanh nghiệp"),
        help_text=_("Như ghi trên giấy chứng nhận đăng ký."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Nhập tên tổ chức.")},
    )
    tax_code = forms.CharField(
        label=_("Mã số thuế"),
        help_text=_("10 chữ số, của chi nhánh có thêm 3 chữ số."),
        max_length=30,
        widget=forms.TextInput(attrs={"class": "input--id", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Nhập mã số thuế.")},
    )
    address = forms.CharField(
        label=_("Địa chỉ trụ sở"),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    position = forms.CharField(
        label=_("Chức vụ của bạn"),
        help_text=_("Ví dụ: Giám đốc, người được ủy quyền."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )

    def clean_name(self) -> str:
        return normalise(self.cleaned_data["name"])

    def clean_tax_code(self) -> str:
        code = normalise_tax_code(self.cleaned_data["tax_code"])
        validate_organisation_tax_code(code)
        return code

    def clean_address(self) -> str:
        return normalise(self.cleaned_data["address"])

    def clean_position(self) -> str:
        return normalise(self.cleaned_data["position"])

    def take_errors(self, error: InvalidInput) -> None:
        """Show what the service refused, beside the fields it named."""
        _take_errors(self, error)


def _take_errors(form: forms.Form, error: InvalidInput) -> None:
    for name, sentence in error.fields.items():
        form.add_error(name, str(sentence))
    if not error.fields:
        form.add_error(None, str(error.sentence))
