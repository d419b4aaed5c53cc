"""The journal of revisions: one line for every step, in the same transaction."""

from portal.core import clock
from portal.core.actors import Actor
from procedures.models import ProcedureRevision, PublicationEntry


def record(
    revision: ProcedureRevision, kind: PublicationEntry.Kind, actor: Actor, *, reason: str = ""
) -> PublicationEntry:
    """Write down who did what with the revision, and why. The caller holds the revision's lock."""
    return PublicationEntry.objects.create(
        revision=revision,
        kind=kind,
        reason=reason,
        actor_kind=actor.kind,
        actor_name=actor.display_name[:120],
        user_id=actor.user_id,
        at=clock.now(),
    )
