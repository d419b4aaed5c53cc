"""Forms about delays: the apology with a new date, and "we know, and deal with it before then"."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from dossiers.forms.desk import ActionForm
from dossiers.models.reschedules import MAX_REASON
from portal.core import clock
from portal.core.days import DayField
from portal.core.working_time import CalendarUnknown, WorkingCalendar

# Stored as they stand here, in Vietnamese, whatever language the officer's page has: the citizen reads them.
READY_REASONS = (
    gettext_noop("Cần thêm thời gian để xác minh thông tin trong hồ sơ."),
    gettext_noop("Đang chờ ý kiến của cơ quan phối hợp."),
    gettext_noop("Số hồ sơ tăng cao, cơ quan chưa giải quyết kịp."),
    gettext_noop("Hệ thống thông tin bị gián đoạn."),
)
OTHER = "other"
_DATE_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"]


def _date_field(label: Any, help_text: Any = "") -> DayField:
    wrong = _("Ghi ngày dạng ngày/tháng/năm, ví dụ 05/05/2026.")
    return DayField(
        label=label,
        help_text=help_text,
        input_formats=_DATE_FORMATS,
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": wrong, "invalid": wrong},
    )


def _at(on: date, at: time) -> datetime:
    return datetime.combine(on, at, tzinfo=clock.VIETNAM)


class RescheduleForm(ActionForm):
    """`reason` and `new_due_at` (an instant) are what the service takes."""

    reason_choice = forms.ChoiceField(
        label=_("Lý do chậm"),
        help_text=_("Công dân đọc nguyên văn."),
        error_messages={"required": _("Chọn hoặc ghi lý do chậm.")},
    )
    reason = forms.CharField(
        label=_("Lý do khác"),
        required=False,
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    new_due_at = _date_field(_("Ngày hẹn trả mới"))
    new_time = forms.TimeField(
        label=_("Giờ hẹn trả mới"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(format="%H:%M", attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": _("Ghi giờ dạng giờ:phút, ví dụ 16:30."),
            "invalid": _("Ghi giờ dạng giờ:phút, ví dụ 16:30."),
        },
    )

    def __init__(self, *args: Any, new_due_at: datetime | None, reason: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready: list[tuple[str, Any]] = [(sentence, gettext(sentence)) for sentence in READY_REASONS]
        if reason and reason not in {value for value, _label in ready}:
            # What the officer who proposes it wrote stands first, ready to be approved.
            ready.insert(0, (reason, reason))
        choice: Any = self.fields["reason_choice"]
        choice.choices = [("", _("Chọn lý do")), *ready, (OTHER, _("Lý do khác, ghi bên dưới"))]
        choice.initial = reason
        self.fields["reason"].label_note = _("(khi chọn lý do khác)")  # type: ignore[attr-defined]
        if new_due_at is not None:
            local = clock.local(new_due_at)
            self.fields["new_due_at"].initial = local.date()
            self.fields["new_time"].initial = local.time().replace(second=0, microsecond=0)

    def clean(self) -> dict[str, Any]:
        """The reason in words, and day and time as one instant."""
        cleaned = super().clean() or self.cleaned_data
        choice = cleaned.get("reason_choice")
        if choice == OTHER:
            if not (cleaned.get("reason") or "").strip():
                self.add_error("reason", _("Chọn hoặc ghi lý do chậm."))
        elif choice:
            cleaned["reason"] = choice
        if cleaned.get("new_due_at") and cleaned.get("new_time"):
            cleaned["new_due_at"] = _at(cleaned["new_due_at"], cleaned["new_time"])
        return cleaned


class DeclineRescheduleForm(ActionForm):
    note = forms.CharField(
        label=_("Ghi chú nội bộ"), required=False, max_length=MAX_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )


class AcknowledgeForm(ActionForm):
    """`handle_before` is the end of office hours of the chosen day, by the calendar given: an instant."""

    handle_before = _date_field(
        _("Sẽ xử lý trước ngày"), _("Đến hết giờ làm việc của ngày này, cấp trên chưa bị báo tiếp.")
    )
    note = forms.CharField(label=_("Ghi chú nội bộ"), required=False, max_length=500)

    def __init__(self, *args: Any, calendar: WorkingCalendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._calendar = calendar

    def clean_handle_before(self) -> datetime:
        chosen: date = self.cleaned_data["handle_before"]
        noon = _at(chosen, time(12))
        try:
            hours = self._calendar.intervals_on(chosen)
        except CalendarUnknown:
            hours = ()
        # On a day off nobody works, so its last hour says nothing: what was promised for it holds through that day.
        return hours[-1][1] if hours else noon.replace(hour=17)
