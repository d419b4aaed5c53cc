"""Forms of feedback: shape only; whether something may happen is the services' business."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.validators import normalise_phone, validate_phone
from portal.core.form_parts import SentOnceForm
from portal.documents.services import FilesField
from portal.feedback.enums import FeedbackKind
from portal.feedback.services import MAX_FILES, MAX_TEXT

Choices = Sequence[tuple[str, Any]]


class WordsField(forms.CharField):
    def __init__(self, *, rows: int = 5, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_TEXT)
        super().__init__(
            widget=forms.Textarea(attrs={"rows": rows}),
            error_messages={
                "required": _("Hãy ghi nội dung."),
                "max_length": _("Nội dung dài nhất %(limit_value)d chữ."),
                "null_characters_not_allowed": _("Có ký tự không dùng được."),
            },
            **kwargs,
        )


class _Form(forms.Form):
    """Base: errors are said by the server, in our words; limits of files stand beside the field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"use_required_attribute": False})
        for field in self.fields.values():
            if isinstance(field, FilesField):
                field.say_limits(MAX_FILES)


def _agency_field() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Cơ quan giải quyết"),
        coerce=int,
        error_messages={"required": _("Chọn cơ quan giải quyết."), "invalid_choice": _("Chọn cơ quan giải quyết.")},
    )


class SendForm(_Form, SentOnceForm):
    """What anybody sends."""

    kind = forms.ChoiceField(
        label=_("Bạn muốn nói về điều gì?"),
        choices=FeedbackKind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn loại phản ánh, kiến nghị."),
            "invalid_choice": _("Chọn loại phản ánh, kiến nghị."),
        },
    )
    agency = _agency_field()
    title = forms.CharField(label=_("Tiêu đề"), max_length=150, error_messages={"required": _("Hãy ghi tiêu đề.")})
    text = WordsField(label=_("Nội dung"), help_text=_("Việc gì, ở đâu, khi nào."), rows=7)
    uploads = FilesField(label=_("Tệp kèm theo"))
    dossier_code = forms.CharField(label=_("Mã hồ sơ liên quan"), max_length=60, required=False)
    sender_name = forms.CharField(
        label=_("Họ và tên"), max_length=120, error_messages={"required": _("Hãy ghi họ và tên.")}
    )
    sender_email = forms.EmailField(
        label=_("Thư điện tử"),
        help_text=_("Để nhận báo khi có trả lời. Không có thì theo dõi bằng hai mã hiện ra sau khi gửi."),
        max_length=254,
        required=False,
        error_messages={"invalid": _("Địa chỉ thư điện tử chưa đúng, ví dụ ten@example.com.")},
    )
    sender_phone = forms.CharField(label=_("Điện thoại"), max_length=16, required=False, validators=[validate_phone])
    wants_public = forms.BooleanField(
        label=_("Tôi đồng ý công khai nội dung và câu trả lời"),
        help_text=_("Tên, số điện thoại và thông tin riêng được bỏ đi; cơ quan duyệt trước khi công khai."),
        required=False,
    )
    procedure_code = forms.CharField(max_length=60, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, agencies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [("", _("Chọn…")), *agencies]  # type: ignore[attr-defined]

    def clean_sender_phone(self) -> str:
        return normalise_phone(self.cleaned_data["sender_phone"])


class FollowForm(_Form):
    number = forms.CharField(
        label=_("Số phản ánh"), max_length=20, error_messages={"required": _("Hãy ghi số phản ánh.")}
    )
    code = forms.CharField(
        label=_("Mã theo dõi"), max_length=20, error_messages={"required": _("Hãy ghi mã theo dõi.")}
    )


class SupplyForm(_Form):
    text = WordsField(label=_("Nội dung bổ sung"))
    uploads = FilesField(label=_("Tệp kèm theo"))


class VerdictForm(_Form):
    verdict = forms.ChoiceField(
        label=_("Bạn có hài lòng với câu trả lời không?"),
        choices=[("co", _("Hài lòng")), ("khong", _("Không hài lòng"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn hài lòng hoặc không."), "invalid_choice": _("Chọn hài lòng hoặc không.")},
    )
    words = WordsField(label=_("Vì sao?"), rows=3, required=False)


# --- Officers ---------------------------------------------------------------------------------------------------------
class ActForm(_Form):
    """Base: `seen_version` is the version of the page the officer looked at; ids bear the act's word."""

    seen_version = forms.IntegerField(min_value=0, max_value=2_000_000_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"auto_id": f"{key}-%s"})


class AcceptForm(ActForm):
    kind = forms.ChoiceField(label=_("Loại"), choices=FeedbackKind.choices)
    note = WordsField(label=_("Ghi chú nội bộ"), rows=2, required=False)


class PassOnForm(ActForm):
    agency = _agency_field()
    reason = WordsField(label=_("Lý do"), help_text=_("Chỉ cán bộ đọc được."), rows=3)

    def __init__(self, *args: Any, agencies: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = [("", _("Chọn…")), *agencies]  # type: ignore[attr-defined]


class AskForm(ActForm):
    question = WordsField(label=_("Cần người gửi nói rõ điều gì"), help_text=_("Người gửi đọc nguyên văn."))


class ReasonForm(ActForm):
    reason = WordsField(label=_("Lý do"), help_text=_("Người gửi đọc nguyên văn."), rows=4)


class InternalReasonForm(ActForm):
    reason = WordsField(label=_("Lý do"), help_text=_("Chỉ cán bộ đọc được."), rows=3)


class AnswerForm(ActForm):
    text = WordsField(label=_("Trả lời"), help_text=_("Người gửi đọc nguyên văn. Gửi rồi không sửa được."), rows=8)
    uploads = FilesField(label=_("Tệp kèm theo"))


class DraftForm(ActForm):
    public_title = forms.CharField(
        label=_("Tiêu đề công khai"), max_length=150, error_messages={"required": _("Hãy ghi tiêu đề.")}
    )
    public_question = WordsField(
        label=_("Nội dung phản ánh, đã bỏ thông tin riêng"),
        help_text=_("Bỏ tên người, số giấy tờ, điện thoại, địa chỉ, mã hồ sơ."),
        rows=6,
    )
    public_answer = WordsField(label=_("Câu trả lời công khai"), rows=6)


class PublishForm(ActForm):
    """Nothing to fill in: what will be shown stands above the button."""
