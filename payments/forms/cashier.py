"""Forms of the cashier's desk and of receipts. Shape only; what may be taken or closed is the services' business."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.enums import COUNTER_METHODS, PaymentMethod
from payments.forms.fields import AmountField
from payments.selectors import OtherTry
from payments.services import DENOMINATIONS
from portal.core.errors import InvalidInput
from portal.core.money import format_vnd

_MOST_NOTES = 1_000_000


class _Refusable(forms.Form):
    """Shows what a service refused beside the field it is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)

    def take(self, error: InvalidInput) -> None:
        for name, sentence in error.fields.items():
            self.add_error(name if name in self.fields else None, str(sentence))
        if not error.fields:
            self.add_error(None, str(error.sentence))


class FindChargeForm(_Refusable):
    """The dossier code a payer reads out, or a scanner types."""

    ma = forms.CharField(
        label=_("Mã hồ sơ"),
        help_text=_("Gõ hoặc quét mã trên giấy tiếp nhận, ví dụ H36.21-260501-0001."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": _("Hãy gõ mã hồ sơ.")},
    )


class TakePaymentForm(_Refusable):
    """Cash with what the payer hands over, or a card with the number of the terminal's slip."""

    method = forms.ChoiceField(
        label=_("Cách nộp"),
        choices=[(one.value, one.label) for one in PaymentMethod if one in COUNTER_METHODS],
        initial=PaymentMethod.CASH.value,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn tiền mặt hoặc thẻ.")},
    )
    given_amount = AmountField(
        label=_("Tiền mặt khách đưa"),
        help_text=_("Để trống nếu khách đưa đúng số phải nộp."),
        required=False,
    )
    terminal_slip_number = forms.CharField(
        label=_("Số hóa đơn máy thẻ"),
        help_text=_("Chỉ khi nộp bằng thẻ: số in trên hóa đơn của máy."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    knows_of_other_tries = forms.BooleanField(
        label=_("Đã báo người nộp, vẫn thu tại quầy"),
        help_text=_("Nếu cả hai khoản tiền cùng đến, khoản đến sau được đề xuất hoàn."),
        error_messages={"required": _("Người nộp đang có lần nộp khác. Hãy hỏi người nộp rồi đánh dấu nếu vẫn thu.")},
    )

    def __init__(self, *args: Any, amount: int, other_tries: Sequence[OtherTry] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._amount = amount
        self.other_tries = list(other_tries)
        if not other_tries:
            del self.fields["knows_of_other_tries"]

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        given = asked.get("given_amount")
        if asked.get("method") == PaymentMethod.CARD_AT_COUNTER:
            if not asked.get("terminal_slip_number", "").strip() and "terminal_slip_number" not in self.errors:
                self.add_error("terminal_slip_number", _("Hãy ghi số hóa đơn in từ máy thẻ."))
        elif given is not None and given < self._amount:
            self.add_error("given_amount", _("Số tiền khách đưa ít hơn số phải nộp."))
        return asked

    @property
    def change(self) -> int:
        """What goes back to the payer, whole đồng; 0 for a card and for the exact amount."""
        asked = self.cleaned_data
        if asked["method"] != PaymentMethod.CASH or asked["given_amount"] is None:
            return 0
        return int(asked["given_amount"]) - self._amount


class CountForm(_Refusable):
    """How many notes of each value, and what the terminal's own total says."""

    counted_card_amount = AmountField(
        label=_("Tổng trên máy thẻ"), help_text=_("Để trống nếu không có."), required=False
    )
    note = forms.CharField(
        label=_("Giải thích chênh lệch"),
        help_text=_("Chỉ bắt buộc khi số đếm được khác sổ."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._notes = [f"to_{value}" for value in DENOMINATIONS]
        for value in DENOMINATIONS:
            self.fields[f"to_{value}"] = forms.IntegerField(
                label=format_vnd(value),
                required=False,
                min_value=0,
                max_value=_MOST_NOTES,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages={
                    "invalid": _("Số tờ phải là số nguyên, không âm."),
                    "min_value": _("Số tờ phải là số nguyên, không âm."),
                },
            )

    @property
    def note_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self._notes]

    @property
    def denominations(self) -> dict[str, int]:
        return {name.removeprefix("to_"): self.cleaned_data.get(name) or 0 for name in self._notes}

    @property
    def card(self) -> int:
        return self.cleaned_data.get("counted_card_amount") or 0


class EndReceiptForm(_Refusable):
    """Why a receipt is valid no longer, and what the next one says instead."""

    reason = forms.CharField(
        label=_("Lý do"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Hãy ghi lý do.")},
    )
    payer_name = forms.CharField(
        label=_("Tên người nộp trên biên lai mới"),
        help_text=_("Chỉ khi thay thế: để trống nếu tên cũ đúng."),
        required=False,
        max_length=200,
    )
