"""Forms of conversations: shape only; the limits of files are said before they apply."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dossiers.services import messages as talks
from portal.core.form_parts import SentOnceForm
from portal.documents.services import FilesField


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


class MessageForm(SentOnceForm):
    """Words and files; a form sent twice is one message."""

    text = _Text(label=_("Nội dung"))
    uploads = FilesField(label=_("Tệp kèm theo"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"use_required_attribute": False})
        files = self.fields["uploads"]
        if isinstance(files, FilesField):
            files.say_limits(talks.MAX_FILES, gettext("Gửi rồi không sửa, không xóa được."))

    @property
    def sent(self) -> dict[str, Any]:
        """Of a valid form: the keywords of the service."""
        return dict(self.cleaned_data)


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
