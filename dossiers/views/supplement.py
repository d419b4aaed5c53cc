"""The citizen answers a supplement request."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import selectors, services
from dossiers.enums import DossierState
from dossiers.errors import TransitionConflict
from dossiers.forms.citizen import SupplementForm
from dossiers.models import Dossier, DossierComponent, SupplementRequest
from dossiers.views.conflict import conflict_page
from dossiers.views.requests import actor_of, seen_version
from dossiers.views.uploads import store_chosen, takes_files
from portal.core.errors import InvalidInput
from portal.documents import services as document_services


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows what is asked and what is there; POST stores what was chosen and sends it all."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED:
        # Sent already (the button pressed twice), or only looked at. Else the service says what came in between.
        if request.method != "POST" or dossier.supplements.filter(answered_at__isnull=False).exists():
            return redirect("dossiers:detail", code)
        return _send(request, dossier, SupplementForm(request.POST))
    if request.method != "POST":
        return _page(request, dossier, SupplementForm(initial={"note": _kept_note(request, dossier)}), {})
    form = SupplementForm(request.POST)
    errors = _store(request, dossier)
    if errors or not form.is_valid():
        return _page(request, dossier, form, errors)
    return _send(request, dossier, form)


def _send(request: HttpRequest, dossier: Dossier, form: SupplementForm) -> HttpResponse:
    note = form.cleaned_data.get("note", "") if form.is_valid() else ""
    try:
        services.answer_supplement(
            actor=actor_of(request), dossier_id=dossier.pk, note=note, seen_version=seen_version(request)
        )
    except InvalidInput as error:
        for name, sentence in error.fields.items():
            form.add_error(name if name in form.fields else None, str(sentence))
        return _page(request, dossier, form, {})
    except TransitionConflict as error:
        return conflict_page(request, dossier, error, typed=note)
    request.session.pop(_note_key(dossier), None)
    messages.success(request, _("Đã gửi bổ sung. Đồng hồ tính hạn chạy tiếp."))
    return redirect("dossiers:detail", dossier.code)


def _page(request: HttpRequest, dossier: Dossier, form: SupplementForm, errors: dict[int, list[str]]) -> HttpResponse:
    supplement = dossier.supplements.prefetch_related("items").get(answered_at__isnull=True)
    components = _asked(dossier, supplement)
    for component in components:
        files = component.shown_files  # type: ignore[attr-defined]
        component.new_files = [one for one in files if one.supplement_id == supplement.pk]  # type: ignore[attr-defined]
        component.old_files = [one for one in files if one.supplement_id != supplement.pk]  # type: ignore[attr-defined]
        component.errors = errors.get(component.pk, [])  # type: ignore[attr-defined]
    has_errors = bool(errors or (form.is_bound and form.errors))
    return render(
        request,
        "dossiers/supplement.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "supplement": supplement,
            "components": components,
            "form": form,
            "has_errors": has_errors,
            "has_upload_errors": bool(errors),
            "limits": document_services.upload_limits(),
        },
        status=422 if has_errors else 200,
    )


def _asked(dossier: Dossier, supplement: SupplementRequest) -> list[DossierComponent]:
    """The slots the officer named; every slot that takes files when none was named."""
    asked = {item.component_id for item in supplement.items.all() if item.component_id is not None}
    return [
        component
        for component in selectors.components_of(dossier, with_unsent_supplement=True)
        if (component.pk in asked if asked else takes_files(component))
    ]


def _store(request: HttpRequest, dossier: Dossier, *, pressed: int | None = None) -> dict[int, list[str]]:
    actor = actor_of(request)

    def store(component_id: int, upload: UploadedFile) -> None:
        services.attach_supplement_file(actor=actor, dossier_id=dossier.pk, component_id=component_id, upload=upload)

    return store_chosen(
        request, dossier.components.select_related("required_document").order_by("position"), store, pressed=pressed
    )


@login_required
@require_POST
def attach(request: HttpRequest, code: str, component_id: int) -> HttpResponse:
    """Put new files into a slot; officers see them when the supplement is sent. A note typed beside it is kept."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED:
        return redirect("dossiers:detail", code)
    note = request.POST.get("note", "")[:2000]
    request.session[_note_key(dossier)] = note
    errors = _store(request, dossier, pressed=component_id)
    if errors:
        return _page(request, dossier, SupplementForm(initial={"note": note}), errors)
    return redirect("dossiers:supplement", code)


@login_required
@require_POST
def remove(request: HttpRequest, code: str, file_id: int) -> HttpResponse:
    """Take a new file out again before it is sent."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    services.remove_supplement_file(actor=actor, dossier_id=dossier.pk, file_id=file_id)
    return redirect("dossiers:supplement", code)


def _note_key(dossier: Dossier) -> str:
    return f"supplement-note-{dossier.pk}"


def _kept_note(request: HttpRequest, dossier: Dossier) -> str:
    """The note typed before files were uploaded on the same page."""
    return str(request.session.get(_note_key(dossier), ""))
