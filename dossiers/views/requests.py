"""What every view of the citizen's side reads from a request."""

from typing import cast
from uuid import UUID

from django.http import HttpRequest

from dossiers import selectors
from dossiers.models import Dossier
from portal.core.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The acting party; set by `portal.accounts.middleware.ActorMiddleware`."""
    return cast(Actor, request.actor)  # type: ignore[attr-defined]


def own_draft(request: HttpRequest, public_id: UUID) -> Dossier:
    """The signed-in person's draft, or the filed dossier it became. Raises DossierNotFound."""
    return selectors.draft_of(actor=actor_of(request), public_id=public_id)


def seen_version(request: HttpRequest) -> int | None:
    """The version of the dossier that the posted page showed; None when the page did not say."""
    value = request.POST.get("seen_version", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None
