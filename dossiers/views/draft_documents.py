"""The documents of a draft: slots with their files."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers import selectors, services
from dossiers.models import Dossier
from dossiers.views.draft_page import draft_page, to_filed_dossier, to_next_task
from dossiers.views.requests import actor_of, own_draft
from dossiers.views.uploads import store_chosen
from portal.documents import services as document_services


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The slots with their files; a post stores what was chosen in any of them and goes on."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    if request.method != "POST":
        return _page(request, dossier, {})
    errors = _store(request, dossier)
    return _page(request, dossier, errors) if errors else to_next_task(dossier, after="documents")


@login_required
@require_POST
def attach(request: HttpRequest, public_id: UUID, component_id: int) -> HttpResponse:
    """The button of one slot: store what was chosen and stay here."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    errors = _store(request, dossier, pressed=component_id)
    return _page(request, dossier, errors) if errors else redirect("dossiers:draft_documents", public_id)


def _store(request: HttpRequest, dossier: Dossier, *, pressed: int | None = None) -> dict[int, list[str]]:
    actor = actor_of(request)

    def store(component_id: int, upload: UploadedFile) -> None:
        services.attach_file(actor=actor, dossier_id=dossier.pk, component_id=component_id, upload=upload)

    return store_chosen(
        request, dossier.components.select_related("required_document").order_by("position"), store, pressed=pressed
    )


def _page(request: HttpRequest, dossier: Dossier, errors: dict[int, list[str]]) -> HttpResponse:
    components = list(selectors.components_of(dossier, with_unsent_supplement=True))
    found = services.readiness(dossier)
    for component in components:
        component.errors = errors.get(component.pk, [])  # type: ignore[attr-defined]
        component.need = found.needs[component.pk]  # type: ignore[attr-defined]
    return draft_page(
        request,
        dossier,
        "documents",
        current="documents",
        found=found,
        components=components,
        limits=document_services.upload_limits(),
        has_errors=bool(errors),
        status=422 if errors else 200,
    )


@login_required
@require_POST
def remove(request: HttpRequest, public_id: UUID, file_id: int) -> HttpResponse:
    """Take a file out of the draft."""
    dossier = own_draft(request, public_id)
    if not dossier.is_draft:
        return to_filed_dossier(request, dossier)
    services.remove_file(actor=actor_of(request), dossier_id=dossier.pk, file_id=file_id)
    return redirect("dossiers:draft_documents", public_id)


@login_required
@never_cache
@require_safe
def file(request: HttpRequest, public_id: UUID, file_id: int) -> HttpResponseBase:
    """Show a file of the draft, so that a person can check what was uploaded."""
    dossier = own_draft(request, public_id)
    found = selectors.component_file(dossier, file_id, with_unsent_supplement=True)
    return document_services.document_response(found.document, as_attachment=False)
