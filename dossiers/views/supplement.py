"""The citizen answers a supplement request."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import selectors, services
from dossiers.enums import DossierState
from dossiers.errors import DossierNotFound, TransitionConflict
from dossiers.forms.citizen import SupplementForm
from dossiers.models import Dossier, DossierComponent, SupplementRequest
from dossiers.views.conflict import conflict_page
from dossiers.views.requests import actor_of, seen_version
from dossiers.views.slot_pages import MOVES, page_limits, shown_slots, supplement_addresses
from dossiers.views.uploads import Troubles, keep_posted, takes_files
from portal.core.errors import InvalidInput


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
        return _page(request, dossier, SupplementForm(initial={"note": _kept_note(request, dossier)}), Troubles())
    form = SupplementForm(request.POST)
    troubles = keep_posted(request, dossier, is_supplement=True)
    if troubles or not form.is_valid():
        return _page(request, dossier, form, troubles)
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
        return _page(request, dossier, form, Troubles())
    except TransitionConflict as error:
        return conflict_page(request, dossier, error, typed=note)
    request.session.pop(_note_key(dossier), None)
    messages.success(request, _("Đã gửi bổ sung. Đồng hồ tính hạn chạy tiếp."))
    return redirect("dossiers:detail", dossier.code)


def _page(request: HttpRequest, dossier: Dossier, form: SupplementForm, troubles: Troubles) -> HttpResponse:
    supplement = dossier.supplements.prefetch_related("items").get(answered_at__isnull=True)
    has_errors = bool(troubles or (form.is_bound and form.errors))
    return render(
        request,
        "dossiers/supplement.html",
        {
            "dossier": dossier,
            "procedure": dossier.revision.procedure,
            "supplement": supplement,
            "slots": shown_slots(
                _asked(dossier, supplement),
                supplement_addresses(dossier),
                supplement_id=supplement.pk,
                errors=troubles.by_slot,
                typed=troubles.typed,
                file_errors=troubles.by_file,
            ),
            "form": form,
            "has_errors": has_errors,
            "has_upload_errors": bool(troubles),
            "limits": page_limits(),
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


def _keep_and_stay(request: HttpRequest, dossier: Dossier, *, pressed: int | None = None) -> HttpResponse:
    """Keep everything on the page, the note too, and show it again."""
    note = request.POST.get("note")
    if note is not None:
        request.session[_note_key(dossier)] = note[:2000]
    troubles = keep_posted(request, dossier, is_supplement=True, pressed=pressed)
    if troubles:
        kept = _kept_note(request, dossier)
        return _page(request, dossier, SupplementForm(initial={"note": kept}), troubles)
    return redirect("dossiers:supplement", dossier.code)


@login_required
@require_POST
def attach(request: HttpRequest, code: str, component_id: int) -> HttpResponse:
    """Put new files into a slot; officers see them when the supplement is sent. A note typed beside it is kept."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED:
        return redirect("dossiers:detail", code)
    return _keep_and_stay(request, dossier, pressed=component_id)


@login_required
@require_POST
def remove(request: HttpRequest, code: str, file_id: int) -> HttpResponse:
    """Take a new file out again before it is sent; whatever else was typed or chosen on the page is kept."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    services.remove_supplement_file(actor=actor, dossier_id=dossier.pk, file_id=file_id)
    return _keep_and_stay(request, dossier)


@login_required
@require_POST
def move(request: HttpRequest, code: str, file_id: int, word: str) -> HttpResponse:
    """One place up or down among the new files of its slot."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    if word not in MOVES:
        raise DossierNotFound
    services.move_file(actor=actor, dossier_id=dossier.pk, is_supplement=True, file_id=file_id, by=MOVES[word])
    return _keep_and_stay(request, dossier)


def _note_key(dossier: Dossier) -> str:
    return f"supplement-note-{dossier.pk}"


def _kept_note(request: HttpRequest, dossier: Dossier) -> str:
    """The note typed before files were uploaded on the same page."""
    return str(request.session.get(_note_key(dossier), ""))
