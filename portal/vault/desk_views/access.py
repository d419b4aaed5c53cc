"""Who gets in: officers in post. At one paper, those of the agency that answers for it."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from portal.core.actors import Actor
from portal.core.errors import NotPermitted


class PapersOfOfficersOnly(NotPermitted):
    """Signed in, but holding no post in force."""

    code = "officers_only"
    default_sentence = _("Trang này dành cho cán bộ đang được phân công ở một cơ quan.")


def actor_of(request: HttpRequest) -> Actor:
    """The actor the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def officers_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Anonymous visitors sign in first; who holds no post gets a 403. No cache keeps these pages."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not actor_of(request).is_officer:
            raise PapersOfOfficersOnly
        return view(request, *args, **kwargs)

    return never_cache(login_required(guarded))
