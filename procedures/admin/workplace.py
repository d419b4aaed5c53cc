"""One page for a revision: parts in the order of the job, a table of contents, what would break, and saves that meet.

`Workplace` is what `ProcedureRevisionAdmin` is made of beside its own fields; the page is drawn by
`templates/procedures/admin/revision_change_form.html`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial, update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm, Fieldset, InlineAdminFormSet
from django.contrib.admin.utils import flatten
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from procedures import services
from procedures.admin import form_editor, result_templates
from procedures.admin.actors import administrator
from procedures.admin.anchors import targets_of
from procedures.admin.parts import PART_INLINES
from procedures.enums import Severity
from procedures.form_definitions import DefinitionError
from procedures.models import ProcedureRevision
from procedures.services.draft_saves import lock_draft

# Fieldsets by their first field, inlines by their prefix. What is not named here comes before "source".
JOB_ORDER = (
    *("summary", "audience", "cases", "form_templates", "required_documents", "form_definition", "terms"),
    *(
        "fee_rules",
        "results",
        "result_templates",
        "result_paragraphs",
        "result_facts",
        "requirements",
        "steps",
        "internal_steps",
        "planned_handoffs",
    ),
    *("legal_bases", "review_flags"),
)
AT_THE_END = ("source", "publications")


@dataclass(slots=True)
class PageSection:
    """A part of the page. `count`: rows of an inline, None for plain fields."""

    key: str
    anchor: str
    title: str
    count: int | None = None
    error_count: int = 0
    fieldset: Fieldset | None = None
    inline: InlineAdminFormSet | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of the error summary: what is wrong, and the control it is about."""

    label: str
    sentence: str
    target: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding with the place on this page to mend it, if one is known."""

    place: str
    sentence: str
    target: str
    severity: str = ""

    @property
    def is_warning(self) -> bool:
        return self.severity == Severity.WARNING


def blocking_count(reasons: Iterable[Reason]) -> int:
    """How many stop the publication; warnings may be accepted."""
    return sum(not reason.is_warning for reason in reasons)


@dataclass(slots=True)
class FormSummary:
    """The declaration form in a few lines; `fault` when it cannot be read."""

    sections: list[tuple[str, int]] = field(default_factory=list)
    fault: str = ""


class Workplace(admin.ModelAdmin):
    """Saving under the draft's lock, the page's parts, the addresses of the form editor and of the findings."""

    def get_urls(self) -> list[URLPattern]:
        findings = path(
            "<int:revision_id>/cho-vuong/",
            self.admin_site.admin_view(self.findings_view),
            name="procedures_findings",
        )
        return [findings, *self._result_urls(), *form_editor.addresses(self), *super().get_urls()]

    def _result_urls(self) -> list[URLPattern]:
        def at(route: str, view: Any, name: str) -> URLPattern:
            bound: Any = partial(view, model_admin=self)
            update_wrapper(bound, view)
            return path(route, self.admin_site.admin_view(bound), name=name)

        return [
            at("<int:revision_id>/mau-ket-qua/<int:template_id>/", result_templates.show, "procedures_result_preview"),
            at(
                "<int:revision_id>/doan-ket-qua/<int:paragraph_id>/",
                result_templates.edit_condition,
                "procedures_result_condition",
            ),
        ]

    def _changeform_view(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        if request.method == "POST" and object_id is not None:
            revision = self.get_object(request, object_id)
            if revision is not None and revision.is_draft and self.has_change_permission(request, revision):
                # From here on nobody else can save, so what the form finds fresh is still fresh when it is stored.
                lock_draft(actor=administrator(request), revision_id=revision.pk)
        response: HttpResponse = super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        if isinstance(response, TemplateResponse) and (response.context_data or {}).get("stale"):
            response.status_code = 409
        return response

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None:
            context |= self._page(request, context, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _page(self, request: HttpRequest, context: dict[str, Any], revision: ProcedureRevision) -> dict[str, Any]:
        adminform: AdminForm = context["adminform"]
        inlines: list[InlineAdminFormSet] = context["inline_admin_formsets"]
        sections = page_sections(adminform, inlines)
        newest = services.last_save(revision.pk)
        may_edit = revision.is_draft and self.has_change_permission(request, revision)
        reasons = page_reasons(revision) if revision.is_draft else []
        stale = next((error.message for error in _whole_form_errors(adminform) if error.code == services.STALE), None)
        return {
            "sections": sections,
            "faults": page_faults(adminform, inlines),
            "reasons": reasons,
            "blocking_count": blocking_count(reasons),
            "form_summary": summary_of_form(revision),
            "newest": newest,
            "newest_number": newest.number if newest is not None else 0,
            "stale": stale,
            "differences": page_differences(adminform, inlines) if stale else [],
            "may_edit": may_edit,
            "result_places": result_templates.places_of(revision) if may_edit else [],
            "may_publish": request.user.has_perm("procedures.approve_procedurerevision"),
            "may_copy": request.user.has_perm("procedures.add_procedurerevision"),
            "draft_in_work": None if revision.is_draft else draft_of(revision),
        }

    def findings_view(self, request: HttpRequest, revision_id: int) -> HttpResponse:
        """The findings alone, for a page that is open while the form is edited elsewhere."""
        revision = self.get_object(request, str(min(revision_id, 2**63 - 1)))
        if revision is None or not self.has_view_or_change_permission(request, revision):
            return HttpResponse(status=404)
        reasons = page_reasons(revision) if revision.is_draft else []
        context = {"reasons": reasons, "blocking_count": blocking_count(reasons), "original": revision}
        return TemplateResponse(request, "procedures/admin/_findings.html", context)


# --- the parts of the page --------------------------------------------------------------------------------------------
def page_sections(adminform: AdminForm, inlines: list[InlineAdminFormSet]) -> list[PageSection]:
    """Fieldsets and inlines in the order of the job."""
    found = [_of_fieldset(adminform, fieldset) for fieldset in adminform]
    found += [_of_inline(inline) for inline in inlines]
    order = {key: number for number, key in enumerate(JOB_ORDER)}
    last = {key: len(order) + 1 + number for number, key in enumerate(AT_THE_END)}
    return sorted(found, key=lambda section: (order | last).get(section.key, len(order)))


def _of_fieldset(adminform: AdminForm, fieldset: Fieldset) -> PageSection:
    names = [str(name) for name in flatten(list(fieldset.fields))]  # type: ignore[attr-defined]
    key = READ_AS.get(names[0], names[0])
    faults = sum(1 for name in names if name in adminform.form.errors)
    return PageSection(
        key, f"muc-{key}", str(getattr(fieldset, "name", "") or _("Chung")), None, faults, fieldset=fieldset
    )


def _of_inline(inline: InlineAdminFormSet) -> PageSection:
    formset = inline.formset
    count = sum(1 for form in formset.initial_forms if form.instance.pk)
    faults = sum(1 for errors in formset.errors if errors) + len(formset.non_form_errors())
    title = capfirst(str(inline.opts.verbose_name_plural))
    return PageSection(formset.prefix, f"{formset.prefix}-group", title, count, faults, inline=inline)


# A published revision shows these in words, see `revisions`.
READ_AS = {"audience_words": "audience", "form_text": "form_definition", "level_words": "administrative_levels"}


def page_faults(adminform: AdminForm, inlines: list[InlineAdminFormSet]) -> list[Fault]:
    """Everything wrong with what was typed, from top to bottom, each with its control."""
    form = adminform.form
    faults = [
        Fault(str(form[name].label), " ".join(str(error) for error in form.errors[name]), form[name].id_for_label)
        for name in form.fields
        if name in form.errors
    ]
    faults += [Fault("", str(error), "") for error in form.non_field_errors()]
    for inline in inlines:
        title = capfirst(str(inline.opts.verbose_name_plural))
        formset = inline.formset
        anchor = f"{formset.prefix}-group"
        faults += [Fault(title, str(error), anchor) for error in formset.non_form_errors()]
        for number, row in enumerate(formset.forms, start=1):
            in_order = [*(name for name in row.fields if name in row.errors), *(set(row.errors) - set(row.fields))]
            for name, messages in ((name, row.errors[name]) for name in in_order):
                where = f"{title} {number}"
                if name in row.fields:
                    target = row[name].id_for_label if not row[name].is_hidden else f"{formset.prefix}-{number - 1}"
                    faults.append(Fault(f"{where}, {row[name].label}", " ".join(messages), target))
                else:
                    faults.append(Fault(where, " ".join(messages), f"{formset.prefix}-{number - 1}"))
    return faults


def page_differences(adminform: AdminForm, inlines: list[InlineAdminFormSet]) -> list[str]:
    """Names of what was typed and differs from what is stored now."""
    form = adminform.form
    untouched = {"seen", "overwrite", "shown_form"}
    if form.cleaned_data.get("form_definition") == form.initial.get("form_definition"):
        untouched.add("form_definition")
    names = [str(form.fields[name].label) for name in form.changed_data if name not in untouched]
    for inline in inlines:
        title = capfirst(str(inline.opts.verbose_name_plural))
        names += [f"{title} {number}" for number, row in enumerate(inline.formset.forms, 1) if row.has_changed()]
    return names


def _whole_form_errors(adminform: AdminForm) -> list[Any]:
    return list(adminform.form.non_field_errors().as_data())


def page_reasons(revision: ProcedureRevision) -> list[Reason]:
    """What would break if the draft, as it is stored, were published now."""
    findings = services.draft_findings(revision)
    return [
        Reason(
            str(finding.place),
            str(finding.sentence),
            target or _place_on_page(str(finding.place), revision),
            str(finding.severity),
        )
        for finding, target in zip(findings, targets_of(findings, revision), strict=True)
    ]


def _place_on_page(place: str, revision: ProcedureRevision) -> str:
    """The part whose name the place begins with."""
    name = place.partition(":")[0].strip().lower()
    if name == str(_("Tờ khai điện tử")).lower():
        return reverse("admin:procedures_form_editor", args=[revision.pk])
    for inline in PART_INLINES:
        model = inline.model
        if name == str(model._meta.verbose_name_plural).lower():
            return f"#{model._meta.get_field('revision').remote_field.related_name}-group"
    return ""


def summary_of_form(revision: ProcedureRevision) -> FormSummary:
    try:
        definition = services.parse(revision.form_definition)
    except DefinitionError as error:
        return FormSummary(fault=str(error.sentence))
    return FormSummary([(section.label.shown(), len(section.fields)) for section in definition.sections])


def draft_of(revision: ProcedureRevision) -> ProcedureRevision | None:
    """The draft that is being worked on for the same procedure."""
    return next((one for one in revision.procedure.revisions.all() if one.is_draft), None)
