"""How the result reaches the citizen: what went by post, who took it at the desk, and a code to show there."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from dossiers import selectors, services
from dossiers.enums import DossierState, ResultDelivery
from dossiers.models import Dossier
from dossiers.selectors import returns
from dossiers.views.requests import actor_of
from portal.core.errors import InvalidInput, TooManyRequests


def returned(dossier: Dossier, *, owes: bool) -> dict[str, Any]:
    """Context of the dossier page. Nothing is asked of the database before the decision."""
    if dossier.resolved_at is None:
        return {}
    waits = dossier.state == DossierState.RESOLVED and dossier.posted_at is None
    return {
        "postal_items": returns.postal_items_of(dossier),
        "hand_over": returns.hand_over_of(dossier),
        "may_get_code": waits and not owes and dossier.result_delivery == ResultDelivery.DESK,
    }


@login_required
@never_cache
def collection_code(request: HttpRequest, code: str) -> HttpResponseBase:
    """POST: a new code, shown once; GET (a reload, a switch of language) leads to the dossier."""
    actor = actor_of(request)
    dossier = selectors.own_dossier(actor=actor, code=code)
    if request.method != "POST":
        return redirect("dossiers:detail", code)
    try:
        shown, kept = services.own_collection_code(actor=actor, dossier_id=dossier.pk)
    except (InvalidInput, TooManyRequests) as problem:
        context = {"dossier": dossier, "sentence": problem.sentence}
        return render(request, "dossiers/collection_code.html", context, status=problem.status)
    return render(request, "dossiers/collection_code.html", {"dossier": dossier, "shown": shown, "kept": kept})
