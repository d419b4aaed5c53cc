"""Filters of the accountant's ledger and of the books of receipts. Sent by GET: no field takes a person's data."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payments.enums import ChargeKind, ChargeState, EntryKind, PaymentMethod, ReceiptState
from payments.forms.fields import day_field
from payments.models import ReceiptBook
from payments.selectors.books import MOST_DAYS, LedgerFilter

# Digits of a receipt's number; what the column holds has ten.
LONGEST_NUMBER = 9


class LedgerForm(forms.Form):
    """Two days and what narrows the lines between them."""

    tu = day_field(_("Từ ngày"), required_words=_("Hãy ghi ngày đầu."))
    den = day_field(_("Đến hết ngày"), required_words=_("Hãy ghi ngày cuối."))
    loai = forms.ChoiceField(label=_("Loại dòng"), required=False)
    khoan = forms.ChoiceField(label=_("Loại khoản"), required=False)
    cach = forms.ChoiceField(label=_("Cách nộp"), required=False)
    trang_thai = forms.ChoiceField(label=_("Trạng thái khoản thu"), required=False)
    thu_ngan = forms.TypedChoiceField(label=_("Thu ngân"), required=False, coerce=int, empty_value=None)
    co_quan = forms.TypedChoiceField(label=_("Cơ quan"), required=False, coerce=int, empty_value=None)
    ma = forms.CharField(label=_("Mã hồ sơ"), required=False, max_length=80)

    def __init__(
        self, *args: Any, cashiers: Sequence[tuple[int, str]], agencies: Sequence[tuple[int, str]], **kwargs: Any
    ) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("loai", EntryKind.choices),
            ("khoan", ChargeKind.choices),
            ("cach", PaymentMethod.choices),
            ("trang_thai", ChargeState.choices),
            ("thu_ngan", cashiers),
            ("co_quan", agencies),
        ):
            self.fields[name].choices = [("", _("Tất cả")), *choices]  # type: ignore[attr-defined]
        if len(agencies) < 2:
            del self.fields["co_quan"]

    def clean(self) -> dict[str, Any]:
        asked: dict[str, Any] = super().clean() or {}
        first, last = asked.get("tu"), asked.get("den")
        if first and last and last < first:
            self.add_error("den", _("Ngày cuối phải sau ngày đầu."))
        elif first and last and last - first >= timedelta(days=MOST_DAYS):
            self.add_error("den", _("Mỗi lần xem nhiều nhất 366 ngày."))
        return asked

    def wanted(self, agency_ids: Collection[int]) -> LedgerFilter:
        asked = self.cleaned_data
        chosen = asked.get("co_quan")
        return LedgerFilter(
            agency_ids=[chosen] if chosen is not None else sorted(agency_ids),
            starts_on=asked["tu"],
            ends_on=asked["den"],
            kind=asked["loai"],
            charge_kind=asked["khoan"],
            method=asked["cach"],
            state=asked["trang_thai"],
            code=asked["ma"].strip().upper(),
            cashier_id=asked["thu_ngan"],
        )


class ReceiptsForm(forms.Form):
    """A book, and what narrows its receipts."""

    quyen = forms.TypedChoiceField(label=_("Quyển biên lai"), coerce=int)
    so = forms.CharField(
        label=_("Số"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "input--short"}),
    )
    trang_thai = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Tất cả")), *ReceiptState.choices]
    )

    def __init__(self, *args: Any, books: Sequence[ReceiptBook], **kwargs: Any) -> None:
        kwargs["use_required_attribute"] = False
        super().__init__(*args, **kwargs)
        self.fields["quyen"].choices = [(book.pk, book.series) for book in books]  # type: ignore[attr-defined]

    def clean_so(self) -> int | None:
        """As it is printed, with or without the noughts before it."""
        text = self.cleaned_data["so"].strip()
        if not text:
            return None
        if not (text.isascii() and text.isdecimal()) or len(text) > LONGEST_NUMBER:
            raise forms.ValidationError(_("Số biên lai chỉ có chữ số, ví dụ 0000012."))
        return int(text)


def first_days(today: date) -> dict[str, str]:
    """The month up to today, as the form is filled on first opening."""
    return {"tu": f"{today.replace(day=1):%d/%m/%Y}", "den": f"{today:%d/%m/%Y}"}
