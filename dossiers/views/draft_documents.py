"""The documents of a draft: slots with their files."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers import selectors, services
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from dossiers.views.draft_page import draft_page, to_filed_dossier, to_next_task
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.slot_pages import MOVES, draft_addresses, page_limits, shown_slots
from dossiers.views.uploads import Troubles, file_response, keep_posted, try_to_use_again


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The slots with their files; a post keeps what was said of them, stores what was chosen in any and goes on."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    if request.method != "POST":
        return _page(request, dossier, Troubles())
    troubles = keep_posted(request, dossier, is_supplement=False)
    if troubles:
        return _page(request, dossier, troubles)
    if "stay" in request.POST:
        return redirect("dossiers:draft_documents", public_id)
    return to_next_task(dossier, after="documents")


@login_required
@require_POST
def attach(request: HttpRequest, public_id: UUID, component_id: int) -> HttpResponse:
    """The button of one slot: store what was chosen and stay here."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    troubles = keep_posted(request, dossier, is_supplement=False, pressed=component_id)
    return _page(request, dossier, troubles) if troubles else redirect("dossiers:draft_documents", public_id)


def _page(
    request: HttpRequest, dossier: Dossier, troubles: Troubles, *, is_reuse_refused: bool = False
) -> HttpResponse:
    found = services.readiness(dossier)
    components = list(selectors.components_of(dossier, with_unsent_supplement=True))
    slots = shown_slots(
        components,
        draft_addresses(dossier),
        errors=troubles.by_slot,
        typed=troubles.typed,
        file_errors=troubles.by_file,
        needs=found.needs,
        offers=services.offers_for(dossier, components),
        refused_offers=troubles.by_reuse,
    )
    return draft_page(
        request,
        dossier,
        "documents",
        current="documents",
        found=found,
        slots=slots,
        limits=page_limits(),
        has_errors=bool(troubles),
        is_reuse_refused=is_reuse_refused,
        status=422 if troubles else 200,
    )


@login_required
@require_POST
def use_again(request: HttpRequest, public_id: UUID, component_id: int) -> HttpResponse:
    """Fill the slot with a paper that is there already; whatever else was typed or chosen on the page is kept."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    refusal = try_to_use_again(request, dossier, component_id)
    troubles = keep_posted(request, dossier, is_supplement=False)
    if refusal:
        troubles.by_reuse[component_id] = (request.POST.get("dung-lai", ""), refusal)
    if troubles:
        return _page(request, dossier, troubles, is_reuse_refused=bool(refusal))
    return redirect(f"{reverse('dossiers:draft_documents', args=[public_id])}#giay-to-{component_id}")


@login_required
@require_POST
def remove(request: HttpRequest, public_id: UUID, file_id: int) -> HttpResponse:
    """Take a file out of the draft; whatever else was typed or chosen on the page is kept."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    services.remove_file(actor=actor_of(request), dossier_id=dossier.pk, file_id=file_id)
    troubles = keep_posted(request, dossier, is_supplement=False)
    return _page(request, dossier, troubles) if troubles else redirect("dossiers:draft_documents", public_id)


@login_required
@require_POST
def move(request: HttpRequest, public_id: UUID, file_id: int, word: str) -> HttpResponse:
    """One place up or down; whatever else was typed or chosen on the page is kept."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    if word not in MOVES:
        raise DossierNotFound
    services.move_file(
        actor=actor_of(request), dossier_id=dossier.pk, is_supplement=False, file_id=file_id, by=MOVES[word]
    )
    troubles = keep_posted(request, dossier, is_supplement=False)
    if troubles:
        return _page(request, dossier, troubles)
    return redirect(f"{reverse('dossiers:draft_documents', args=[public_id])}#tep-da-gui-{file_id}")


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, public_id: UUID, file_id: int) -> HttpResponseBase:
    """Show a file of the draft, so that a person can check what was uploaded. `?nho=1`: a small picture of it."""
    dossier = own_draft(request, public_id)
    found = selectors.component_file(dossier, file_id, with_unsent_supplement=True)
    return file_response(request, found)
