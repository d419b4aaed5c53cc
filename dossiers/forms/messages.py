"""Forms of conversations: shape only; the limits of files are said before they apply."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from dossiers.forms.handoffs import FilesField
from dossiers.services import messages as talks
from portal.core.templatetags.portal import file_size
from portal.documents import services as document_services


class _Text(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=talks.MAX_TEXT,
            widget=forms.Textarea(attrs={"rows": 5}),
            error_messages={
                "required": _("Hãy ghi nội dung."),
                "max_length": _("Nội dung dài nhất %(limit_value)d chữ."),
                "null_characters_not_allowed": _("Có ký tự không dùng được."),
            },
            **kwargs,
        )


class MessageForm(forms.Form):
    """Words and files; `token` makes a form sent twice one message."""

    text = _Text(label=_("Nội dung"))
    uploads = FilesField()
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"use_required_attribute": False})
        self.fields["token"].initial = uuid4
        limits = document_services.upload_limits()
        self.fields["uploads"].help_text = _now(
            "Nhận tệp %(kinds)s; mỗi tệp nặng nhất %(size)s, nhiều nhất %(most)d tệp. Gửi rồi không sửa, không xóa được."
        ) % {"kinds": limits.words, "size": file_size(limits.max_bytes), "most": talks.MAX_FILES}
        self.fields["uploads"].widget.attrs["accept"] = limits.accept

    @property
    def sent(self) -> dict[str, Any]:
        """Of a valid form: the keywords of the service."""
        return dict(self.cleaned_data)

    def renew_token(self) -> None:
        """Shown again, it is another form: what it says now can be sent."""
        self.data = {**dict(self.data.items()), self.add_prefix("token"): uuid4()}

    def clean_token(self) -> Any:
        """A page without one sends each time anew."""
        return self.cleaned_data["token"] or uuid4()


class OfficerMessageForm(MessageForm):
    asks_reply = forms.BooleanField(
        label=_("Cần công dân trả lời"),
        help_text=_("Hồ sơ ghi là đang chờ công dân. Ngày hẹn trả không đổi."),
        required=False,
    )
    field_order = ["text", "uploads", "asks_reply"]


class NoteForm(forms.Form):
    note = _Text(label=_("Ghi chú"), help_text=_("Chỉ cán bộ các cơ quan của hồ sơ đọc được, công dân không thấy."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"use_required_attribute": False})
