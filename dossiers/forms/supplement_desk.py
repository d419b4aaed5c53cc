"""What an officer asks to be added or mended: every slot and every field of the dossier with a box to tick and a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dossiers.forms.desk import ActionForm, note_field, reason_field
from dossiers.models.supplements import REASON_LENGTH

SLOT_REASONS: tuple[str | Promise, ...] = (
    _("Ảnh mờ, không đọc được. Hãy chụp lại rõ cả trang, đủ sáng."),
    _("Thiếu trang. Hãy tải lên đủ các trang, cả mặt sau."),
    _("Giấy tờ đã hết hạn. Hãy nộp bản còn hạn."),
    _("Bản sao chưa chứng thực. Hãy nộp bản chứng thực hoặc bản chính."),
    _("Không phải giấy tờ được yêu cầu. Hãy xem lại và nộp đúng loại."),
)
FIELD_REASONS: tuple[str | Promise, ...] = (
    _("Không khớp với giấy tờ kèm theo. Hãy sửa theo giấy tờ."),
    _("Ghi chưa đủ. Hãy ghi đầy đủ."),
    _("Ghi sai. Hãy kiểm tra và sửa lại."),
    _("Chưa khai mục này. Hãy điền."),
)
"""To pick from; every reason can be typed over."""


@dataclass(frozen=True, slots=True)
class Askable:
    """A slot, a field or a row that can be asked for; `value` is what the dossier says there, as read."""

    ref: str
    label: str
    value: str = ""
    component_id: int | None = None
    field_key: str = ""
    row: int | None = None

    @property
    def tick_name(self) -> str:
        return f"chon-{self.ref}"

    @property
    def reason_name(self) -> str:
        return f"ly-do-{self.ref}"

    @property
    def list_id(self) -> str:
        return "ly-do-giay-to" if self.component_id else "ly-do-to-khai"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the form as a page draws it."""

    askable: Askable
    tick: forms.BoundField
    reason: forms.BoundField


class SupplementAskForm(ActionForm):
    """At least one item, and a reason for each."""

    note = note_field(_("Lời nhắn chung"), _("Công dân đọc dưới danh sách các mục."))

    def __init__(self, *args: Any, groups: Sequence[tuple[str, Sequence[Askable]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.askables = groups
        self.slot_reasons, self.field_reasons = SLOT_REASONS, FIELD_REASONS
        fields: dict[str, forms.Field] = {"seen_version": self.fields.pop("seen_version")}
        for _label, entries in groups:
            for one in entries:
                fields[one.tick_name] = forms.BooleanField(label=one.label, required=False)
                reason = forms.CharField(
                    label=_("Lý do"),
                    required=False,
                    max_length=REASON_LENGTH,
                    widget=forms.TextInput(attrs={"list": one.list_id, "autocomplete": "off", "class": "input"}),
                )
                reason.summary_label = one.label  # type: ignore[attr-defined]
                fields[one.reason_name] = reason
        # In the order of the page, so that the error summary follows it.
        self.fields = fields | self.fields

    @property
    def groups(self) -> list[tuple[str, list[Entry]]]:
        return [
            (label, [Entry(one, self[one.tick_name], self[one.reason_name]) for one in entries])
            for label, entries in self.askables
        ]

    def clean(self) -> dict[str, Any]:
        """`items`: what was ticked with its reason. A reason without a tick is no request, and is not thrown away either."""
        cleaned = super().clean() or self.cleaned_data
        items: list[tuple[Askable, str]] = []
        for _label, entries in self.askables:
            for one in entries:
                reason = cleaned.get(one.reason_name, "")
                if cleaned.get(one.tick_name):
                    items.append((one, reason))
                    if not reason and not self.has_error(one.reason_name):
                        self.add_error(one.reason_name, _("Hãy ghi lý do để công dân biết phải làm gì."))
                elif reason:
                    self.add_error(
                        one.reason_name, _("Đã ghi lý do mà chưa đánh dấu mục này. Hãy đánh dấu, hoặc xóa lý do.")
                    )
        if not items:
            self.add_error(None, _("Hãy chọn ít nhất một mục cần bổ sung."))
        cleaned["items"] = items
        return cleaned

    def hidden(self) -> list[tuple[str, str]]:
        """What was typed and ticked, to be sent again from the preview."""
        return [
            (field.html_name, "on" if field.value() is True else str(field.value()))
            for field in self
            if field.name != "seen_version" and field.value()
        ]

    def typed(self) -> list[tuple[str, str]]:
        """Each reason under the name of its item."""
        if not self.is_bound:
            return []
        texts = [
            (one.label, str(self[one.reason_name].value() or "").strip())
            for _label, entries in self.askables
            for one in entries
        ]
        others = [name for name in ("why", "note") if name in self.fields]
        texts += [(str(self[name].label), str(self[name].value() or "").strip()) for name in others]
        return [(label, text) for label, text in texts if text]


class SupplementProposalForm(SupplementAskForm):
    """The same once more, with the reason why the law allows it here."""

    why = reason_field(
        _("Vì sao phải yêu cầu thêm một lần"),
        _("Quy định chỉ cho thêm khi đã hướng dẫn mà bổ sung chưa đúng. Người ký đọc, công dân không đọc."),
    )


class DeclineForm(ActionForm):
    reason = reason_field(_("Vì sao không cho"), _("Chỉ cán bộ đọc."))
