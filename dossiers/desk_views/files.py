"""Files of a dossier for its officers: what was handed in, what was issued, the slips."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from dossiers import policies, selectors, services
from dossiers.desk_views.access import actor_of, desk_dossier, officers_only
from dossiers.enums import SlipOccasion
from dossiers.errors import DossierNotFound
from dossiers.selectors import desk_side
from portal.documents import services as document_services

SLIPS = {"giay-tiep-nhan": SlipOccasion.RECEIVED, "xac-nhan-nop": SlipOccasion.SUBMITTED}
"""Address words of the slips."""


def _wants_download(request: HttpRequest) -> bool:
    return request.GET.get("tai") == "1"


@officers_only
@require_safe
def component_file(request: HttpRequest, code: str, file_id: int) -> HttpResponseBase:
    """A file handed in; a supplement's files only once it was sent. `?tai=1` downloads.

    Only what was found clean, where a scanner is configured: 409 while it waits, 403 for malware.
    """
    dossier = desk_dossier(request, code)
    file = selectors.component_file(dossier, file_id, with_unsent_supplement=False)
    document_services.require_openable_by_officer(file.document)
    downloads = _wants_download(request)
    response = document_services.document_response(file.document, as_attachment=downloads)
    if request.method == "GET":
        services.note_look_at_file(actor=actor_of(request), dossier=dossier, file=file, is_download=downloads)
    return response


@officers_only
@require_safe
def declaration_file(request: HttpRequest, code: str, document_id: UUID) -> HttpResponseBase:
    """A file inside the declaration. `?tai=1` downloads."""
    found = selectors.declaration_file(desk_dossier(request, code), document_id)
    document_services.require_openable_by_officer(found.document)
    return document_services.document_response(found.document, as_attachment=_wants_download(request))


@officers_only
@require_safe
def relief_proof(request: HttpRequest, code: str, claim_id: int) -> HttpResponseBase:
    """The proof of a claim to pay less; opened only when it was found clean."""
    claim = desk_dossier(request, code).relief_claims.filter(pk=claim_id).first()
    if claim is None or claim.proof is None:
        raise DossierNotFound
    document_services.require_openable_by_officer(claim.proof)
    return document_services.document_response(claim.proof, as_attachment=_wants_download(request))


@officers_only
@require_safe
def result_file(request: HttpRequest, code: str, result_id: int) -> HttpResponseBase:
    """A result that was issued, or what has taken its place since."""
    result = desk_side.result_of(desk_dossier(request, code), result_id)
    document_services.require_openable_by_officer(result.document_now)
    downloads = _wants_download(request)
    response = document_services.document_response(result.document_now, as_attachment=downloads)
    if request.method == "GET":
        services.note_look(actor=actor_of(request), result=result, is_download=downloads)
    return response


@officers_only
@require_safe
def slip(request: HttpRequest, code: str, word: str) -> HttpResponseBase:
    """A slip as issued, for printing; 404 while its occasion has not come."""
    occasion = SLIPS.get(word)
    if occasion is None:
        raise DossierNotFound
    issued = services.receipt_slip(dossier_id=desk_dossier(request, code).pk, occasion=occasion)
    return document_services.document_response(issued.document, as_attachment=_wants_download(request))


@officers_only
@require_safe
def signed_slip(request: HttpRequest, code: str, hand_over_id: int) -> HttpResponseBase:
    """The slip of a hand-over as its receiver signed it: for the desk, which saw their paper."""
    dossier = desk_dossier(request, code)
    policies.require(actor_of(request), policies.Action.HAND_OVER_RESULT, dossier)
    given = dossier.hand_overs.filter(pk=min(hand_over_id, 2**63 - 1)).first()
    if given is None or given.signed_slip is None:
        raise DossierNotFound
    document_services.require_openable_by_officer(given.signed_slip)
    return document_services.document_response(given.signed_slip, as_attachment=_wants_download(request))
