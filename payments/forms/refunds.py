"""Forms of refunds: proposing, deciding, paying out, the payer's account, the result of a review."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.banks import BANKS
from payments.enums import RefundReason, RefundRoute
from payments.forms.fields import AmountField
from payments.models import PaymentAttempt
from payments.selectors.refunds import reasons_for, routes_for, why_by_hand
from payments.services import BankAccount
from payments.services.refund_ends import MAX_REFERENCE
from portal.core.errors import InvalidInput


def _note(label: Any, help_text: Any = "", *, is_required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=500,
        required=is_required,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy ghi rõ căn cứ.")},
    )


class _Shown(forms.Form):
    """`key` keeps the ids of several forms on one page apart."""

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        kwargs |= {"auto_id": f"{key}-%s", "use_required_attribute": False}
        super().__init__(*args, **kwargs)

    def take(self, problem: InvalidInput) -> None:
        """What a service found wrong, beside the fields it names."""
        for name, sentence in problem.fields.items():
            self.add_error(name if name in self.fields else None, str(sentence))
        if not problem.fields:
            self.add_error(None, str(problem.sentence))


class _Account(forms.Form):
    account_bank = forms.ChoiceField(
        label=_("Ngân hàng nhận tiền"),
        required=False,
        choices=[("", _("Chọn ngân hàng")), *sorted(BANKS.items(), key=lambda bank: bank[1].lower())],
    )
    account_number = forms.CharField(
        label=_("Số tài khoản"),
        required=False,
        max_length=25,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    account_name = forms.CharField(
        label=_("Tên chủ tài khoản"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def account(self) -> BankAccount:
        """Raises RefundAccountInvalid."""
        values: Mapping[str, str] = self.cleaned_data
        return BankAccount(
            bank=values["account_bank"],
            number=values["account_number"].replace(" ", "").replace(".", ""),
            name=values["account_name"],
        )

    def names_account(self) -> bool:
        return any(self.cleaned_data.get(name) for name in ("account_bank", "account_number", "account_name"))


class AccountForm(_Shown, _Account):
    """The payer says where the money goes."""


class ProposeForm(_Shown, _Account):
    """An accountant or cashier proposes to give back money of one attempt."""

    seen_refundable_amount = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    amount = AmountField(label=_("Số tiền hoàn"), error_messages={"required": _("Ghi số tiền hoàn.")})
    reason = forms.ChoiceField(label=_("Lý do"), error_messages={"required": _("Chọn lý do.")})
    route = forms.ChoiceField(label=_("Cách hoàn"), error_messages={"required": _("Chọn cách hoàn.")})
    note = _note(_("Căn cứ"), _("Người duyệt và người kiểm tra sổ sẽ đọc."))
    field_order = ("seen_refundable_amount", "amount", "reason", "route", "note")

    def __init__(self, *args: Any, attempt: PaymentAttempt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = reasons_for(attempt)
        self._choose("reason", ((reason, RefundReason(reason).label) for reason in reasons))
        routes = routes_for(attempt, reasons[0] if len(reasons) == 1 else None)
        self._choose("route", ((route, RefundRoute(route).label) for route in routes))
        if RefundRoute.PROVIDER not in routes:
            self.fields["route"].help_text = why_by_hand(attempt)
        self.fields["account_bank"].help_text = _(
            "Chỉ khi hoàn bằng chuyển khoản. Để trống cả ba ô thì người nộp được hỏi tài khoản."
        )

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


class ApproveForm(_Shown):
    """The second person says yes. The hidden account is the one they saw."""

    note = _note(_("Ý kiến"), is_required=False)
    seen_account = forms.CharField(required=False, max_length=150, widget=forms.HiddenInput)


class NoteForm(_Shown):
    """Words that must be there: why not, or how we know."""

    note = _note(_("Lý do"))

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label is not None:
            self.fields["note"].label = label


class ReferenceForm(_Shown):
    """The paper by which money went, or did not."""

    reference = forms.CharField(
        label=_("Số chứng từ"),
        help_text=_("Mã giao dịch ngân hàng, hoặc số phiếu chi."),
        max_length=MAX_REFERENCE,
        error_messages={"required": _("Hãy ghi số chứng từ: mã giao dịch ngân hàng hoặc số phiếu chi.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
