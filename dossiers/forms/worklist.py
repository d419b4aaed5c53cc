"""Forms of the worklist: filters, a name for them, what a bulk action asks, columns of a file. Shape only."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.enums import OPEN_STATES, DossierState
from dossiers.forms.desk import TextField
from dossiers.selectors.criteria import AWAITED, ME, NAMES, NOBODY, SORTS, WAITING, Criteria, read_day
from procedures.enums import Channel

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise
Choices = Sequence[tuple[str, Any]]
_ANY = ("", _("Tất cả"))


class DayField(forms.Field):
    """A day typed as dd/mm/yyyy; a plain text field, because calendars that pop up cannot be used by everybody."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        looks = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "10", "class": "input--date"}
        kwargs.setdefault("widget", forms.TextInput(attrs=looks))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text:
            return None
        found = read_day(text) if "\x00" not in text else None
        if found is None:
            raise forms.ValidationError(_("Ghi ngày dạng ngày/tháng/năm, ví dụ 05/05/2026."))
        return found


def _select(label: "Text", choices: Choices) -> forms.ChoiceField:
    gone = {"invalid_choice": _("Lựa chọn này không còn. Hãy chọn lại.")}
    return forms.ChoiceField(label=label, required=False, choices=[_ANY, *choices], error_messages=gone)


class FilterForm(forms.Form):
    """All conditions at once. Field names are those of the address (`criteria.NAMES`)."""

    def __init__(
        self,
        *args: Any,
        queues: Choices,
        procedures: Choices,
        areas: Choices,
        agencies: Choices,
        colleagues: Choices,
        **kwargs: Any,
    ) -> None:
        kwargs |= {"use_required_attribute": False, "auto_id": "loc-%s"}
        super().__init__(*args, **kwargs)
        self.fields["loc"] = forms.ChoiceField(label=_("Danh sách"), choices=queues)
        self.fields["thu-tuc"] = _select(_("Thủ tục"), procedures)
        self.fields["linh-vuc"] = _select(_("Lĩnh vực"), areas)
        if len(agencies) > 1:
            self.fields["co-quan"] = _select(_("Cơ quan"), agencies)
        open_states = [(state.value, state.label) for state in DossierState if state in OPEN_STATES]
        self.fields["trang-thai"] = _select(_("Trạng thái"), open_states)
        self.fields["cach-nop"] = _select(_("Cách nộp"), Channel.choices)
        holders = [(ME, _("Tôi")), (NOBODY, _("Chưa ai nhận")), *colleagues]
        self.fields["nguoi-giu"] = _select(_("Đang giữ"), holders)
        self.fields["cho-ai"] = _select(_("Đang chờ ai"), [(key, label) for key, (label, _states) in WAITING.items()])
        self.fields["tin-nhan"] = _select(_("Tin nhắn"), [(key, label) for key, (label, _party) in AWAITED.items()])
        self.fields["nhan-tu"] = DayField(label=_("Tiếp nhận từ ngày"))
        self.fields["nhan-den"] = DayField(label=_("Tiếp nhận đến ngày"))
        self.fields["han-tu"] = DayField(label=_("Hạn từ ngày"))
        self.fields["han-den"] = DayField(label=_("Hạn đến ngày"))
        self.fields["qua-han"] = forms.BooleanField(label=_("Chỉ hồ sơ quá hạn"), required=False)
        self.fields["xep"] = forms.ChoiceField(label=_("Thứ tự"), required=False, choices=list(SORTS.items()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for since, until in (("nhan-tu", "nhan-den"), ("han-tu", "han-den")):
            first, last = cleaned.get(since), cleaned.get(until)
            if isinstance(first, date) and isinstance(last, date) and first > last:
                self.add_error(until, _("Ngày này phải sau ngày bắt đầu."))
        return cleaned

    @property
    def criteria(self) -> Criteria:
        """Of a valid form."""
        given = {}
        for name, value in self.cleaned_data.items():
            if name in NAMES and value not in (None, "", False):
                given[name] = "1" if value is True else value
        return Criteria.read(given)


class FilterNameForm(forms.Form):
    """The name of a saved filter."""

    name = forms.CharField(
        label=_("Tên bộ lọc"),
        max_length=60,
        error_messages={
            "required": _("Hãy đặt tên cho bộ lọc."),
            "max_length": _("Tên bộ lọc dài nhất 60 ký tự."),
        },
    )
    is_default = forms.BooleanField(label=_("Mở danh sách này đầu tiên"), required=False)


class BulkPlainForm(forms.Form):
    """Nothing to fill in."""


class BulkNoteForm(forms.Form):
    """One note for all of them."""

    note = TextField(
        label=_("Lời nhắn chung cho các công dân này"),
        help_text=_("Hiện trên trang của từng hồ sơ. Không ghi điều riêng của một người."),
        required=False,
    )


class BulkAssignForm(forms.Form):
    """One officer for all of them, and what to tell the officer."""

    officer = forms.TypedChoiceField(
        label=_("Giao cho"),
        coerce=int,
        error_messages={
            "required": _("Chọn cán bộ."),
            "invalid_choice": _("Người này không làm được bước này. Hãy chọn người khác."),
        },
    )
    note = TextField(label=_("Lời nhắn cho cán bộ"), help_text=_("Chỉ cán bộ đọc được."), required=False)

    def __init__(self, *args: Any, officers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = [("", _("Chọn…")), *officers]  # type: ignore[attr-defined]


class ExportForm(forms.Form):
    """Which columns the file has."""

    columns = forms.MultipleChoiceField(
        label=_("Các cột trong tệp"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Hãy chọn ít nhất một cột."),
            "invalid_choice": _("Có cột không còn. Hãy chọn lại."),
        },
    )

    def __init__(self, *args: Any, columns: Choices, usual: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"use_required_attribute": False})
        self.fields["columns"].choices = columns  # type: ignore[attr-defined]
        self.fields["columns"].initial = list(usual)
