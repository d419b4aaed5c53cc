"""Forms of pages that anyone may open: verification, and a paper somebody shared."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.vault.forms.refusable import Refusable


class CodeForm(Refusable):
    """The code as typed, as a scanner types it, or the whole address out of the QR code."""

    ma = forms.CharField(
        label=_("Mã xác minh"),
        help_text=_("16 chữ và số in cạnh mã QR trên giấy, ví dụ 7K3M-9XQ0-TB5W-2ZHA. Gõ liền hay có gạch đều được."),
        max_length=500,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "input--code"}
        ),
        error_messages={"required": _("Hãy gõ mã in trên giấy, hoặc quét mã QR bằng điện thoại.")},
    )


class FileForm(Refusable):
    """A file to compare; `ma` names the paper it should be, blank for any."""

    # The page has another field of this name, so its id is its own.
    ma = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput(attrs={"id": "tep-ma"}))
    tep = forms.FileField(
        label=_("Tệp giấy tờ"),
        help_text=_("Chọn hoặc kéo thả tệp vào ô này. Tệp chỉ được đọc để so sánh rồi bỏ ngay, cổng không lưu lại."),
        allow_empty_file=True,
        error_messages={"required": _("Hãy chọn tệp cần so sánh.")},
    )


class OpenShareForm(Refusable):
    """The pass phrase of a sharing that asks for one."""

    pass_phrase = forms.CharField(
        label=_("Mật khẩu chia sẻ"),
        help_text=_("Người chia sẻ cho bạn biết, không nằm trong đường dẫn."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Hãy gõ mật khẩu chia sẻ.")},
    )
