"""How far the planned handoffs of a dossier have come, also after agencies on their way were merged.

A level is what one agency asks: the dossier's own agency, or whoever works on a handoff (`via`) and passes a part on. While
a dossier is open only a merger closes a handoff, because asker and asked became one: the step is the agency's own from then
on, and what the merged one had passed on is asked by it now.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dossiers.enums import HandoffState
from dossiers.models import Dossier, Handoff
from procedures import selectors as procedure_selectors
from procedures.enums import HandoffOpening
from procedures.errors import HandoffAddresseeUnknown

if TYPE_CHECKING:
    from procedures.models import PlannedHandoff


def level_of(handoffs: Sequence[Handoff], via: Handoff | None = None) -> list[Handoff]:
    """Those of the handoffs that are asked on this level; `handoffs` are all of the dossier, or at least the level's."""
    by_id = {one.pk: one for one in handoffs}

    def hangs_on(handoff: Handoff) -> int | None:
        above = handoff.via_id
        while above in by_id and by_id[above].state == HandoffState.CLOSED:
            above = by_id[above].via_id
        return above

    wanted = via.pk if via is not None else None
    return [one for one in handoffs if hangs_on(one) == wanted]


def due_steps(
    dossier: Dossier,
    level: Sequence[Handoff],
    via: Handoff | None = None,
    plans: "Sequence[PlannedHandoff] | None" = None,
) -> "list[PlannedHandoff]":
    """Planned steps of the level whose turn it is and that nobody has answered, in order.

    Without those that fall to the asking agency itself, which count as done. `plans`: all of the dossier, where the
    caller has read them.
    """
    answered = {one.planned_id for one in level if one.is_answered}
    if plans is None:
        plans = procedure_selectors.planned_handoffs_for(dossier.revision, dossier.case)
    done = {planned.key for planned in plans if planned.pk in answered}
    own: set[str] = set()
    if via is not None and via.planned is not None:
        own.add(via.planned.key)
    due = []
    for planned in plans:
        if planned.pk in answered or not _is_due(planned, done, own, via):
            continue
        if falls_to_asker(planned, dossier, level, via):
            done.add(planned.key)
            own.add(planned.key)
        else:
            due.append(planned)
    return due


def _is_due(planned: "PlannedHandoff", done: set[str], own: set[str], via: Handoff | None) -> bool:
    if planned.opens == HandoffOpening.ONWARD:
        # Of the step in hand, or of one that has become the agency's own.
        return planned.anchor_key in own
    if via is not None:
        return False
    return planned.opens == HandoffOpening.AT_START or (
        planned.opens == HandoffOpening.AFTER and planned.anchor_key in done
    )


def falls_to_asker(
    planned: "PlannedHandoff", dossier: Dossier, level: Sequence[Handoff], via: Handoff | None = None
) -> bool:
    """Would the agency ask itself? Closed by a merger, or its addressee (or who took over from it) is the asker."""
    if any(one.planned_id == planned.pk and one.state == HandoffState.CLOSED for one in level):
        return True
    try:
        addressee = procedure_selectors.addressee_of(
            planned, receiving_agency=dossier.receiving_agency, resolving_agency=dossier.resolving_agency
        )
    except HandoffAddresseeUnknown:
        return False
    return addressee.pk == (via.to_agency_id if via is not None else dossier.resolving_agency_id)
