"""The citizen's own dossiers and drafts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dossiers import selectors
from dossiers.views.requests import actor_of

DRAFTS_SHOWN = 10


@login_required
@never_cache
@require_safe
def own_dossiers(request: HttpRequest) -> HttpResponse:
    """Drafts first (what is left to do), then what was filed, last moved first."""
    actor = actor_of(request)
    cursor = request.GET.get("sau", "")
    page = selectors.own_filed_dossiers(actor=actor, cursor=cursor)
    drafts = [] if cursor else list(selectors.drafts_for(actor=actor)[: DRAFTS_SHOWN + 1])
    context = {
        "page": page,
        "drafts": drafts[:DRAFTS_SHOWN],
        "has_more_drafts": len(drafts) > DRAFTS_SHOWN,
        "is_first_page": not cursor,
    }
    return render(request, "dossiers/list.html", context)
