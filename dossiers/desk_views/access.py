"""Who gets in: officers, and at one dossier the officers of its agencies."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from dossiers import policies, selectors
from dossiers.errors import DossierNotFound
from dossiers.models import Dossier
from portal.core.actors import Actor
from portal.core.errors import NotPermitted

DeskView = Callable[..., HttpResponseBase]


class OfficersOnly(NotPermitted):
    """Signed in, but holding no post in force."""

    code = "officers_only"
    default_sentence = _("Trang này dành cho cán bộ đang được phân công ở một cơ quan.")


def officers_only(view: DeskView) -> DeskView:
    """Anonymous visitors are sent to sign in and come back; people without a post in force get a 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not actor_of(request).is_officer:
            raise OfficersOnly
        return view(request, *args, **kwargs)

    # Pages of the desk show personal data: no shared cache and no back button may keep them.
    return never_cache(login_required(guarded))


def actor_of(request: HttpRequest) -> Actor:
    """The actor the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def desk_dossier(request: HttpRequest, code: str) -> Dossier:
    """A filed dossier of the officer's agencies.

    Raises DossierNotFound for every other one, also the officer's own at an agency where they have no post: they read
    that one as a citizen.
    """
    actor = actor_of(request)
    dossier = selectors.filed_dossier(actor=actor, code=code)
    if not policies.may(actor, policies.Action.READ_AS_OFFICER, dossier):
        raise DossierNotFound
    return dossier
