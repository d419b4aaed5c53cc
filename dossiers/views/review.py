"""The last look: everything missing or doubtful in one list, everything declared, then filing. And a trial that files nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import selectors, services
from dossiers.enums import Need, ResultDelivery
from dossiers.errors import DossierIncomplete
from dossiers.forms.citizen import AttestationForm
from dossiers.models import Dossier
from dossiers.services import ORGANISATION_DROPPED, Finding, Severity
from dossiers.views.draft_page import draft_page, to_filed_dossier
from dossiers.views.draft_tasks import is_asked_for_whom
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.section_page import anchor_of
from procedures.services import forms


@dataclass(frozen=True, slots=True)
class Row:
    """One finding on the page, with the address of its place."""

    finding: Finding
    url: str
    is_confirmed: bool = False


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything on one page, then file. Pressed twice, the second press finds the filed dossier."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return redirect("dossiers:detail", dossier.code)
    form = AttestationForm(request.POST if request.method == "POST" else None)
    confirmed = frozenset(request.POST.getlist("doubt"))
    status = 200
    if request.method == "POST":
        try:
            filed = services.submit(
                actor=actor_of(request),
                dossier_id=dossier.pk,
                has_attested="attestation" in request.POST,
                confirmed_doubts=confirmed,
            )
        except DossierIncomplete:
            # What is missing is shown from the same rules below, each with a link to its place.
            status = 422
        else:
            messages.success(
                request,
                _("Đã nộp hồ sơ. Mã hồ sơ của bạn là %(code)s, mã tra cứu là %(pass_code)s.")
                % {"code": filed.code, "pass_code": filed.pass_code},
            )
            return redirect("dossiers:detail", filed.code)
    found = services.readiness(dossier)
    given = list(selectors.components_of(dossier))
    components = [one for one in given if found.needs[one.pk] is not Need.NOT_NEEDED]
    with_files = [one for one in components if one.shown_files]  # type: ignore[attr-defined]
    rows = _rows(dossier, services.findings_of(dossier, found, components), confirmed)
    notes = services.notes_by_label(dossier, for_desk=False)
    dues = services.Dues(dossier)
    claim = dues.claim
    return draft_page(
        request,
        dossier,
        "review",
        current="review",
        found=found,
        form=form,
        readiness=found,
        errors=[row for row in rows if row.finding.severity is Severity.ERROR],
        doubts=[row for row in rows if row.finding.severity is Severity.DOUBT],
        # Asked for and not given: then the list of doubts takes the focus.
        lacks_confirmation=status == 422 and found.is_ready and not form.errors,
        sections=[
            (label, [(name, value, notes.get((label, name), "")) for name, value in section])
            for label, section in services.rows_to_show(dossier)
        ],
        declaration_files=services.labelled_files(dossier),
        components=with_files,
        has_files=bool(with_files),
        left_out=[one for one in given if one.shown_files and one not in components],  # type: ignore[attr-defined]
        dues=dues,
        quote=dues.quote,
        claim=claim,
        quote_if_granted=dues.quote_with(claim.category_key) if claim is not None else None,
        is_asked_for_whom=is_asked_for_whom(dossier),
        delivery=ResultDelivery(dossier.result_delivery).label if dossier.result_delivery else "",
        status=status,
    )


@login_required
@never_cache
@require_safe
def try_out(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The same list at any time; there is nothing here that could file."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    found = services.readiness(dossier)
    rows = _rows(dossier, services.findings_of(dossier, found))
    return draft_page(
        request,
        dossier,
        "precheck",
        found=found,
        errors=[row for row in rows if row.finding.severity is Severity.ERROR],
        doubts=[row for row in rows if row.finding.severity is Severity.DOUBT],
    )


def _rows(dossier: Dossier, findings: list[Finding], confirmed: frozenset[str] = frozenset()) -> list[Row]:
    sections: dict[str, forms.SectionForm] = {}
    return [Row(one, _url(dossier, one, sections), one.mark in confirmed) for one in findings]


def _url(dossier: Dossier, finding: Finding, sections: dict[str, forms.SectionForm]) -> str:
    """The page of the finding, with the field or slot as its fragment: the browser puts the focus there."""
    if finding.component_id is not None:
        return f"{reverse('dossiers:draft_documents', args=[dossier.public_id])}#tep-{finding.component_id}"
    if finding.code == ORGANISATION_DROPPED:
        return reverse("dossiers:draft_filed_for", args=[dossier.public_id])
    if not finding.section_key:
        return reverse("dossiers:draft_delivery", args=[dossier.public_id])
    page = reverse("dossiers:draft_section", args=[dossier.public_id, finding.section_key])
    if not finding.field_key:
        return page
    key = finding.section_key
    if key not in sections:
        sections[key] = forms.build_form(
            services.definition_of(dossier), key, initial_answers=dossier.answers, raw_invalid=dossier.raw_invalid
        )
    form = sections[key]
    return f"{page}#{anchor_of(form, finding.field_key)}" if finding.field_key in form.fields else page
