"""Forms of money taken at a desk, on the workspace and after intake. Shape only, and what the till asks for as well: the
number of the terminal's slip, that the terminal said yes, and that the payer was asked about another try."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from dossiers.forms.desk import ActionForm, whole_dong
from payments.enums import COUNTER_METHODS, PaymentMethod
from portal.core.templatetags.portal import instant

if TYPE_CHECKING:
    from payments.selectors import OtherTry

OtherTries = Mapping[str, "Sequence[OtherTry]"]
_ORDER = ["method", "received_amount", "terminal_slip_number", "has_terminal_confirmed", "knows_of_other_tries"]


class CounterSumForm(forms.Form):
    """Money counted at the counter: how it was paid, the sum typed once more, and the proof of a card.

    `other_tries` are what the payer may be paying with already, by the charge's label.
    """

    method = forms.ChoiceField(
        label=_("Hình thức"),
        choices=[(method.value, method.label) for method in PaymentMethod if method in COUNTER_METHODS],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn tiền mặt hay thẻ.")},
    )
    received_amount = forms.CharField(
        label=_("Số tiền đã nhận (đồng)"),
        help_text=_("Gõ lại số tiền vừa đếm hoặc vừa quẹt, ví dụ 135.000."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Ghi số tiền đã nhận.")},
    )
    terminal_slip_number = forms.CharField(
        label=_("Số hóa đơn máy thẻ"),
        help_text=_("Chỉ khi nộp bằng thẻ: số in trên hóa đơn của máy."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    has_terminal_confirmed = forms.BooleanField(label=_("Máy thẻ đã báo thành công"), required=False)
    knows_of_other_tries = forms.BooleanField(label=_("Đã báo người nộp, vẫn thu tại quầy"), required=False)

    def __init__(self, *args: Any, other_tries: "OtherTries | None" = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("terminal_slip_number", "has_terminal_confirmed"):
            self.fields[name].required_note = _("khi nộp bằng thẻ")  # type: ignore[attr-defined]
        self._other_tries = other_tries or {}
        asked = self.fields["knows_of_other_tries"]
        asked.required_note = _("bắt buộc khi thu khoản nêu trên")  # type: ignore[attr-defined]
        asked.help_text = _told(self._other_tries)
        if not self._other_tries:
            del self.fields["knows_of_other_tries"]

    def clean_received_amount(self) -> int:
        """Whole đồng from what people type: 135000, 135.000, 135 000 đ."""
        amount = whole_dong(self.cleaned_data["received_amount"])
        if amount is None:
            raise forms.ValidationError(_("Ghi số tiền bằng chữ số, ví dụ 135.000."))
        return amount

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        if asked.get("method") == PaymentMethod.CARD_AT_COUNTER:
            if not asked.get("terminal_slip_number", "").strip() and "terminal_slip_number" not in self.errors:
                self.add_error("terminal_slip_number", _("Hãy ghi số hóa đơn in từ máy thẻ."))
            if not asked.get("has_terminal_confirmed"):
                self.add_error("has_terminal_confirmed", _("Chỉ ghi nhận khi máy thẻ đã báo thành công."))
        if self._may_be_paid_twice(asked) and not asked.get("knows_of_other_tries"):
            self.add_error(
                "knows_of_other_tries",
                _("Người nộp đang có lần nộp khác. Hãy hỏi người nộp rồi đánh dấu nếu vẫn thu."),
            )
        return asked

    def money(self) -> dict[str, Any]:
        """What the services take, for a form that is valid."""
        names = ("method", "received_amount", "terminal_slip_number")
        knows = self.cleaned_data.get("knows_of_other_tries", False)
        return {**{name: self.cleaned_data[name] for name in names}, "knows_of_other_tries": knows}

    def _may_be_paid_twice(self, asked: Mapping[str, Any]) -> bool:
        return bool(self._other_tries)


class CounterPaymentForm(CounterSumForm, ActionForm):
    """One charge of the dossier. `other_tries` is by the charge's id here, as `charges` are."""

    field_order = ["seen_version", "charge", *_ORDER]
    charge = forms.ChoiceField(
        label=_("Khoản thu"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn khoản thu."),
            "invalid_choice": _("Khoản này không còn chờ nộp. Hãy chọn khoản khác."),
        },
    )

    def __init__(
        self,
        *args: Any,
        charges: Sequence[tuple[str, str]],
        other_tries: "OtherTries | None" = None,
        **kwargs: Any,
    ) -> None:
        by_id = other_tries or {}
        super().__init__(*args, other_tries={label: by_id[pk] for pk, label in charges if pk in by_id}, **kwargs)
        self._ids_with_tries = set(by_id)
        self.fields["charge"].choices = charges  # type: ignore[attr-defined]
        if len(charges) == 1:
            self.fields["charge"].initial = charges[0][0]

    def _may_be_paid_twice(self, asked: Mapping[str, Any]) -> bool:
        return asked.get("charge") in self._ids_with_tries


def _told(other_tries: OtherTries) -> str:
    """What is under way and since when, a line each."""
    lines = [
        (label, one.method, one.words, _("từ %(when)s") % {"when": instant(one.since)})
        for label, tries in other_tries.items()
        for one in tries
    ]
    if not lines:
        return ""
    head = _("Người nộp có thể đang nộp bằng cách khác. Hỏi trước khi thu:")
    tail = _("Nếu cả hai khoản tiền cùng đến, khoản đến sau được đề xuất hoàn.")
    rows = format_html_join("", "<li>{}. {}: {} ({})</li>", lines)
    return format_html("<strong>{}</strong><ul>{}</ul>{}", head, rows, tail)
