"""The citizen answers a supplement request item by item."""

import re
from collections.abc import Mapping

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dossiers import selectors, services
from dossiers.enums import DossierState, Transition
from dossiers.errors import DossierNotFound, DraftClosed, SupplementIncomplete, TransitionConflict
from dossiers.models import Dossier
from dossiers.views.conflict import conflict_page
from dossiers.views.requests import actor_of, seen_version
from dossiers.views.slot_pages import MOVES
from dossiers.views.supplement_items import SupplementPage, page_context, typed_in
from dossiers.views.uploads import Troubles, keep_posted
from portal.core.actors import Actor

UNUSABLE = 422
# The section and the field whose button was pressed.
_PLACE = re.compile(r"(?P<section>[-a-zA-Z0-9_]{1,100})/(?P<field>[-a-zA-Z0-9_]{1,100})")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows what is asked and where each item stands; POST keeps all that is on the page, and sends it if asked to."""
    dossier = selectors.own_dossier(actor=actor_of(request), code=code)
    if dossier.state != DossierState.SUPPLEMENT_REQUESTED:
        # Sent already (the button pressed twice), or only looked at. Else the service says what came in between.
        if request.method != "POST" or _has_sent_it(actor_of(request), dossier):
            return redirect("dossiers:detail", code)
        return _send(request, dossier)
    if request.method != "POST":
        return _page(request, dossier)
    try:
        troubles, too_long = _keep(request, dossier)
    except DraftClosed:
        # Closed a moment ago: the sending says by whom, and gives back what was typed.
        return _send(request, dossier)
    if troubles or too_long:
        return _page(request, dossier, troubles, too_long)
    if place := _PLACE.fullmatch(request.POST.get("sua", "")):
        url = reverse("dossiers:supplement_section", args=[code, place["section"]])
        return redirect(f"{url}#id_{place['field']}")
    if "luu" in request.POST:
        messages.success(request, _("Đã lưu. Bạn có thể dừng và làm tiếp trên máy khác."))
        return redirect("dossiers:supplement", code)
    return _send(request, dossier)


def _has_sent_it(actor: Actor, dossier: Dossier) -> bool:
    """Was the latest request answered by this person? Not an earlier one, and not by the desk for them."""
    last = (
        dossier.journal.filter(act__in=[Transition.REQUEST_SUPPLEMENT, Transition.ANSWER_SUPPLEMENT])
        .order_by("-sequence")
        .first()
    )
    return last is not None and last.act == Transition.ANSWER_SUPPLEMENT and last.actor_id == actor.user_id


def _send(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    try:
        services.answer_supplement(actor=actor_of(request), dossier_id=dossier.pk, seen_version=seen_version(request))
    except SupplementIncomplete as error:
        return _page(request, dossier, faults=error.fields)
    except TransitionConflict as error:
        notes, message = typed_in(request.POST)
        typed = "\n".join(text for text in [*notes.values(), message or ""] if text.strip())
        return conflict_page(request, dossier, error, typed=typed)
    messages.success(request, _("Đã gửi bổ sung. Đồng hồ tính hạn chạy tiếp."))
    return redirect("dossiers:detail", dossier.code)


def _keep(request: HttpRequest, dossier: Dossier, *, pressed: int | None = None) -> tuple[Troubles, dict[int, str]]:
    """Everything on the page, whatever button was pressed: files, what is said of them, notes; and what was not taken."""
    notes, message = typed_in(request.POST)
    too_long: dict[int, str] = {}
    if notes or message is not None:
        too_long = services.keep_supplement_notes(
            actor=actor_of(request), dossier_id=dossier.pk, notes=notes, message=message
        )
    return keep_posted(request, dossier, is_supplement=True, pressed=pressed), too_long


def _keep_and_stay(request: HttpRequest, dossier: Dossier, *, pressed: int | None = None) -> HttpResponse:
    troubles, too_long = _keep(request, dossier, pressed=pressed)
    if troubles or too_long:
        return _page(request, dossier, troubles, too_long)
    return redirect("dossiers:supplement", dossier.code)


def _page(
    request: HttpRequest,
    dossier: Dossier,
    troubles: Troubles | None = None,
    too_long: Mapping[int, str] | None = None,
    faults: Mapping[str, object] | None = None,
) -> HttpResponse:
    shown = SupplementPage(dossier, troubles or Troubles(), too_long or {}, faults or {})
    return render(
        request, "dossiers/supplement.html", page_context(shown), status=UNUSABLE if shown.has_errors else 200
    )


@login_required
@require_POST
def attach(request: HttpRequest, code: str, component_id: int) -> HttpResponse:
    """Put new files into a slot; officers see them when the supplement is sent. Notes typed beside are kept."""
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
