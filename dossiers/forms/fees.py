"""Forms about what is owed: the citizen's claim to pay less, and what officers count and decide."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.forms.desk import ActionForm, reason_field
from portal.core.money import format_vnd
from procedures.services.fees import MOST_UNITS

if TYPE_CHECKING:
    from procedures.models import ReliefCategory

_MOST_REASON = 500


class ReliefForm(forms.Form):
    """One category or none; the service asks for the proof."""

    category = forms.ChoiceField(
        label=_("Bạn thuộc đối tượng nào?"),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Hãy chọn một đối tượng trong danh sách.")},
    )
    upload = forms.FileField(
        label=_("Giấy tờ chứng minh"),
        help_text=_("PDF hoặc ảnh chụp rõ chữ."),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf,image/*"}),
    )
    shows_paper = forms.BooleanField(
        label=_("Tôi mang bản giấy đến bộ phận một cửa"),
        required=False,
    )

    def __init__(self, *args: Any, categories: "Sequence[tuple[ReliefCategory, int | None]]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [  # type: ignore[attr-defined]
            ("", _("Không thuộc đối tượng nào, nộp đủ")),
            *((category.key, _described(category, total)) for category, total in categories),
        ]


def _described(category: "ReliefCategory", total: int | None) -> str:
    pays = "" if total is None else _("còn phải nộp %(total)s") % {"total": format_vnd(total)}
    proof = _("Giấy tờ: %(proof)s") % {"proof": category.proof}
    return f"{category.name}{f' ({pays})' if pays else ''}. {proof}"


class DecideReliefForm(ActionForm):
    decision = forms.ChoiceField(
        label=_("Quyết định"),
        choices=[("accept", _("Chấp nhận")), ("refuse", _("Không chấp nhận"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn chấp nhận hay không chấp nhận.")},
    )
    reason = reason_field(_("Lý do, giấy tờ đã xem"), _("Công dân đọc được. Ví dụ: giấy chứng nhận hộ nghèo 2026."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _limit(self.fields["reason"])


class GrantReliefForm(ActionForm):
    category = forms.ChoiceField(
        label=_("Đối tượng"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn đối tượng."), "invalid_choice": _("Chọn đối tượng trong danh sách.")},
    )
    reason = reason_field(_("Giấy tờ đã xem"), _("Công dân đọc được. Ví dụ: thẻ thương binh."))

    def __init__(self, *args: Any, categories: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = categories  # type: ignore[attr-defined]
        _limit(self.fields["reason"])


class NoteQuantityForm(ActionForm):
    fee = forms.TypedChoiceField(
        label=_("Khoản thu"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn khoản thu."), "invalid_choice": _("Chọn khoản thu trong danh sách.")},
    )
    quantity = forms.IntegerField(
        label=_("Số lượng"),
        min_value=0,
        max_value=MOST_UNITS,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": _("Ghi số lượng."), "invalid": _("Số lượng là số nguyên.")},
    )

    def __init__(self, *args: Any, counted: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fee"].choices = counted  # type: ignore[attr-defined]
        if len(counted) == 1:
            self.fields["fee"].initial = counted[0][0]


def _limit(field: forms.Field) -> None:
    assert isinstance(field, forms.CharField)
    field.max_length = _MOST_REASON
    field.validators = [*field.validators, forms.CharField(max_length=_MOST_REASON).validators[0]]
    field.widget.attrs["maxlength"] = str(_MOST_REASON)
