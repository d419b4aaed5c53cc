"""Lines of a paper's log."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from portal.core import clock
from portal.core.actors import Actor
from portal.vault.enums import PaperAct
from portal.vault.models import IssuedPaper, PaperLogEntry


def write_log(
    *, actor: Actor, paper: IssuedPaper, act: PaperAct, details: Mapping[str, Any] | None = None
) -> PaperLogEntry:
    """Write a line, in the caller's transaction where there is one. `details`: ids and codes, nothing a paper says."""
    return write_lines(actor=actor, paper=paper, act=act, details=[details or {}])[0]


def write_lines(
    *, actor: Actor, paper: IssuedPaper, act: PaperAct, details: Iterable[Mapping[str, Any]]
) -> list[PaperLogEntry]:
    """A line for each of `details`, in one query."""
    at = clock.now()
    return PaperLogEntry.objects.bulk_create(_line(actor, paper, act, at, one) for one in details)


def _line(actor: Actor, paper: IssuedPaper, act: PaperAct, at: datetime, details: Mapping[str, Any]) -> PaperLogEntry:
    return PaperLogEntry(
        paper=paper,
        act=act,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.user_id,
        actor_name=actor.display_name[:120],
        details=dict(details),
    )
