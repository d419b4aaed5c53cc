"""Small forms of the citizen's side; the declaration itself is built from its definition."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from dossiers.enums import ResultDelivery

if TYPE_CHECKING:
    from portal.accounts.models import Representation

ONESELF = "toi"
"""In a post: the dossier is filed for its applicant."""


def show_refused_files(form: forms.Form, refused: Mapping[str, list[str]]) -> None:
    """Say beside each question which of its files were not taken, and why; the rest of the page was saved."""
    for name, sentences in refused.items():
        if name in form.fields and not form[name].value():
            # "Choose a file" beside the reason why the chosen one was not taken would only confuse.
            form.errors.pop(name, None)
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


class StartForm(forms.Form):
    """Which agency and which case; a question with one answer is not asked."""

    offering = forms.ChoiceField(label=_("Nộp cho cơ quan nào?"), widget=forms.RadioSelect)
    case = forms.ChoiceField(label=_("Trường hợp của bạn"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, offerings: list[tuple[str, str]], cases: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, choices, sentence in (
            ("offering", offerings, _("Chọn cơ quan nhận hồ sơ.")),
            ("case", cases, _("Chọn trường hợp của bạn.")),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            field.error_messages = {"required": sentence, "invalid_choice": sentence}
            if len(choices) <= 1:
                del self.fields[name]


class FiledForForm(forms.Form):
    """For whom the dossier is filed; a choice among what the applicant declared."""

    organisation = forms.ChoiceField(
        label=_("Bạn nộp hồ sơ này cho ai?"),
        help_text=_(
            "Nộp cho tổ chức thì kết quả nằm trong kho giấy tờ của tổ chức: ai đại diện cho tổ chức cũng xem được, kể cả "
            "người được xác thực là đại diện của đúng mã số thuế này."
        ),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Chọn nộp cho chính bạn hoặc cho một tổ chức."),
            "invalid_choice": _("Chọn một trong các dòng ở đây."),
        },
    )

    def __init__(self, *args: Any, representations: Sequence["Representation"], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [  # type: ignore[attr-defined]
            (ONESELF, self.oneself()),
            *(
                (
                    str(one.organisation_id),
                    _("%(name)s, mã số thuế %(code)s")
                    % {"name": one.organisation.name, "code": one.organisation.tax_code},
                )
                for one in representations
            ),
        ]

    def oneself(self) -> Any:
        return _("Cho chính tôi")

    @property
    def organisation_id(self) -> int | None:
        """What a valid form chose; None for oneself."""
        chosen = self.cleaned_data["organisation"]
        return None if chosen == ONESELF else int(chosen)


class DeliveryForm(forms.Form):
    """How the result comes; the service checks the level and the address."""

    delivery = forms.ChoiceField(label=_("Bạn muốn nhận kết quả thế nào?"), widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("Địa chỉ nhận qua bưu điện"),
        help_text=_("Chỉ ghi khi nhận qua bưu điện: số nhà, đường, xã hoặc phường, tỉnh."),
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    desk = forms.ChoiceField(
        label=_("Nơi tiếp nhận và trả kết quả"),
        help_text=_("Thủ tục này nộp ở đâu cũng được; cơ quan giải quyết không đổi."),
        error_messages={
            "required": _("Chọn nơi tiếp nhận và trả kết quả."),
            "invalid_choice": _("Chọn bộ phận một cửa trong danh sách."),
        },
    )

    def __init__(
        self, *args: Any, choices: list[ResultDelivery], desks: Sequence[tuple[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if len(desks) > 1:
            self.fields["desk"].choices = desks  # type: ignore[attr-defined]
        else:
            del self.fields["desk"]
        field = self.fields["delivery"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(choice.value, choice.label) for choice in choices]
        sentence = _("Chọn cách nhận kết quả.")
        field.error_messages = {"required": sentence, "invalid_choice": sentence}
        if ResultDelivery.POST not in choices:
            del self.fields["address"]


class AttestationForm(forms.Form):
    """The declarant answers for what was declared."""

    attestation = forms.BooleanField(
        label=_("Tôi cam đoan những điều đã khai là đúng và chịu trách nhiệm trước pháp luật về lời khai của mình."),
        error_messages={"required": _("Bạn cần cam đoan những điều đã khai là đúng.")},
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label=_("Vì sao bạn rút hồ sơ?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LookupForm(forms.Form):
    code = forms.CharField(
        label=_("Mã hồ sơ"),
        help_text=_("In trên giấy tiếp nhận, ví dụ H36.14-260422-0318."),
        max_length=60,
        error_messages={"required": _("Ghi mã hồ sơ.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
    pass_code = forms.CharField(
        label=_("Mã tra cứu, 6 ký tự"),
        max_length=8,
        error_messages={"required": _("Ghi mã tra cứu.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}),
    )
