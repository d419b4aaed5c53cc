"""What every view of the vault reads from a request."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.core.actors import Actor

View = Callable[..., HttpResponseBase]


def actor_of(request: HttpRequest) -> Actor:
    """The acting party; set by `portal.accounts.middleware.ActorMiddleware`."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def for_no_index(view: View) -> View:
    """Pages that an address alone opens: no search engine keeps them. That no other site is told where somebody came from,
    the portal's own policy of referrers sees to; a stricter one would take the origin from the forms on these pages."""

    @wraps(view)
    def marked(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return marked
