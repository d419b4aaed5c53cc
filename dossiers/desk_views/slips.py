"""Issued slips for the officers of a dossier's agencies, as they were issued; the process control sheet on demand."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from dossiers import selectors, services
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.errors import DossierNotFound
from portal.documents import services as document_services


@officers_only
@require_safe
def issued_slip(request: HttpRequest, code: str, slip_id: int) -> HttpResponseBase:
    """Any slip of this dossier, voided ones too. `?tai=1` downloads."""
    slip = selectors.slip_among(selectors.slips_of(desk_dossier(request, code)), slip_id)
    return document_services.document_response(slip.document, as_attachment=request.GET.get("tai") == "1")


@officers_only
@require_safe
def slip_of_line(request: HttpRequest, code: str, word: str, sequence: int) -> HttpResponseBase:
    """The slip that follows from a journal line; made now if the worker has not made it yet."""
    kind = services.KIND_OF_WORD.get(word)
    if kind is None:
        raise DossierNotFound
    slip = services.slip_of_line(dossier_id=desk_dossier(request, code).pk, kind=kind, sequence=sequence)
    return document_services.document_response(slip.document, as_attachment=False)


@officers_only
@require_POST
def issue_control_sheet(request: HttpRequest, code: str) -> HttpResponseBase:
    """Issue the sheet up to now and show it; pressed twice with nothing done in between, it is the same sheet."""
    slip = services.control_sheet(actor=actor_of(request), dossier_id=desk_dossier(request, code).pk)
    return redirect("desk:issued_slip", code, slip.pk)
