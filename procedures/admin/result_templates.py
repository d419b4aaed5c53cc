"""Templates of results in the admin: a look at the document, the places it may hold, when a paragraph is printed."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.core import clock
from portal.core.errors import PortalError
from portal.documents.services import download_response, render_pdf
from procedures import services
from procedures.admin.actors import administrator
from procedures.admin.form_editor.desk import Desk
from procedures.admin.form_editor.row_conditions import condition_page
from procedures.form_definitions import DefinitionError, FormDefinition, parse
from procedures.models import ProcedureRevision, ResultTemplate
from procedures.result_texts import DECLARATION, DOTS, KNOWN
from procedures.services.result_templates import compose, fits_in_a_text, sample_values

_GREATEST_KEY = 2**63 - 1


@require_safe
def show(request: HttpRequest, model_admin: ModelAdmin, revision_id: int, template_id: int) -> HttpResponse:
    """The document as PDF, every place with its own name in brackets, every paragraph printed."""
    template = (
        ResultTemplate.objects.select_related("revision__procedure")
        .prefetch_related("paragraphs", "facts")
        .filter(pk=min(template_id, _GREATEST_KEY), revision_id=min(revision_id, _GREATEST_KEY))
        .first()
    )
    if template is None:
        raise Http404
    if not model_admin.has_view_permission(request, template.revision):
        raise PermissionDenied
    try:
        content = render_pdf("pdf/result_document.html", _sample(template))
    except PortalError as error:
        messages.error(request, str(error.sentence))
        return redirect(f"{_page(revision_id)}#result_templates-group")
    return download_response(
        content, file_name=f"mau-{template.key}.pdf", media_type="application/pdf", as_attachment=False
    )


def _sample(template: ResultTemplate) -> dict[str, Any]:
    revision = template.revision
    definition = _definition(revision)
    composed = compose(template, values=sample_values(definition), definition=definition, answers=None)
    offering = revision.procedure.offerings.in_force().select_related("agency__parent").first()
    agency = offering.agency if offering is not None else None
    return {
        "document_title": composed.title,
        "parent_agency_name": agency.parent.name if agency is not None and agency.parent is not None else "",
        "agency_name": agency.name if agency is not None else f"[{_('Tên cơ quan giải quyết')}]",
        "place": "",
        "document_date": clock.today(),
        "running_note": "",
        "number": f"{DOTS}/{template.symbol}",
        "heading": composed.title,
        "abstract": composed.abstract,
        "legal_bases": composed.legal_bases,
        "paragraphs": composed.paragraphs,
        "recipients": composed.recipients,
        "signer_title": f"[{KNOWN['nguoi_ky.chuc_vu']}]",
        "signer_name": f"[{KNOWN['nguoi_ky.ho_ten']}]",
        "verify_url": "",
        "printed_code": "",
        "qr": "",
        "is_sample": True,
    }


def edit_condition(request: HttpRequest, model_admin: ModelAdmin, revision_id: int, paragraph_id: int) -> HttpResponse:
    """For which answers a paragraph of the draft is printed, with the condition builder of the form editor."""
    desk = Desk.open(model_admin, request, revision_id)
    paragraph = desk.revision.result_paragraphs.filter(pk=min(paragraph_id, _GREATEST_KEY)).first()
    if paragraph is None:
        raise Http404
    return condition_page(
        desk,
        raw=paragraph.shown_when,
        legend=_("In đoạn này khi nào"),
        always=_("Luôn in"),
        subject=paragraph.text,
        title=_("Khi nào in đoạn văn"),
        rows="result_paragraphs",
        save=lambda condition: services.save_paragraph_condition(
            actor=administrator(request), paragraph_id=paragraph.pk, seen=desk.seen, condition=condition
        ),
        done=_("Đã lưu điều kiện của đoạn văn."),
    )


def places_of(revision: ProcedureRevision) -> list[tuple[str, str]]:
    """Everything a text may hold: the placeholder as it is typed, and what it stands for."""
    fields = [
        (f"{{{DECLARATION}{spec.key}}}", spec.label.shown())
        for spec in _definition(revision).fields()
        if fits_in_a_text(spec)
    ]
    return [*((f"{{{name}}}", str(words)) for name, words in KNOWN.items()), *fields]


def _definition(revision: ProcedureRevision) -> FormDefinition:
    try:
        return parse(revision.form_definition) if revision.form_definition else FormDefinition()
    except DefinitionError:
        return FormDefinition()


def _page(revision_id: int) -> str:
    return reverse("admin:procedures_procedurerevision_change", args=[revision_id])
