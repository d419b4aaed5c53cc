"""Forms of the officers who end a paper. Who may, and what may be written, is the services' business."""

from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.vault.codes import draw_code, printed_code
from portal.vault.forms.refusable import Refusable
from portal.vault.models import IssuedPaper
from portal.vault.services import labels_of
from portal.vault.services.digitisation_entries import FIRST_DAY, LAST_DAY

_REASON_HINT = _("Ai có mã trên giấy đều đọc được lý do này, nên không ghi tên, số định danh hay địa chỉ của ai.")
_SALT = "vault.replacement_code"


class FindPaperForm(Refusable):
    ma = forms.CharField(
        label=_("Mã xác minh"),
        help_text=_("Gõ hoặc quét mã trên giấy do cơ quan của bạn cấp."),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
        error_messages={"required": _("Hãy gõ mã xác minh.")},
    )


class RevokeForm(Refusable):
    reason = forms.CharField(
        label=_("Lý do thu hồi"),
        help_text=_REASON_HINT,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy ghi lý do thu hồi.")},
    )


class PaperDayField(forms.DateField):
    """A day on a paper of the vault, which may have been digitised: one long before the portal, or far ahead."""

    default_error_messages = {"year": _("Năm phải từ %(first)d đến %(last)d.")}

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            bounds = {"first": FIRST_DAY.year, "last": LAST_DAY.year}
            raise ValidationError(self.error_messages["year"], code="year", params=bounds)
        return day


class ReplaceForm(Refusable):
    """What the new paper says. `code` is drawn when the page opens and signed, because it is printed before the upload."""

    reason = forms.CharField(
        label=_("Lý do thay thế"),
        help_text=_REASON_HINT,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Hãy ghi lý do thay thế.")},
    )
    title = forms.CharField(label=_("Tên giấy tờ mới"), max_length=255)
    number = forms.CharField(label=_("Số, ký hiệu"), max_length=80, required=False)
    issued_on = PaperDayField(label=_("Ngày cấp"))
    valid_from = PaperDayField(label=_("Có hiệu lực từ ngày"))
    valid_until = PaperDayField(
        label=_("Đến hết ngày"), required=False, help_text=_("Để trống nếu giấy tờ không có ngày hết hiệu lực.")
    )
    code = forms.CharField(widget=forms.HiddenInput)
    document = forms.CharField(widget=forms.HiddenInput, required=False)
    upload = forms.FileField(label=_("Tệp giấy tờ mới"), required=False, allow_empty_file=True)

    def __init__(self, *args: Any, paper: IssuedPaper, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "title": paper.title,
                "number": paper.number,
                "issued_on": paper.issued_on,
                "valid_from": paper.valid_from,
                "valid_until": paper.valid_until,
                "code": signing.dumps(draw_code(), salt=_SALT),
            },
        )
        super().__init__(*args, **kwargs)
        for name in ("issued_on", "valid_from", "valid_until"):
            self.fields[name].error_messages["invalid"] = _("Ghi ngày dạng ngày/tháng/năm, ví dụ 05/05/2026.")
        # Not of the form's own rules, because a file that was sent before an error counts; but nothing goes on without one.
        self.fields["upload"].is_needed = not self["document"].value()  # type: ignore[attr-defined]
        labels = [one for one in labels_of(paper) if one.key in paper.facts]
        self._keys = {f"facts-{position}": one.key for position, one in enumerate(labels)}
        for position, one in enumerate(labels):
            self.fields[f"facts-{position}"] = forms.CharField(
                label=one.label, initial=paper.facts[one.key], required=False, max_length=2000
            )
        self.order_fields(
            ["reason", "title", "number", *self._keys, "issued_on", "valid_from", "valid_until", "upload"]
        )

    def facts(self) -> dict[str, str]:
        return {key: self.cleaned_data[name] for name, key in self._keys.items()}

    def drawn_code(self) -> str:
        """The code that was drawn for this page; "" for one that somebody made up."""
        try:
            return str(signing.loads(str(self["code"].value() or ""), salt=_SALT, max_age=7 * 86_400))
        except signing.BadSignature:
            return ""

    @property
    def printed_code(self) -> str:
        return printed_code(self.drawn_code())
