"""Who signs a line of a journal."""

from typing import Any

from portal.core import clock
from portal.core.actors import Actor


def signed(actor: Actor) -> dict[str, Any]:
    """The columns of `models.journals.JournalEntry`, as of now."""
    return {
        "actor_kind": actor.kind,
        "actor_name": actor.display_name[:120],
        "user_id": actor.user_id,
        "at": clock.now(),
    }
