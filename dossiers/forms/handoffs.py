"""Forms of handoffs: shape only; whether something may happen is the services' business."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.enums import HandoffOutcome, ObligationKind
from dossiers.forms.desk import ActionForm, TextField
from dossiers.services import Obligation
from portal.core.enums import TermUnit
from portal.core.money import read_vnd
from portal.documents.services import FilesField
from procedures.enums import HandoffKind

OBLIGATION_ROWS = 4


class AnswerFiles(FilesField):
    """What an agency answers with."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Tệp kèm theo"),
            help_text=_("Công văn, thông báo đã ký. Chọn được nhiều tệp; gửi rồi không sửa được."),
        )


class WholeText(TextField):
    """Words one officer writes to another."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=4, **kwargs)


class ReceiveHandoffForm(ActionForm):
    assignee = forms.TypedChoiceField(
        label=_("Giao cho"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Chọn cán bộ giải quyết của cơ quan bạn.")},
    )

    def __init__(self, *args: Any, officers: Sequence[tuple[int, str]], me: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [("", _("Chưa giao cho ai")), *officers]  # type: ignore[attr-defined]
        self.fields["assignee"].initial = me if me in dict(officers) else ""


class AnswerHandoffForm(ActionForm):
    outcome = forms.ChoiceField(
        label=_("Kết quả"),
        choices=[(one.value, one.label) for one in (HandoffOutcome.AGREED, HandoffOutcome.OPINION)],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn kết quả trả lời.")},
    )
    answer = WholeText(label=_("Nội dung trả lời"), required=False)
    uploads = AnswerFiles()

    def __init__(self, *args: Any, may_be_nothing_owed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if may_be_nothing_owed:
            self.fields["outcome"].choices = [  # type: ignore[attr-defined]
                (HandoffOutcome.AGREED.value, _("Không phát sinh nghĩa vụ tài chính"))
            ]
            self.fields["outcome"].initial = HandoffOutcome.AGREED.value


class RefuseHandoffForm(ActionForm):
    reason = WholeText(
        label=_("Lý do từ chối"),
        help_text=_("Cơ quan hỏi đọc nguyên văn."),
        error_messages={"required": _("Hãy ghi lý do từ chối.")},
    )
    uploads = AnswerFiles()


class RecallHandoffForm(ActionForm):
    reason = WholeText(
        label=_("Lý do thu hồi"),
        help_text=_("Cơ quan được hỏi đọc nguyên văn."),
        error_messages={"required": _("Hãy ghi lý do thu hồi.")},
    )


class ObligationForm(ActionForm):
    """A few rows of kind, amount, description; rows left blank are none. `cleaned_data["obligations"]` is the list."""

    legal_basis = forms.CharField(label=_("Căn cứ pháp lý"), max_length=255, required=False)
    answer = WholeText(label=_("Số thông báo, ghi chú"), required=False)
    uploads = AnswerFiles()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: dict[str, forms.Field] = {}
        for number in range(1, OBLIGATION_ROWS + 1):
            rows[f"kind_{number}"] = forms.ChoiceField(
                label=_("Khoản %(number)d: loại") % {"number": number},
                choices=[("", _("Không có")), *ObligationKind.choices],
                required=False,
            )
            rows[f"amount_{number}"] = forms.CharField(
                label=_("Khoản %(number)d: số tiền (đồng)") % {"number": number},
                max_length=24,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
            )
            rows[f"description_{number}"] = forms.CharField(
                label=_("Khoản %(number)d: ghi rõ") % {"number": number}, max_length=200, required=False
            )
        self.fields = {"seen_version": self.fields.pop("seen_version"), **rows, **self.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        found = []
        for number in range(1, OBLIGATION_ROWS + 1):
            kind, typed = cleaned.get(f"kind_{number}", ""), cleaned.get(f"amount_{number}", "")
            if not kind and not typed:
                continue
            if not kind:
                self.add_error(f"kind_{number}", _("Chọn loại của khoản này."))
                continue
            amount = read_vnd(typed)
            if not amount:
                self.add_error(f"amount_{number}", _("Ghi số tiền bằng chữ số, ví dụ 135.000."))
                continue
            found.append(Obligation(kind=kind, amount=amount, description=cleaned.get(f"description_{number}", "")))
        if not found and not self.errors:
            self.add_error("kind_1", _("Hãy ghi ít nhất một khoản."))
        return {**cleaned, "obligations": found}


class OpenHandoffForm(ActionForm):
    """Ask another agency. A planned one brings agency, kind and term; `free` asks for them."""

    kind = forms.ChoiceField(
        label=_("Loại liên thông"),
        choices=HandoffKind.choices,
        initial=HandoffKind.CONSULTATION,
        widget=forms.RadioSelect,
    )
    to_agency = forms.TypedChoiceField(
        label=_("Cơ quan được hỏi"),
        coerce=int,
        empty_value=None,
        error_messages={"required": _("Chọn cơ quan cần hỏi."), "invalid_choice": _("Chọn cơ quan cần hỏi.")},
    )
    question = WholeText(
        label=_("Đề nghị làm gì"),
        error_messages={"required": _("Hãy ghi đề nghị cơ quan này làm gì.")},
    )
    term_value = forms.DecimalField(
        label=_("Trả lời trong"),
        min_value=Decimal("0.5"),
        max_value=3650,
        max_digits=6,
        decimal_places=2,
        localize=True,
        error_messages={
            "required": _("Ghi thời hạn trả lời."),
            "invalid": _("Ghi thời hạn lớn hơn 0; ngày làm việc có thể lẻ nửa ngày."),
        },
    )
    term_unit = forms.ChoiceField(label=_("Đơn vị"), choices=TermUnit.choices, initial=TermUnit.WORKING_DAY)
    sections = forms.MultipleChoiceField(
        label=_("Phần tờ khai cho xem"), required=False, widget=forms.CheckboxSelectMultiple
    )
    components = forms.TypedMultipleChoiceField(
        label=_("Giấy tờ cho xem"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    answers = forms.TypedMultipleChoiceField(
        label=_("Trả lời của cơ quan khác cho xem"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        agencies: Sequence[tuple[int, str]],
        sections: Sequence[tuple[str, str]],
        components: Sequence[tuple[int, str]],
        answers: Sequence[tuple[int, str]],
        is_planned: bool,
        needs_agency: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_agency"].choices = [("", "---"), *agencies]  # type: ignore[attr-defined]
        for name, choices in (("sections", sections), ("components", components), ("answers", answers)):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]
        if is_planned:
            for name in ("kind", "term_value", "term_unit"):
                del self.fields[name]
        if not needs_agency:
            del self.fields["to_agency"]
