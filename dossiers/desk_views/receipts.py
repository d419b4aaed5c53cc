"""Receipts of what a dossier cost, for its officers: the dossier is the way in, whoever's money it is."""

from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from dossiers.desk_views.access import desk_dossier, officers_only
from dossiers.errors import DossierNotFound
from payments import selectors as payment_selectors
from payments import services as payment_services
from portal.documents import services as document_services


@officers_only
@require_safe
def charge_receipt(request: HttpRequest, code: str, charge_id: UUID) -> HttpResponseBase:
    """The receipt to hand over for a charge that was paid; issued now if the worker has not done it yet."""
    charges = payment_selectors.charges_for(desk_dossier(request, code).subject)
    charge = next((one for one in charges if one.pk == charge_id), None)
    if charge is None:
        raise DossierNotFound
    return document_services.document_response(payment_services.receipt_document_of_charge(charge), as_attachment=False)


@officers_only
@require_safe
def receipt(request: HttpRequest, code: str, receipt_id: UUID) -> HttpResponseBase:
    """Any receipt of this dossier, a void one with its watermark."""
    found = payment_selectors.receipt_of_subject(desk_dossier(request, code).subject, receipt_id)
    return document_services.document_response(payment_services.receipt_document(found), as_attachment=False)
