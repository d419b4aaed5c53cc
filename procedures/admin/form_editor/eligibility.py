"""Rules that stop a person before they waste an hour: when, what is said, what to do instead, and the law behind it.

The pages exist only where the engine reads such rules.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.core.errors import PortalError
from procedures.admin.form_editor.conditions import ALWAYS, ConditionBuilder
from procedures.admin.form_editor.desk import Desk
from procedures.admin.form_editor.overview import condition_words
from procedures.admin.form_editor.param_controls import both_languages, two_languages
from procedures.errors import StaleDraft
from procedures.form_definitions import DefinitionError, FormDefinition
from procedures.form_definitions.params import KEY
from procedures.services import form_editing
from procedures.services.form_keys import suggested_key

# The name of the condition in the JSON of a rule.
WHEN = "stop_when"


class RuleForm(forms.Form):
    """One rule. Its condition may look at every answer of the declaration."""

    sentence_vi = forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "data-key-source": ""}))
    sentence_en = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}))
    instead_vi = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}))
    instead_en = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}))
    legal_basis = forms.CharField(required=False, max_length=300)
    severity = forms.ChoiceField()
    key = forms.CharField(required=False, max_length=40)

    def __init__(
        self,
        *,
        values: Mapping[str, Any],
        definition: FormDefinition,
        taken: frozenset[str],
        data: Mapping[str, Any] | None,
    ) -> None:
        sentence_vi, sentence_en = both_languages(values.get("sentence"))
        instead_vi, instead_en = both_languages(values.get("instead"))
        initial = {"sentence_vi": sentence_vi, "sentence_en": sentence_en, "instead_vi": instead_vi}
        initial |= {
            "instead_en": instead_en,
            "legal_basis": values.get("legal_basis", ""),
            "key": values.get("key", ""),
        }
        super().__init__(data, initial=initial | {"severity": values.get("severity", "stop")})
        self.taken = taken - {values.get("key", "")}
        labels = {
            "sentence_vi": _("Câu nói với người khai"),
            "sentence_en": _("Câu nói, tiếng Anh"),
            "instead_vi": _("Nên làm gì thay vào đó"),
            "instead_en": _("Nên làm gì, tiếng Anh"),
            "legal_basis": _("Căn cứ pháp lý"),
            "severity": _("Khi điều kiện đúng thì"),
            "key": _("Khóa"),
        }
        for name, label in labels.items():
            self.fields[name].label = label
        severity = self.fields["severity"]
        assert isinstance(severity, forms.ChoiceField)
        severity.choices = [("stop", _("Không cho nộp")), ("warn", _("Chỉ nhắc, vẫn cho nộp"))]
        self.fields["key"].help_text = _("Để trống thì tự đặt.")
        self.builder = ConditionBuilder(
            prefix=WHEN,
            legend=_("Khi nào"),
            always="",
            specs=list(definition.fields()),
            raw=values.get(WHEN),
            data=self.data if self.is_bound else None,
        )
        self.fields.update(self.builder.fields())
        mode = self.fields[f"{WHEN}-mode"]
        assert isinstance(mode, forms.ChoiceField)
        mode.choices = [choice for choice in mode.choices if choice[0] != ALWAYS]  # type: ignore[union-attr,index,misc]
        if mode.initial == ALWAYS:
            mode.initial = "all"
        self._when: Any = None

    def clean_key(self) -> str:
        key = str(self.cleaned_data.get("key") or "").strip()
        if not key:
            return suggested_key(
                str(self.cleaned_data.get("sentence_vi", ""))[:30], taken=self.taken, otherwise="dieu_kien"
            )
        if not KEY.fullmatch(key) or key in self.taken:
            raise ValidationError(_("Khóa gồm chữ thường không dấu, số và dấu _, và chưa dùng cho điều kiện khác."))
        return key

    def clean(self) -> dict[str, Any]:
        try:
            self._when = self.builder.read(self.cleaned_data)
        except ValidationError as error:
            self.add_error(None, error)
        return self.cleaned_data

    def rule(self) -> dict[str, Any]:
        """The rule as it stands in a definition."""
        values = self.cleaned_data
        rule = {
            "key": values["key"],
            WHEN: self._when,
            "sentence": two_languages(values["sentence_vi"], values["sentence_en"]),
        }
        if instead := two_languages(values["instead_vi"], values["instead_en"]):
            rule["instead"] = instead
        if values["legal_basis"]:
            rule["legal_basis"] = values["legal_basis"]
        if values["severity"] != "stop":
            rule["severity"] = values["severity"]
        return rule

    def text_fields(self) -> list[forms.BoundField]:
        return [
            self[name]
            for name in ("sentence_vi", "instead_vi", "severity", "legal_basis", "sentence_en", "instead_en", "key")
        ]

    def condition_parts(self) -> list[dict[str, Any]]:
        return [self.builder.part(self)]


@require_safe
def show(request: HttpRequest, model_admin: ModelAdmin, revision_id: int) -> HttpResponse:
    """All rules in the order in which they are asked."""
    desk = Desk.open(model_admin, request, revision_id)
    rules: list[dict[str, Any]] = []
    if desk.definition is not None:
        parsed = list(getattr(desk.definition, "eligibility", ()))
        rules = [
            {
                "key": rule.key,
                "sentence": rule.sentence.shown(),
                "instead": rule.instead.shown(),
                "legal_basis": rule.legal_basis,
                "is_warning": str(getattr(rule, "severity", "stop")) == "warn",
                "when": condition_words(rule.when, desk.definition),
                "position": number,
                "is_last": number == len(parsed) - 1,
            }
            for number, rule in enumerate(parsed)
        ]
    return desk.render("rules.html", {"rules": rules}, title=_("Điều kiện được nộp"))


def edit(request: HttpRequest, model_admin: ModelAdmin, revision_id: int, rule: str = "") -> HttpResponse:
    """One rule; without a key, a new one."""
    desk = Desk.open(model_admin, request, revision_id)
    if desk.definition is None:
        return desk.back()
    stored = form_editing.eligibility_rules(desk.revision.form_definition)
    values = next((item for item in stored if item.get("key") == rule), None) if rule else {}
    if values is None:
        raise Http404
    form = RuleForm(
        values=values,
        definition=desk.definition,
        taken=frozenset(str(item.get("key")) for item in stored),
        data=request.POST if request.method == "POST" else None,
    )
    status, stale = 200, None
    is_refresh = "refresh" in request.POST
    if form.is_bound and not is_refresh:
        status = 422
        if form.is_valid():
            new = form.rule()
            try:
                desk.save(
                    lambda definition: form_editing.put_rule(definition, new, key=rule), _("sửa điều kiện được nộp")
                )
            except StaleDraft as error:
                status, stale = 409, error.sentence
            except (DefinitionError, PortalError) as error:
                form.add_error(None, str(error.sentence))
            else:
                messages.success(request, _("Đã lưu điều kiện được nộp."))
                return redirect(desk.address("form_rules"))
    context = {"form": form, "stale": stale, "is_refresh": is_refresh, "rule": rule}
    return desk.render("rule.html", context, title=_("Điều kiện được nộp"), status=status)


@require_POST
def act(request: HttpRequest, model_admin: ModelAdmin, revision_id: int) -> HttpResponse:
    """Move or delete a rule."""
    desk = Desk.open(model_admin, request, revision_id)
    key, what, to = (request.POST.get(name, "") for name in ("rule", "do", "to"))
    try:
        if what == "remove":
            desk.save(lambda form: form_editing.remove_rule(form, key), _("xóa một điều kiện được nộp"))
        elif what == "move" and to.isdecimal() and len(to) < 6:
            desk.save(lambda form: form_editing.move_rule(form, key, int(to)), _("chuyển một điều kiện được nộp"))
        else:
            raise Http404
    except StaleDraft as error:
        return desk.conflict(error)
    except PortalError as error:
        messages.error(request, str(error.sentence))
    return redirect(desk.address("form_rules"))
