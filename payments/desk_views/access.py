"""Who gets in to the pages of money: officers with a role that has to do with it."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from payments import policies
from payments.errors import RefundNotPermitted
from portal.core.actors import Actor

DeskView = Callable[..., HttpResponseBase]


def refunds_only(view: DeskView) -> DeskView:
    """Anonymous visitors sign in first; whoever has nothing to do with refunds gets a 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not policies.refund_agencies(actor_of(request)):
            raise RefundNotPermitted
        return view(request, *args, **kwargs)

    # Accounts of payers: no shared cache and no back button may keep them.
    return never_cache(login_required(guarded))


def actor_of(request: HttpRequest) -> Actor:
    """The actor the middleware found."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
