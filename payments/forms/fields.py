"""Fields of the money desk: an amount and a day as people type them."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

# At most fifteen digits, in one piece or in threes parted by one sign throughout: 12.5 is a slip, not 125.
_WHOLE = re.compile(r"([0-9]{1,15}|[0-9]{1,3}([.,\s])[0-9]{3}(?:\2[0-9]{3}){0,3})\s*(?:đ|₫|vnd)?", re.IGNORECASE)
# No book is older, and a day after the last one can still be reckoned.
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)
_OUT_OF_TIME = _("Năm phải từ 2000 đến 2999.")


class AmountField(forms.Field):
    """Whole đồng as people write them: 200000, 200.000, 200 000 đ. Gives an int, None when left empty."""

    default_error_messages = {
        "required": _("Hãy ghi số tiền."),
        "invalid": _("Số tiền là số đồng nguyên, ví dụ 200.000."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if not text:
            return None
        found = _WHOLE.fullmatch(text)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid"])
        return int(re.sub(r"[.,\s]", "", found[1]))


def day_field(label: Any, *, required_words: Any = "", help_text: Any = "") -> forms.DateField:
    """A day as dd/mm/yyyy, of the years 2000 to 2999; may be left out where there are no words for leaving it out."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=bool(required_words),
        input_formats=["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"],
        widget=forms.DateInput(
            format="%d/%m/%Y", attrs={"class": "input--date", "inputmode": "numeric", "autocomplete": "off"}
        ),
        validators=[MinValueValidator(_FIRST_DAY, _OUT_OF_TIME), MaxValueValidator(_LAST_DAY, _OUT_OF_TIME)],
        error_messages={
            "required": required_words,
            "invalid": _("Ngày này không có trên lịch, hoặc chưa đúng dạng ngày/tháng/năm, ví dụ 01/09/2026."),
        },
    )
