"""How the result reaches the citizen: what went by post, who took it at the desk, and a code to show there."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from dossiers import selectors, services
from dossiers.enums import DossierState
from dossiers.models import Dossier
from dossiers.views.requests import actor_of
from portal.core.errors import InvalidInput, TooManyRequests


def returned(dossier: Dossier, *, owes: bool) -> dict[str, Any]:
    """Context of the dossier page. Nothing is asked of the database before the decision."""
    if dossier.resolved_at is None:
        return {}
    is_over = dossier.state == DossierState.RESULT_HANDED_OVER
    return {
        "postal_items": list(dossier.postal_items.prefetch_related("moves").order_by("-ordinal")),
        "hand_over": dossier.hand_overs.order_by("-sequence").first() if is_over else None,
        "may_get_code": not is_over and dossier.posted_at is None and not owes and dossier.result_delivery == "desk",
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
