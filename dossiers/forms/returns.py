"""Forms with which a result is drafted and reaches its citizen: at the desk, by post."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.enums import IdentityPaper, ReceiptProof, Receiver
from dossiers.forms.desk import ActionForm, TextField, note_field

_DAY_FORMATS = ["%d/%m/%Y"]


def _day_field(label: Any) -> forms.DateField:
    wrong = _("Ghi ngày dạng 05/05/2026.")
    return forms.DateField(
        label=label,
        required=False,
        input_formats=_DAY_FORMATS,
        help_text=_("Để trống là hôm nay."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "dd/mm/yyyy"}),
        error_messages={"invalid": wrong},
    )


class PrepareResultForm(ActionForm):
    template = forms.TypedChoiceField(
        label=_("Văn bản"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn văn bản để soạn."),
            "invalid_choice": _("Chọn một mẫu văn bản của thủ tục này."),
        },
    )
    note = TextField(
        label=_("Nội dung báo công dân"),
        required=False,
        help_text=_("Khi không đồng ý: ghi lý do. Mẫu nào có chỗ cho nội dung này thì in vào văn bản."),
    )

    def __init__(
        self,
        *args: Any,
        templates: Sequence[tuple[int, str]],
        note: str = "",
        chosen: int | None = None,
        note_needed_by: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """`note_needed_by`: names of the templates that cannot be drawn up without a note."""
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = templates  # type: ignore[attr-defined]
        self.fields["template"].initial = chosen or (templates[0][0] if len(templates) == 1 else None)
        self.fields["note"].initial = note
        if note_needed_by and len(note_needed_by) == len(templates):
            # Said without a mark, like everything that is needed; what is missing is named when it is drawn up.
            self.fields["note"].is_needed = True  # type: ignore[attr-defined]
        elif note_needed_by:
            names = ", ".join(dict.fromkeys(note_needed_by))
            self.fields["note"].label_note = _("(bắt buộc với: %(names)s)") % {"names": names}  # type: ignore[attr-defined]


class HandOverForm(ActionForm):
    """Who stands at the desk; the service says what is missing."""

    receiver = forms.ChoiceField(
        label=_("Ai nhận kết quả"),
        choices=Receiver.choices,
        initial=Receiver.APPLICANT,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn ai nhận kết quả.")},
    )
    receiver_name = forms.CharField(label=_("Họ tên người nhận thay"), max_length=120, required=False)
    authority = forms.CharField(
        label=_("Giấy ủy quyền hoặc giấy chứng minh quan hệ"),
        help_text=_("Ví dụ: giấy ủy quyền số 12, chứng thực ngày 02/05/2026."),
        max_length=255,
        required=False,
    )
    identity_paper = forms.ChoiceField(
        label=_("Giấy tờ của người nhận đã xem"),
        choices=IdentityPaper.choices,
        initial=IdentityPaper.ID_CARD,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn giấy tờ đã xem.")},
    )
    identity_number = forms.CharField(
        label=_("Số trên giấy tờ đó"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Ghi số trên giấy tờ đã xem.")},
    )
    proof = forms.ChoiceField(
        label=_("Xác nhận đã nhận"),
        help_text=_("Ký trên phiếu: bấm xong, in phiếu để người nhận ký rồi lưu bản quét."),
        choices=ReceiptProof.choices,
        initial=ReceiptProof.SIGNATURE,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn cách xác nhận đã nhận.")},
    )
    collection_code = forms.CharField(
        label=_("Mã nhận kết quả"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    note = note_field(_("Ghi chú"), _("Công dân đọc được."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, words in (
            ("receiver_name", _("(khi nhận thay)")),
            ("authority", _("(khi nhận thay)")),
            ("collection_code", _("(khi xác nhận bằng mã)")),
        ):
            self.fields[name].label_note = words  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("proof") == ReceiptProof.CODE and not cleaned.get("collection_code"):
            self.add_error("collection_code", _("Ghi mã người nhận đọc."))
        return cleaned


class PostResultForm(ActionForm):
    carrier = forms.CharField(
        label=_("Đơn vị vận chuyển"),
        initial="VNPost",
        max_length=80,
        error_messages={"required": _("Ghi đơn vị vận chuyển.")},
    )
    tracking_number = forms.CharField(
        label=_("Số vận đơn"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Ghi số vận đơn.")},
    )
    recipient_name = forms.CharField(
        label=_("Người nhận"), max_length=120, error_messages={"required": _("Ghi người nhận.")}
    )
    phone = forms.CharField(label=_("Điện thoại người nhận"), max_length=16, required=False)
    address = forms.CharField(
        label=_("Địa chỉ đã đối chiếu"),
        help_text=_("Số nhà, đường hoặc thôn, xã hoặc phường, tỉnh."),
        max_length=255,
        error_messages={"required": _("Ghi địa chỉ nhận.")},
    )
    on = _day_field(_("Ngày giao bưu điện"))

    def __init__(self, *args: Any, name: str, phone: str, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, value in (("recipient_name", name), ("phone", phone), ("address", address)):
            self.fields[field].initial = value


class DeliveredForm(ActionForm):
    on = _day_field(_("Ngày bưu điện phát"))
    note = note_field(_("Ghi chú nội bộ"))


class CameBackForm(ActionForm):
    reason = forms.CharField(
        label=_("Bưu điện chuyển hoàn vì sao"),
        help_text=_("Công dân đọc được, ví dụ: không có người nhận."),
        max_length=255,
        error_messages={"required": _("Hãy ghi lý do để công dân biết phải làm gì.")},
    )
    on = _day_field(_("Ngày nhận lại"))


class SignedSlipForm(ActionForm):
    upload = forms.FileField(
        label=_("Bản quét phiếu đã ký"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,image/*"}),
        error_messages={"required": _("Hãy chọn tệp quét.")},
    )
