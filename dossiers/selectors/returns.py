"""How a result reached its citizen."""

from dossiers.enums import DossierState, Transition
from dossiers.models import Dossier, PostalItem, ResultHandOver


def hand_over_of(dossier: Dossier) -> ResultHandOver | None:
    """To whom the result went at the desk; None for other ways, and for a hand-over that was undone."""
    if dossier.state != DossierState.RESULT_HANDED_OVER:
        return None
    lines = dossier.journal.filter(act=Transition.HAND_OVER_RESULT).order_by("-sequence")
    given = dossier.hand_overs.select_related("signed_slip")
    return given.filter(sequence=lines.values("sequence")[:1]).first()


def postal_items_of(dossier: Dossier) -> list[PostalItem]:
    """What went by post, the latest first, each with its moves; nothing is asked of the database before the decision."""
    if dossier.resolved_at is None:
        return []
    return list(dossier.postal_items.prefetch_related("moves").order_by("-ordinal"))
