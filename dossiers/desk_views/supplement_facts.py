"""What a workspace tells of the supplements of a dossier."""

from dataclasses import dataclass

from dossiers import services
from dossiers.desk_views.facts import Facts
from dossiers.desk_views.supplement_actions import told_by_hand
from dossiers.enums import DossierState, Transition
from dossiers.models import SupplementProposal, SupplementRequest
from dossiers.services.supplement_changes import Change, changes_of
from portal.core.actors import ActorKind
from portal.core.errors import MisconfiguredData


@dataclass(frozen=True, slots=True)
class ShownSupplement:
    """One request with what came of it. `days` of waiting are days of the calendar, None while it waits.

    `told_by_hand`: what the officer does while it waits for somebody whom no mail reaches.
    """

    request: SupplementRequest
    changes: list[tuple[str, list[Change]]]
    days: int | None
    is_waiting: bool
    told_by_hand: list[str]


@dataclass(frozen=True, slots=True)
class ShownProposal:
    """An undecided proposal; `has_lapsed` once the dossier has ended without a decision on it."""

    proposal: SupplementProposal
    items: "list[services.NamedItem]"
    has_lapsed: bool


def shown_supplements(facts: Facts) -> list[ShownSupplement]:
    """The latest first."""
    return [_shown(facts, one) for one in facts.supplements]


def _shown(facts: Facts, request: SupplementRequest) -> ShownSupplement:
    is_waiting = not request.is_answered and facts.dossier.state == DossierState.SUPPLEMENT_REQUESTED
    return ShownSupplement(
        request=request,
        changes=_changes(facts, request),
        days=request.days_waited,
        is_waiting=is_waiting,
        told_by_hand=told_by_hand(facts.dossier) if is_waiting else [],
    )


def shown_proposal(facts: Facts) -> ShownProposal | None:
    proposal = facts.open_proposal
    if proposal is None:
        return None
    return ShownProposal(proposal, services.items_of_proposal(proposal), has_lapsed=not facts.dossier.is_open)


def was_just_answered(facts: Facts) -> bool:
    """No officer has done anything since the citizen answered: what was asked for has come, and waits for them."""
    if facts.supplement is None or not facts.supplement.is_answered:
        return False
    for line in facts.history:
        if line.act == Transition.ANSWER_SUPPLEMENT:
            return True
        if line.actor_kind == ActorKind.OFFICER:
            return False
    return False


def _changes(facts: Facts, request: SupplementRequest) -> list[tuple[str, list[Change]]]:
    """A definition that no longer parses must not keep the dossier from opening."""
    try:
        return changes_of(facts.dossier, request)
    except MisconfiguredData:
        return []
