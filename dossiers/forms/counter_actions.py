"""Forms of what is done at the counter to a filed dossier."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.forms.desk import ActionForm, TextField
from dossiers.services.counter_drafts import MOST_SHEETS
from portal.documents.services import FilesField, ManyFiles


@dataclass(frozen=True, slots=True)
class AskedItem:
    """One item of the open request: its key, its name, and what of it can be brought."""

    pk: int
    what: str
    takes_sheets: bool
    takes_files: bool


class WithdrawAtCounterForm(ActionForm):
    reason = TextField(
        label=_("Người nộp xin rút vì sao, bằng giấy tờ gì"),
        help_text=_("Ví dụ: đơn xin rút ngày 02/05/2026. Công dân đọc được dòng này."),
        error_messages={"required": _("Ghi người nộp xin rút bằng giấy tờ gì.")},
    )


class SupplementAtDeskForm(ActionForm):
    """Sheets, scans and words for each item asked for; fields are named by the item: `giay-`, `chinh-`, `sao-`, `loi-`."""

    note = TextField(
        label=_("Lời nhắn chung của người nộp"),
        help_text=_(
            "Cũng là trả lời cho mục nào ở trên chưa có giấy tờ và chưa có lời riêng. Công dân đọc được dòng này."
        ),
        required=False,
        max_length=2000,
    )

    def __init__(self, *args: Any, items: Sequence[AskedItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items = items
        for item in items:
            said = {"what": item.what}
            if item.takes_sheets:
                self.fields[f"chinh-{item.pk}"] = _sheets(_("%(what)s: số bản chính") % said)
                self.fields[f"sao-{item.pk}"] = _sheets(_("%(what)s: số bản sao") % said)
            if item.takes_files:
                self.fields[f"giay-{item.pk}"] = FilesField(
                    label=_("%(what)s: tệp quét") % said,
                    help_text="",
                    widget=ManyFiles(attrs={"accept": "application/pdf,.pdf,image/*"}),
                )
            self.fields[f"loi-{item.pk}"] = TextField(
                label=_("%(what)s: người nộp trả lời") % said,
                help_text="" if item.takes_sheets else _("Ghi nội dung đúng như người nộp sửa, hoặc vì sao không sửa."),
                required=False,
                max_length=2000,
            )
        self.order_fields([name for name in self.fields if name != "note"])


def _sheets(label: str) -> forms.IntegerField:
    wrong = _("Số bản từ 0 đến %(max)d.") % {"max": MOST_SHEETS}
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=MOST_SHEETS,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "input--number", "autocomplete": "off"}),
        error_messages={"invalid": wrong, "min_value": wrong, "max_value": wrong},
    )


class DigitiseForm(ActionForm):
    component = forms.TypedChoiceField(
        label=_("Bản quét của giấy tờ nào"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn giấy tờ."),
            "invalid_choice": _("Giấy tờ này đã có bản quét. Hãy chọn giấy tờ khác."),
        },
    )
    upload = forms.FileField(
        label=_("Tệp quét"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,image/*"}),
        error_messages={"required": _("Hãy chọn tệp quét.")},
    )

    def __init__(self, *args: Any, components: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["component"].choices = components  # type: ignore[attr-defined]
        if len(components) == 1:
            self.fields["component"].initial = components[0][0]
