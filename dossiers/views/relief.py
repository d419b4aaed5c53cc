"""A claim to pay less, made in the draft: which category, and its proof."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import selectors, services
from dossiers.errors import DossierNotFound
from dossiers.forms.fees import ReliefForm
from dossiers.views.draft_page import draft_page, to_filed_dossier, to_next_task
from dossiers.views.requests import actor_of, own_draft
from portal.core.errors import InvalidInput
from portal.documents import services as document_services


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def relief(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Choose, or say that one claims nothing. What it would change stands beside each choice."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    dues = services.Dues(dossier)
    categories = dues.reliefs_to_claim
    if not categories:
        raise DossierNotFound
    claim = dues.claim
    totals = {one.key: dues.quote_with(one.key) for one in categories}
    form = ReliefForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        categories=[(one, totals[one.key].total) for one in categories],
        initial={
            "category": claim.category_key if claim is not None else "",
            "shows_paper": claim is not None and claim.proof_id is None,
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.claim_relief(
                actor=actor_of(request),
                dossier_id=dossier.pk,
                category_key=form.cleaned_data["category"],
                upload=form.cleaned_data["upload"],
                shows_paper=form.cleaned_data["shows_paper"],
            )
        except InvalidInput as error:
            # A file that is refused names no field: it can only be the one here.
            for name, sentence in (error.fields or {"upload": error.sentence}).items():
                form.add_error(name if name in form.fields else "upload", str(sentence))
        else:
            return to_next_task(dossier, after="relief")
    return draft_page(
        request,
        dossier,
        "relief",
        current="relief",
        dues=dues,
        form=form,
        claim=claim,
        status=422 if form.is_bound else 200,
    )


@login_required
@never_cache
@require_safe
def draft_proof(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The proof of the person's own claim, while it is a draft."""
    claim = services.Dues(own_draft(request, public_id)).claim
    if claim is None or claim.proof is None:
        raise DossierNotFound
    return document_services.document_response(claim.proof, as_attachment=False)


@login_required
@never_cache
@require_safe
def filed_proof(request: HttpRequest, code: str, claim_id: int) -> HttpResponseBase:
    """The proof of a claim in a dossier the person filed."""
    claim = selectors.own_dossier(actor=actor_of(request), code=code).relief_claims.filter(pk=claim_id).first()
    if claim is None or claim.proof is None:
        raise DossierNotFound
    return document_services.document_response(claim.proof, as_attachment=False)
