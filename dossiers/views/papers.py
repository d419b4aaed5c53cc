"""Slips for the citizen whose dossier it is: never the control sheet, never a voided one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dossiers import selectors, services
from dossiers.errors import DossierNotFound
from dossiers.views.requests import actor_of
from portal.documents import services as document_services


@login_required
@never_cache
@require_safe
def issued_slip(request: HttpRequest, code: str, slip_id: int) -> HttpResponseBase:
    """A slip of the citizen's own dossier, as issued."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    slip = selectors.slip_among(selectors.slips_for_the_citizen(dossier), slip_id)
    return document_services.document_response(slip.document, as_attachment=False)


@login_required
@never_cache
@require_safe
def slip_of_line(request: HttpRequest, code: str, word: str, sequence: int) -> HttpResponseBase:
    """The slip that follows from a journal line; made now if the worker has not made it yet."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    kind = services.KIND_OF_WORD.get(word)
    if kind is None:
        raise DossierNotFound
    slip = services.slip_of_line(dossier_id=dossier.pk, kind=kind, sequence=sequence)
    return document_services.document_response(slip.document, as_attachment=False)
