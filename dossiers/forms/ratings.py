"""The form of a rating, the same on every page it stands on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.enums import RatingReason, Satisfaction
from dossiers.services.ratings import MAX_WORDS


class RatingForm(forms.Form):
    level = forms.TypedChoiceField(
        label=_("Bạn hài lòng đến mức nào?"),
        choices=sorted(Satisfaction.choices, reverse=True),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn một trong năm mức."),
            "invalid_choice": _("Chọn một trong năm mức."),
        },
    )
    reasons = forms.MultipleChoiceField(
        label=_("Điều gì khiến bạn thấy vậy?"),
        help_text=_("Chọn được nhiều ô."),
        choices=RatingReason.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("Có ô không còn. Hãy chọn lại.")},
    )
    words = forms.CharField(
        label=_("Lời góp ý"),
        help_text=_("Không ghi tên hay số giấy tờ của ai. Lãnh đạo cơ quan đọc, không biết ai viết."),
        max_length=MAX_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        error_messages={
            "max_length": _("Lời góp ý dài nhất %(limit_value)d chữ."),
            "null_characters_not_allowed": _("Có ký tự không dùng được."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"use_required_attribute": False})
