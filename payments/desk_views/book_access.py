"""Who gets in to the books: those who keep them at some agency."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from payments import services
from portal.core.actors import Actor

BookView = Callable[..., HttpResponseBase]


def books_only(view: BookView) -> BookView:
    """Anonymous visitors sign in first; whoever keeps no books gets a 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        services.require_books(actor_of(request))
        return view(request, *args, **kwargs)

    # Statements name people: no shared cache and no back button may keep them.
    return never_cache(login_required(guarded))


def actor_of(request: HttpRequest) -> Actor:
    """The actor the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def key_in(text: str) -> int:
    """A key from an address; 0 for anything else, so that a list starts from its beginning."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
