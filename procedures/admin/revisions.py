"""Revisions in admin: edit a draft, publish it, copy what is published to a new draft."""

import json
from hashlib import sha256
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms.fields import InvalidJSONInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from portal.core.errors import PortalError
from procedures import services
from procedures.admin.actors import administrator
from procedures.admin.comparison import RevisionComparisonPage
from procedures.admin.editing import GuardedEditing
from procedures.admin.exchange import RevisionExchange
from procedures.admin.parts import PART_INLINES, PublicationInline, ReviewFlagInline
from procedures.admin.workflow import PAGE as WORKFLOW_PAGE
from procedures.admin.workflow import RevisionWorkflow
from procedures.admin.workplace import Workplace
from procedures.enums import AdministrativeLevel, Subject
from procedures.errors import PublicationRefused, StaleDraft, WarningsNotAccepted
from procedures.models import ProcedureRevision
from procedures.services import DefinitionError
from procedures.services.draft_saves import require_fresh


class ListOfChoices(forms.MultipleChoiceField):
    """Tick boxes over a JSON list; values from outside the vocabulary are kept and can be unticked."""

    widget = forms.CheckboxSelectMultiple

    def with_kept(self, values: list[str]) -> None:
        known = [value for value, _label in self.choices]  # type: ignore[union-attr,misc]
        self.choices = [*self.choices, *((value, value) for value in values if value not in known)]  # type: ignore[misc]


class ReadableJSON(json.JSONEncoder):
    """Accents as they are, one property a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "ensure_ascii": False, "indent": 2})


class DefinitionField(forms.JSONField):
    """A declaration form as JSON. Comes back exactly as it was typed; a slip in the syntax is named with its line."""

    widget = forms.Textarea(attrs={"rows": 30, "cols": 100, "spellcheck": "false", "class": "vLargeTextField"})

    def to_python(self, value: Any) -> Any:
        try:
            return json.loads(value) if isinstance(value, str) and value.strip() else None
        except json.JSONDecodeError as error:
            sentence = _("JSON sai cú pháp ở dòng %(line)s, cột %(column)s.")
            where = {"line": error.lineno, "column": error.colno}
            raise ValidationError(sentence, code="syntax", params=where) from error
        except (RecursionError, ValueError) as error:
            # Brackets a thousand deep, a number of thousands of digits.
            raise ValidationError(_("JSON này lồng quá sâu hoặc có số quá dài."), code="size") from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if data is None else InvalidJSONInput(data)


class RevisionForm(forms.ModelForm):
    """A draft. The declaration form is JSON, checked by the form engine; what is wrong is named with its field."""

    audience = ListOfChoices(label=_("Đối tượng thực hiện"), choices=Subject.choices, required=False)
    administrative_levels = ListOfChoices(label=_("Cấp thực hiện"), choices=AdministrativeLevel.choices, required=False)
    form_definition = DefinitionField(
        label=_("Tờ khai điện tử"),
        required=False,
        encoder=ReadableJSON,
        help_text=_("JSON gồm các phần và các trường; để {} nếu không khai trên mạng."),
    )

    # The save that this page was read at, and the newer one that a person decided to overwrite.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    overwrite = forms.CharField(required=False, widget=forms.HiddenInput)
    # Digest of the declaration form as this page showed it: whoever did not touch its JSON changes nothing of it.
    shown_form = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ProcedureRevision
        # Where an import read it; nothing a person edits.
        exclude = ["source_url"]  # noqa: DJ006 - the fieldsets name what is shown

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shown_form"] = _digest(self.instance.form_definition)
        for name in ("audience", "administrative_levels"):
            if name in self.fields:
                self.fields[name].with_kept(getattr(self.instance, name))  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.instance.pk and self.instance.is_draft:
            try:
                require_fresh(self.instance.pk, self.seen_number())
            except StaleDraft as error:
                self.add_error(None, ValidationError(str(error.sentence), code=error.code))
        return values

    def seen_number(self) -> int:
        """The save that what is typed here builds on; without one, older than any."""
        typed = self.cleaned_data.get("overwrite") or self.cleaned_data.get("seen") or ""
        return int(typed) if typed.isdecimal() and len(typed) < 10 else -1

    def clean_form_definition(self) -> dict[str, Any]:
        raw = self.cleaned_data.get("form_definition") or {}
        if _digest(raw) == self.data.get("shown_form"):
            # Not touched here. What somebody may have saved in the form editor meanwhile stays.
            return dict(self.initial["form_definition"])
        if raw:
            try:
                services.parse(raw)
            except DefinitionError as error:
                raise ValidationError(str(error.sentence), code=error.code) from error
        return raw


def _digest(definition: Any) -> str:
    return sha256(json.dumps(definition or {}, sort_keys=True).encode()).hexdigest()


class NewDraftForm(forms.ModelForm):
    class Meta:
        model = ProcedureRevision
        fields = ["procedure"]

    def clean_procedure(self) -> Any:
        procedure = self.cleaned_data["procedure"]
        if procedure.revisions.working().exists():
            raise ValidationError(_("Thủ tục này đã có một bản nháp. Hãy sửa tiếp bản nháp đó."), code="draft_exists")
        return procedure


@admin.register(ProcedureRevision)
class ProcedureRevisionAdmin(RevisionWorkflow, RevisionComparisonPage, GuardedEditing, Workplace, RevisionExchange):
    change_list_template = "procedures/admin/revision_list.html"
    form = RevisionForm
    change_form_template = "procedures/admin/revision_change_form.html"
    list_display = ["procedure", "number", "state", "source", "needs_review", "published_at"]
    list_filter = ["state", "source", "needs_review"]
    list_select_related = ["procedure"]
    search_fields = ["procedure__search_text"]
    search_help_text = _("Tìm theo mã hoặc tên, không dấu.")
    autocomplete_fields = ["procedure"]
    show_full_result_count = False
    fieldsets = [
        (_("Chung"), {"fields": ["summary", ("decision_number", "effective_from")]}),
        (_("Ai làm, ai giải quyết"), {"fields": [
            "audience", "audience_note", "administrative_levels", "competent_authority", "resolving_agency_name",
            "authorised_agency", "coordinating_agency", "receiving_address",
        ]}),
        (_("Điều kiện"), {"fields": ["requirements", ("cut_off_at", "minimum_assurance"), "is_illustrative"]}),
        (_("Tờ khai điện tử"), {"fields": ["form_definition"]}),
        (_("Nguồn"), {"classes": ["collapse"], "fields": ["source", "source_url", "published_at", "superseded_at"]}),
    ]  # fmt: skip
    _never_edited = ("source", "source_url", "published_at", "superseded_at")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            return super().get_form(request, obj, change, **{**kwargs, "form": NewDraftForm})
        return super().get_form(request, obj, change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [(None, {"fields": ["procedure"]})]
        if obj.is_draft:
            return self.fieldsets
        return [
            (title, {**options, "fields": [_READABLE.get(row, row) for row in options["fields"]]})
            for title, options in self.fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return []
        if obj.is_draft:
            return self._never_edited
        shown = self.get_fieldsets(request, obj)
        return [name for _title, options in shown for row in options["fields"] for name in _names(row)]

    @admin.display(description=_("Đối tượng thực hiện"))
    def audience_words(self, obj: ProcedureRevision) -> str:
        return _words(obj.audience, Subject.choices)

    @admin.display(description=_("Cấp thực hiện"))
    def level_words(self, obj: ProcedureRevision) -> str:
        return _words(obj.administrative_levels, AdministrativeLevel.choices)

    @admin.display(description=_("Tờ khai điện tử"))
    def form_text(self, obj: ProcedureRevision) -> str:
        if not obj.form_definition:
            return ""
        return format_html("<pre>{}</pre>", json.dumps(obj.form_definition, cls=ReadableJSON))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return [] if obj is None else [*PART_INLINES, ReviewFlagInline, PublicationInline]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.is_draft and super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: ProcedureRevision, form: forms.ModelForm, change: bool) -> None:
        if not change:
            draft = services.create_draft_revision(actor=administrator(request), procedure_id=obj.procedure_id)
            obj.__dict__.update(draft.__dict__)
        elif obj.is_draft:
            services.save_draft(actor=administrator(request), draft=obj, seen=form.seen_number())  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ProcedureRevision, post_url_continue: Any = None) -> HttpResponse:
        return redirect(self._address(obj))

    def response_change(self, request: HttpRequest, obj: ProcedureRevision) -> HttpResponse:
        if "_publish" in request.POST and request.user.has_perm("procedures.approve_procedurerevision"):
            return self._publish(request, obj)
        if "_copy" in request.POST and self.has_add_permission(request):
            return self._copy(request, obj)
        return super().response_change(request, obj)

    def _publish(self, request: HttpRequest, obj: ProcedureRevision) -> HttpResponse:
        try:
            published = services.publish_revision(
                actor=administrator(request), revision_id=obj.pk, accepts_warnings=False
            )
        except WarningsNotAccepted as error:
            # They are listed there, each with its place, beside the box that accepts them.
            messages.warning(request, str(error.sentence))
            return redirect(reverse(f"admin:{WORKFLOW_PAGE}", args=[obj.pk]))
        except PublicationRefused as error:
            messages.error(request, str(error.sentence))
            for finding in error.findings:
                messages.warning(request, f"{finding.place}: {finding.sentence}")
        except PortalError as error:
            messages.error(request, str(error.sentence))
        else:
            if published.published_at is None:
                messages.success(request, _("Đã duyệt. Phiên bản tự có hiệu lực vào ngày đã hẹn."))
            elif obj.number == 1:
                messages.success(request, _("Đã công bố."))
            else:
                messages.success(request, _("Đã công bố. Phiên bản trước đó đã được thay thế."))
        return redirect(self._address(obj))

    def _copy(self, request: HttpRequest, obj: ProcedureRevision) -> HttpResponse:
        try:
            draft = services.copy_to_draft(actor=administrator(request), revision=obj)
        except PortalError as error:
            messages.error(request, str(error.sentence))
            return redirect(self._address(obj))
        messages.success(request, _("Đây là bản nháp mới. Sửa xong hãy công bố."))
        return redirect(self._address(draft))

    def _address(self, obj: ProcedureRevision) -> str:
        return reverse("admin:procedures_procedurerevision_change", args=[obj.pk])


# How a published revision shows what a draft edits.
_READABLE: dict[Any, str] = {
    "audience": "audience_words",
    "administrative_levels": "level_words",
    "form_definition": "form_text",
}


def _words(values: list[str], choices: Any) -> str:
    """The labels of stored keys; a key from outside the vocabulary stands as it is."""
    labels = dict(choices)
    return ", ".join(str(labels.get(value, value)) for value in values)


def _names(row: Any) -> tuple[str, ...]:
    return (row,) if isinstance(row, str) else tuple(row)
