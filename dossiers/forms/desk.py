"""Forms of the officer's actions: one class an action, shape only; whether it may happen is the services' business.

All of them may stand on one page, so ids are prefixed with the action's address word while names stay plain.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from dossiers.enums import Outcome

MAX_TEXT = 4000
# Filled in by people with care, in whole paragraphs.
_REASON_ROWS, _NOTE_ROWS = 5, 3


class ActionForm(forms.Form):
    """Base: `seen_version` is the dossier's version on the page the officer looked at."""

    seen_version = forms.IntegerField(
        label=_("Trang này"),
        min_value=0,
        max_value=2_000_000_000,
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Trang này mở chưa trọn. Hãy tải lại trang rồi làm lại."),
            "invalid": _("Trang này mở chưa trọn. Hãy tải lại trang rồi làm lại."),
        },
    )

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        kwargs |= {"auto_id": f"{key}-%s", "use_required_attribute": False}
        super().__init__(*args, **kwargs)

    def typed(self) -> list[tuple[str, str]]:
        """What was typed in words, label and text: shown when the action is gone, so that nobody types it twice."""
        if not self.is_bound:
            return []
        texts = [
            (field, str(field.value() or "").strip()) for field in self if isinstance(field.field, forms.CharField)
        ]
        return [(str(field.label), text) for field, text in texts if text and text != str(field.initial or "")]


class TextField(forms.CharField):
    """Words for the citizen."""

    def __init__(self, *, rows: int = _NOTE_ROWS, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", MAX_TEXT)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)


def reason_field(label: Any, help_text: Any = "") -> TextField:
    return TextField(
        label=label,
        help_text=help_text,
        rows=_REASON_ROWS,
        error_messages={"required": _("Hãy ghi lý do để công dân biết phải làm gì.")},
    )


def note_field(label: Any, help_text: Any = "") -> TextField:
    return TextField(label=label, help_text=help_text, required=False)


class PlainForm(ActionForm):
    """Nothing to fill in."""


class ReceiveForm(ActionForm):
    note = note_field(_("Lời nhắn cho công dân"), _("Hiện trên trang hồ sơ, cạnh dòng tiếp nhận."))


class RefuseIntakeForm(ActionForm):
    reason = reason_field(_("Lý do từ chối"), _("Ghi chỗ nào chưa đúng, căn cứ nào, và nộp lại thế nào."))


class StopForm(ActionForm):
    reason = reason_field(_("Lý do dừng"), _("Ghi rõ căn cứ pháp luật cho phép dừng."))


class ResultSource:
    """Where the result document comes from."""

    UPLOAD = "upload"
    LETTER = "letter"


class ResolveForm(ActionForm):
    outcome = forms.ChoiceField(
        label=_("Kết luận"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn đồng ý hay không đồng ý.")},
    )
    title = forms.CharField(
        label=_("Tên giấy tờ kết quả"),
        max_length=255,
        error_messages={"required": _("Hãy ghi tên giấy tờ kết quả.")},
    )
    result = forms.TypedChoiceField(
        label=_("Loại kết quả"),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Chọn một kết quả của thủ tục này.")},
    )
    note = TextField(
        label=_("Nội dung báo công dân"),
        required=False,
        help_text=_("Khi không đồng ý: ghi lý do. Cũng là phần nội dung của văn bản soạn từ mẫu."),
    )
    source = forms.ChoiceField(
        label=_("Tệp kết quả"),
        choices=[
            (ResultSource.UPLOAD, _("Tải lên tệp PDF")),
            (ResultSource.LETTER, _("Soạn văn bản từ mẫu, cổng tạo tệp PDF")),
        ],
        initial=ResultSource.UPLOAD,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn cách lấy tệp kết quả.")},
    )
    upload = forms.FileField(
        label=_("Tệp PDF tải lên"),
        required=False,
        allow_empty_file=True,
        help_text=_("Tệp đã có chữ ký số được giữ nguyên từng byte, cổng không ký thêm."),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(
        self, *args: Any, title: str, results: Sequence[tuple[int, str]] = (), signing: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = title
        self.fields["source"].help_text = signing
        if len(results) > 1:
            self.fields["result"].choices = results  # type: ignore[attr-defined]
            self.fields["result"].label_note = _("(bắt buộc khi đồng ý)")  # type: ignore[attr-defined]
        else:
            del self.fields["result"]
        # "Optional" would mislead: each is needed after one of the choices above it.
        self.fields["note"].label_note = _("(bắt buộc khi không đồng ý)")  # type: ignore[attr-defined]
        self.fields["upload"].label_note = _("(khi tải lên)")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A denial says why; an upload is chosen unless the letter is drafted."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == Outcome.DENIED and not cleaned.get("note"):
            self.add_error("note", _("Hãy ghi lý do để công dân biết phải làm gì."))
        if "result" in self.fields and cleaned.get("outcome") == Outcome.GRANTED and not cleaned.get("result"):
            self.add_error("result", _("Chọn loại kết quả."))
        if cleaned.get("source") == ResultSource.UPLOAD and not cleaned.get("upload"):
            self.add_error("upload", _("Hãy chọn tệp kết quả."))
        return cleaned

    @property
    def lost_upload(self) -> UploadedFile | None:
        """A chosen file that the browser will not show again after an error: the page says so."""
        return self.files.get("upload") if self.is_bound else None
