"""Handoffs on the workspace of their dossier: who is asked, since when, until when, what came back; whom to ask."""

from dataclasses import dataclass, field

from dossiers import selectors
from dossiers.desk_views.facts import Facts
from dossiers.desk_views.handoff_facts import HandoffRow, rows_of_handoffs
from dossiers.policies import Action
from dossiers.selectors import Offer
from dossiers.services.handoffs import OPENABLE_IN


@dataclass(frozen=True, slots=True)
class HandoffPanel:
    """`offers`: planned ones this officer can send now; `may_ask`: or any other agency."""

    rows: list[HandoffRow] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    may_ask: bool = False

    @property
    def is_under_way(self) -> bool:
        """Somebody was asked, or is to be: then it stands on top."""
        return bool(self.rows or self.offers)

    def __bool__(self) -> bool:
        return bool(self.rows or self.may_ask)


def handoff_panel(facts: Facts) -> HandoffPanel:
    if facts.dossier.received_at is None:
        return HandoffPanel()
    may_ask = facts.dossier.state in OPENABLE_IN and facts.may(Action.OPEN_HANDOFF)
    return HandoffPanel(
        rows=rows_of_handoffs(facts.handoffs),
        offers=selectors.offers_of(facts.dossier, facts.handoffs) if may_ask else [],
        may_ask=may_ask,
    )
