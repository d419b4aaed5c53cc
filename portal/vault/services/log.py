"""Lines of a paper's log."""

from collections.abc import Mapping
from typing import Any

from portal.core import clock
from portal.core.actors import Actor
from portal.vault.enums import PaperAct
from portal.vault.models import IssuedPaper, PaperLogEntry


def write_log(
    *, actor: Actor, paper: IssuedPaper, act: PaperAct, details: Mapping[str, Any] | None = None
) -> PaperLogEntry:
    """Write a line, in the caller's transaction where there is one. `details`: ids and codes, nothing a paper says."""
    return PaperLogEntry.objects.create(
        paper=paper,
        act=act,
        at=clock.now(),
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        actor_name=actor.display_name[:120],
        details=dict(details or {}),
    )
