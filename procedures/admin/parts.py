"""The rows that make up a revision, editable while it is a draft."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core.errors import PortalError
from portal.documents.services import store_upload
from portal.vault.selectors import kinds_with_codes
from procedures.admin.actors import administrator
from procedures.admin.fees import FeeRuleForm, FeeRuleFormSet
from procedures.admin.planned_handoffs import PlannedHandoffForm, PlannedHandoffFormSet
from procedures.enums import StepOutcome
from procedures.models import (
    ChannelTerm,
    FeeRule,
    FormTemplate,
    InternalStep,
    LegalBasis,
    PlannedHandoff,
    ProcedureCase,
    ProcedureRevision,
    ProcessingStep,
    PublicationEntry,
    RequiredDocument,
    ResultFact,
    ResultKind,
    ResultParagraph,
    ResultTemplate,
    ReviewFlag,
)
from procedures.services.document_conditions import check_need
from procedures.services.forms import DefinitionError
from procedures.validators import validate_paper_codes


class NextInOrder:
    """A formset whose new rows come last: the next order number stands in them already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self.form  # type: ignore[attr-defined]
        if "order" in form.base_fields:
            taken = [row.order for row in self.get_queryset()]  # type: ignore[attr-defined]
            self.initial_extra = [{"order": max(taken, default=0) + 1}]


class PartInline(admin.StackedInline):
    """Rows of a draft, read-only once it was published. Cases and templates are those of the same revision."""

    # One blank row for browsers without scripts; with them it is taken away and rows are added by a button.
    extra = 1
    template = "procedures/admin/part_inline.html"

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return self.extra if self._is_draft(obj) else 0

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (NextInOrder, formset), {})

    def _is_draft(self, obj: Model | None) -> bool:
        return isinstance(obj, ProcedureRevision) and obj.is_draft

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_draft(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_draft(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_draft(obj) and super().has_delete_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("case", "form_template", "result", "template") and request.resolver_match is not None:
            revision_id = request.resolver_match.kwargs.get("object_id")
            remote: Any = db_field.remote_field.model
            kwargs["queryset"] = remote._default_manager.filter(revision_id=revision_id or 0)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CaseInline(PartInline):
    model = ProcedureCase
    fields = [("key", "order"), "name"]


class FormTemplateForm(forms.ModelForm):
    """The file is uploaded with the row; it is checked and stored write-once like every upload."""

    upload = forms.FileField(label=_("Tệp mẫu"), required=False, help_text=_("PDF hoặc tài liệu văn phòng."))
    request: HttpRequest

    class Meta:
        model = FormTemplate
        fields = ["title", "order"]

    def clean_upload(self) -> Any:
        upload = self.cleaned_data.get("upload")
        if not upload:
            if self.instance.document_id is None:
                raise forms.ValidationError(_("Hãy chọn tệp mẫu."), code="required")
            return None
        try:
            self.instance.document = store_upload(
                actor=administrator(self.request), upload=upload, purpose="form_template"
            )
        except PortalError as error:
            raise forms.ValidationError(str(error.sentence), code=error.code) from error
        return upload


class FormTemplateInline(PartInline):
    model = FormTemplate
    form = FormTemplateForm
    fields = [("title", "order"), "document_name", "upload"]
    readonly_fields = ["document_name"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        # The form stores the upload on behalf of whoever is signed in.
        formset.form = type(formset.form.__name__, (formset.form,), {"request": request})
        return formset

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if self._is_draft(obj) else [("title", "order"), "document_name"]

    @admin.display(description=_("tệp hiện có"))
    def document_name(self, obj: FormTemplate) -> str:
        return obj.document.original_name if obj.document_id else "–"


class PaperKindsField(forms.CharField):
    """Codes as people write them in one line; a code that the vault does not know is refused where it is typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"class": "vTextField"}), **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(code) for code in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        codes = [code.strip().upper() for code in re.split(r"[,;\s]+", str(value or "")) if code.strip()]
        return list(dict.fromkeys(codes))

    def validate(self, value: Any) -> None:
        validate_paper_codes(value)
        unknown = sorted(set(value) - set(kinds_with_codes(value)))
        if unknown:
            raise forms.ValidationError(
                _("Kho giấy tờ không có loại mang mã: %(codes)s."), params={"codes": ", ".join(unknown)}
            )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial or []) != self.to_python(data)


class RequiredDocumentForm(forms.ModelForm):
    """The condition is checked against the declaration as it is being saved with the same page."""

    paper_kinds = PaperKindsField(
        required=False,
        label=RequiredDocument._meta.get_field("paper_kinds").verbose_name,
        help_text=RequiredDocument._meta.get_field("paper_kinds").help_text,
    )

    class Meta:
        model = RequiredDocument
        fields = ["needed_when", "paper_kinds"]

    def __init__(self, *args: Any, revision: ProcedureRevision | None = None, **kwargs: Any) -> None:
        self.revision = revision
        super().__init__(*args, **kwargs)

    def clean_needed_when(self) -> Any:
        needed_when = self.cleaned_data.get("needed_when") or {}
        try:
            check_need(self.revision.form_definition if self.revision else {}, needed_when)
        except DefinitionError as error:
            raise forms.ValidationError(str(error.fault), code=error.code) from error
        return needed_when


class RequiredDocumentFormSet(forms.BaseInlineFormSet):
    """Hands its forms the revision as posted, not as it still stands in the database."""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "revision": self.instance}


class RequiredDocumentInline(PartInline):
    model = RequiredDocument
    form = RequiredDocumentForm
    formset = RequiredDocumentFormSet
    fields = [
        ("key", "order", "case"),
        "name",
        ("kind", "originals", "copies", "is_required"),
        ("max_files", "max_megabytes", "accepted_files"),
        ("form_template", "form_file_name"),
        "note",
        "needed_when",
        "paper_kinds",
    ]


class ChannelTermInline(PartInline):
    model = ChannelTerm
    fields = [("channel", "case", "order"), ("term_value", "term_unit", "is_reviewed"), "term_text"]


class FeeRuleInline(PartInline):
    model = FeeRule
    form = FeeRuleForm
    formset = FeeRuleFormSet
    fields = [
        ("label", "kind", "channel", "case", "order"),
        ("amount", "collection", "is_reviewed", "is_illustrative"),
        ("unit", "quantity_source", "quantity_key"),
        "steps",
        ("minimum_amount", "maximum_amount"),
        "reductions",
        "reliefs",
        "legal_basis",
        "fee_text",
    ]


class ResultKindInline(PartInline):
    model = ResultKind
    fields = [("name", "code", "order")]


class ResultTemplateInline(PartInline):
    model = ResultTemplate
    fields = [
        ("key", "order", "outcome", "result"),
        ("title", "symbol", "months_valid"),
        "abstract",
        "legal_bases",
        "recipients",
    ]


class ResultParagraphInline(PartInline):
    """Under which answers a paragraph is printed is set on a page of its own."""

    model = ResultParagraph
    fields = [("template", "order"), "text"]


class ResultFactInline(PartInline):
    model = ResultFact
    fields = [("template", "key", "order"), ("label", "value", "is_public")]


class LegalBasisInline(PartInline):
    model = LegalBasis
    fields = [("number", "order"), "title"]


class ProcessingStepInline(PartInline):
    model = ProcessingStep
    fields = [("title", "order", "case"), "description", ("requires_presence", "presence_reason", "presence_note")]


class StepOutcomes(forms.MultipleChoiceField):
    """Tick boxes over the JSON list of a step's outcomes."""

    widget = forms.CheckboxSelectMultiple

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial or [], data or [])


class InternalStepForm(forms.ModelForm):
    outcomes = StepOutcomes(
        label=_("Kết quả cho phép"),
        choices=StepOutcome.choices,
        error_messages={"required": _("Chọn ít nhất một kết quả.")},
    )

    class Meta:
        model = InternalStep
        fields = ["outcomes"]


class InternalStepInline(PartInline):
    """The way inside the agencies; applicants read the other steps."""

    model = InternalStep
    form = InternalStepForm
    fields = [
        ("key", "order", "case"),
        "title",
        ("place", "agency_code", "role"),
        ("division_code", "division_name"),
        ("term_value", "term_unit"),
        "outcomes",
    ]


class PlannedHandoffInline(PartInline):
    model = PlannedHandoff
    form = PlannedHandoffForm
    formset = PlannedHandoffFormSet
    fields = [
        ("key", "order", "case"),
        ("kind", "addressee", "agency", "agency_level"),
        "question",
        ("term_value", "term_unit", "opens", "anchor_key"),
        ("is_binding", "sets_obligation"),
        ("shared_sections", "shared_documents"),
    ]


class ReviewFlagInline(admin.TabularInline):
    """What an import found. Ticking it off is no change of the text, so it stays possible after publication."""

    model = ReviewFlag
    template = "procedures/admin/table_inline.html"
    fields = ["code", "place", "detail", "is_resolved"]
    readonly_fields = ["code", "place", "detail"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PublicationInline(admin.TabularInline):
    model = PublicationEntry
    template = "procedures/admin/table_inline.html"
    fields = ("kind", "reason", "actor_name", "at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


PART_INLINES: list[type[admin.options.InlineModelAdmin]] = [
    CaseInline,
    FormTemplateInline,
    RequiredDocumentInline,
    ChannelTermInline,
    FeeRuleInline,
    ResultKindInline,
    ResultTemplateInline,
    ResultParagraphInline,
    ResultFactInline,
    LegalBasisInline,
    ProcessingStepInline,
    InternalStepInline,
    PlannedHandoffInline,
]
