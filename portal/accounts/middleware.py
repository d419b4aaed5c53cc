"""Gives every request its `Actor`, lazily: pages that write nothing and ask for nothing cost no query."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portal.accounts.models import User
from portal.accounts.selectors import actor_for
from portal.core.actors import ANONYMOUS, Actor


def _actor(request: HttpRequest) -> Actor:
    return actor_for(request.user) if isinstance(request.user, User) else ANONYMOUS


class ActorMiddleware:
    """Sets `request.actor`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # `user` is itself lazy, and isinstance() sees through it.
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)
