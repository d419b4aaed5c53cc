"""An old paper on one form, a bulk run, the period of a report. What an old paper must say, the service judges."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.core.errors import PortalError
from portal.documents.services import FilesField, ManyFiles
from portal.vault.enums import DeclaredStanding


def _agency() -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("Cơ quan"),
        coerce=int,
        error_messages={
            "required": _("Hãy chọn cơ quan."),
            "invalid_choice": _("Hãy chọn một cơ quan nơi bạn đang công tác."),
        },
    )


def _text(label: Any, *, help_text: Any = "", most: int = 200, css: str = "") -> forms.CharField:
    attrs = {"autocomplete": "off", "maxlength": most, **({"class": css} if css else {})}
    return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.TextInput(attrs=attrs))


def _day(label: Any, help_text: Any = "") -> forms.CharField:
    attrs = {"class": "input--date", "inputmode": "numeric", "autocomplete": "off", "maxlength": 10}
    return forms.CharField(label=label, help_text=help_text, required=False, widget=forms.TextInput(attrs=attrs))


class DigitiseForm(forms.Form):
    """One old paper; its texts go to the service as they were typed. What few papers need stands apart."""

    SELDOM = ("valid_from", "signer_name", "signer_title", "agency_name", "standing", "ended_on", "end_reason")

    agency = _agency()
    kind = forms.ChoiceField(label=_("Loại giấy tờ"), required=False)
    number = _text(_("Số, ký hiệu"), help_text=_("Như ghi trên giấy, ví dụ 125/XN-UBND."), most=80)
    holder_name = _text(_("Cấp cho"), help_text=_("Họ tên người hoặc tên tổ chức được cấp."))
    holder_id_number = _text(
        _("Số định danh, mã số thuế"),
        help_text=_("Có số này thì chủ giấy tờ thấy nó trong kho của mình. Để trống nếu giấy không ghi."),
        most=20,
    )
    issued_on = _day(_("Ngày cấp"), _("Ngày, tháng, năm, ví dụ 01/09/2020."))
    valid_from = _day(_("Có hiệu lực từ ngày"), _("Để trống nếu từ ngày cấp."))
    valid_until = _day(_("Đến hết ngày"), _("Để trống nếu không thời hạn, hoặc tính theo thời hạn của loại giấy tờ."))
    standing = forms.ChoiceField(
        label=_("Tình trạng"), required=False, choices=DeclaredStanding.choices, initial=DeclaredStanding.VALID
    )
    ended_on = _day(_("Ngày thu hồi"), _("Chỉ khi đã bị thu hồi."))
    end_reason = _text(
        _("Lý do thu hồi"), help_text=_("Ai có mã xác minh cũng đọc được, nên không ghi tên người."), most=500
    )
    signer_name = _text(_("Người ký"), most=120)
    signer_title = _text(_("Chức danh người ký"), most=120)
    agency_name = _text(_("Tên cơ quan lúc cấp"), help_text=_("Chỉ khi khác tên bây giờ, ví dụ trước khi sáp nhập."))
    file = forms.FileField(
        label=_("Tệp PDF"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def __init__(
        self, *args: Any, agencies: Sequence[tuple[int, str]], kinds: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = list(agencies)  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("Chọn loại giấy tờ")), *kinds]  # type: ignore[attr-defined]
        self.has_kinds = bool(kinds)
        if len(agencies) == 1:
            self.fields["agency"].widget = forms.HiddenInput()
            self.fields["agency"].initial = agencies[0][0]

    def usual_fields(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.SELDOM]

    def seldom_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.SELDOM]

    def has_seldom(self) -> bool:
        """Is something typed, or wrong, where few papers need anything?"""
        typed = [self.data.get(name, "") for name in self.SELDOM if name != "standing"]
        is_valid = self.data.get("standing", DeclaredStanding.VALID) == DeclaredStanding.VALID
        return any(typed) or not is_valid or any(name in self.errors for name in self.SELDOM)

    def raw(self) -> dict[str, str]:
        """The texts by the keys of the service."""
        return {name: str(self.data.get(name, "")) for name in self.fields if name not in ("agency", "file")}

    def take(self, problem: PortalError) -> None:
        """Sentences of the service beside their fields."""
        for name, sentence in problem.fields.items():
            self.add_error("file" if name == "upload" else name if name in self.fields else None, str(sentence))
        if not problem.fields:
            self.add_error("file", str(problem.sentence))


class RunForm(forms.Form):
    """Index and files of a bulk run; each may come alone, and later."""

    agency = _agency()
    index = forms.FileField(
        label=_("Bảng kê (XLSX)"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("Theo bảng mẫu; cổng tìm cột theo tên."),
    )
    scans = FilesField(
        label=_("Tệp PDF, hoặc tệp nén ZIP chứa PDF"),
        widget=ManyFiles(attrs={"accept": ".pdf,.zip"}),
        help_text=_(
            "Chọn được nhiều tệp, mỗi lần gửi nhiều nhất 100 tệp; nhiều hơn hãy nén ZIP. Tên tệp như ghi trong bảng kê."
        ),
    )

    def __init__(self, *args: Any, agencies: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.fields["agency"].choices = list(agencies)  # type: ignore[attr-defined]
        if len(agencies) == 1:
            self.fields["agency"].widget = forms.HiddenInput()
            self.fields["agency"].initial = agencies[0][0]


class MonthsForm(forms.Form):
    """From which month to which, by GET: "2026-03"."""

    first = forms.DateField(label=_("Từ tháng"), input_formats=["%m/%Y", "%Y-%m"], required=True)
    last = forms.DateField(label=_("Đến tháng"), input_formats=["%m/%Y", "%Y-%m"], required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.help_text = _("Tháng, năm, ví dụ 03/2026.")
            field.widget = forms.DateInput(
                format="%m/%Y", attrs={"class": "input--date", "inputmode": "numeric", "autocomplete": "off"}
            )
            field.error_messages |= {
                "required": _("Hãy ghi tháng."),
                "invalid": _("Ghi tháng và năm, ví dụ 03/2026."),
            }

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last = values.get("first"), values.get("last")
        if first and last and first > last:
            self.add_error("last", _("Tháng cuối không thể trước tháng đầu."))
        if first and first < date(2000, 1, 1):
            self.add_error("first", _("Năm phải từ 2000."))
        return values
