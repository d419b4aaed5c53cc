"""Who acts in admin."""

from django.http import HttpRequest

from portal.core.actors import Actor, ActorKind


def administrator(request: HttpRequest) -> Actor:
    """The signed-in account as an administrator: Django's permissions let it in, whatever postings it also holds."""
    return Actor(kind=ActorKind.ADMINISTRATOR, user_id=request.user.pk, display_name=str(request.user))
