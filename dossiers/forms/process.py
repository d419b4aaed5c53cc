"""Forms of the work inside an agency: who takes it, how a step ended, what is to be mended; and an officer's absence."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.forms.desk import ActionForm, TextField
from portal.core.days import DayField

Choices = Sequence[tuple[Any, Any]]


def _note() -> TextField:
    return TextField(label=_("Ghi chú"), required=False, help_text=_("Chỉ cán bộ đọc được."))


class CompleteStepForm(ActionForm):
    outcome = forms.ChoiceField(
        label=_("Kết quả của bước"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn kết quả của bước này.")},
    )
    note = _note()

    def __init__(self, *args: Any, outcomes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = outcomes  # type: ignore[attr-defined]
        if len(outcomes) == 1:
            # Nothing to choose from.
            del self.fields["outcome"]


class ReturnForReworkForm(ActionForm):
    to_step = forms.ChoiceField(
        label=_("Trả về bước"), widget=forms.RadioSelect, error_messages={"required": _("Chọn bước nhận lại.")}
    )
    reason = TextField(
        label=_("Cần sửa gì"),
        help_text=_("Người làm bước đó đọc được; công dân thì không."),
        rows=4,
        error_messages={"required": _("Hãy ghi cần sửa gì.")},
    )

    def __init__(self, *args: Any, steps: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_step"].choices = steps  # type: ignore[attr-defined]
        if len(steps) < 2:
            del self.fields["to_step"]


class PassOnForm(ActionForm):
    taker = forms.ChoiceField(
        label=_("Bàn giao cho"),
        error_messages={
            "required": _("Chọn người hoặc phòng, ban nhận bàn giao."),
            "invalid_choice": _("Người này không làm được bước này. Hãy chọn người khác."),
        },
    )
    note = _note()

    def __init__(self, *args: Any, takers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["taker"].choices = [("", _("Chọn…")), *takers]  # type: ignore[attr-defined]


class AssignForm(ActionForm):
    officer = forms.TypedChoiceField(
        label=_("Giao cho"),
        coerce=int,
        error_messages={
            "required": _("Chọn cán bộ."),
            "invalid_choice": _("Người này không làm được bước này. Hãy chọn người khác."),
        },
    )
    note = _note()

    def __init__(self, *args: Any, officers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].choices = [("", _("Chọn…")), *officers]  # type: ignore[attr-defined]


class AbsenceForm(forms.Form):
    """Who is away where, from when to when, and who stands in. A head chooses who is away as well."""

    absent = forms.TypedChoiceField(
        label=_("Người vắng mặt"), coerce=int, error_messages={"required": _("Chọn người vắng mặt.")}
    )
    agency = forms.TypedChoiceField(label=_("Cơ quan"), coerce=int, error_messages={"required": _("Chọn cơ quan.")})
    delegate = forms.TypedChoiceField(
        label=_("Người làm thay"),
        coerce=int,
        help_text=_("Người này làm được mọi việc của bạn ở cơ quan đã chọn, trong những ngày đã chọn."),
        error_messages={
            "required": _("Chọn người làm thay."),
            "invalid_choice": _("Người làm thay phải đang được phân công ở cùng cơ quan."),
        },
    )
    starts_on = DayField(
        label=_("Vắng từ ngày"),
        help_text=_("Ví dụ 05/01/2027."),
        error_messages={"required": _("Ghi ngày bắt đầu vắng."), "invalid": _("Ghi ngày theo dạng 05/01/2027.")},
    )
    ends_on = DayField(
        label=_("Đến hết ngày"),
        help_text=_("Ví dụ 09/01/2027."),
        error_messages={"required": _("Ghi ngày cuối còn vắng."), "invalid": _("Ghi ngày theo dạng 05/01/2027.")},
    )
    reason = forms.CharField(
        label=_("Lý do"), max_length=300, error_messages={"required": _("Hãy ghi lý do vắng mặt.")}
    )

    def __init__(self, *args: Any, agencies: Choices, colleagues: Choices, absentees: Choices, **kwargs: Any) -> None:
        kwargs |= {"use_required_attribute": False}
        super().__init__(*args, **kwargs)
        self.fields["absent"].choices = absentees  # type: ignore[attr-defined]
        if len(absentees) == 1:
            # Only oneself.
            del self.fields["absent"]
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]
        if len(agencies) == 1:
            self.fields["agency"].initial = agencies[0][0]
        self.fields["delegate"].choices = [("", _("Chọn…")), *colleagues]  # type: ignore[attr-defined]
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.attrs.update({"inputmode": "numeric", "autocomplete": "off", "size": "12"})
