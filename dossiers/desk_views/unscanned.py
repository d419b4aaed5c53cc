"""Results that were handed over on a signed slip which nobody has scanned back in."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from dossiers.desk_views.access import actor_of, officers_only
from dossiers.selectors import returns
from portal.accounts.enums import DESK_ROLES
from portal.core.errors import NotPermitted


@officers_only
@require_safe
def unscanned(request: HttpRequest) -> HttpResponseBase:
    """For the desks that handed them over. `sau` continues after the last row of the page before."""
    actor, cursor = actor_of(request), request.GET.get("sau", "")
    if not actor.agencies_as(*DESK_ROLES):
        raise NotPermitted
    page, here = returns.unscanned_page(actor, cursor=cursor), reverse("desk:unscanned")
    return render(
        request,
        "desk/unscanned.html",
        {
            "rows": page.rows,
            "first_url": here if cursor else "",
            "next_url": f"{here}?{urlencode({'sau': page.next_cursor})}" if page.next_cursor else "",
        },
    )
