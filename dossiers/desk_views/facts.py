"""Everything a workspace shows of one dossier, read once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from django_fsm import can_proceed

from dossiers import policies, selectors, services
from dossiers.enums import Transition
from dossiers.holdings import process_of
from dossiers.models import (
    Dossier,
    DossierComponent,
    Handoff,
    Holding,
    JournalEntry,
    PostalItem,
    Reschedule,
    ResultDocument,
    ResultDraft,
    ResultHandOver,
    SupplementProposal,
    SupplementRequest,
)
from dossiers.selectors import desk_side, late_list, promised_dates, returns
from payments import selectors as payment_selectors
from payments.enums import CollectionPoint
from portal.accounts import selectors as account_selectors
from portal.core import clock
from portal.core.actors import Actor
from portal.core.errors import PortalError
from procedures import services as procedure_services
from procedures.enums import LevelAction
from procedures.selectors import QuotedFee

if TYPE_CHECKING:
    from payments.models import Charge, PaymentReceipt
    from portal.accounts.models import Division, User
    from procedures.models import ResultTemplate
    from procedures.selectors import InternalProcess


@dataclass
class Facts:
    """A dossier as one officer sees it at one instant. Lists are read on first use and then kept."""

    actor: Actor
    dossier: Dossier
    now: datetime = field(default_factory=clock.now)

    @cached_property
    def components(self) -> list[DossierComponent]:
        return list(selectors.components_of(self.dossier))

    @cached_property
    def charges(self) -> "list[Charge]":
        return self.dues.charges

    @cached_property
    def owed(self) -> "list[Charge]":
        return [charge for charge in self.charges if charge.is_owed]

    @cached_property
    def history(self) -> list[JournalEntry]:
        return list(selectors.history_of(self.dossier))

    @cached_property
    def charges_and_receipts(self) -> "list[tuple[Charge, list[PaymentReceipt]]]":
        """What was charged, oldest first, each with its receipts, newest first. No query where nothing was charged."""
        receipts = payment_selectors.receipts_of_subject(self.dossier.subject) if self.charges else []
        return [
            (charge, [receipt for receipt in receipts if receipt.attempt.charge_id == charge.pk])
            for charge in self.charges
        ]

    @cached_property
    def results(self) -> list[ResultDocument]:
        return list(selectors.results_of(self.dossier))

    @cached_property
    def supplements(self) -> list[SupplementRequest]:
        """All requests of this dossier with their items, the latest first; more than one only by an exception."""
        requests = self.dossier.supplements.select_related("requested_by", "approved_by").prefetch_related("items")
        return list(requests.order_by("-ordinal"))

    @cached_property
    def papers(self) -> "list[services.Paper]":
        """Issued slips but the receipts, and those that follow from the journal."""
        return services.papers_of(self.dossier, self.history, for_citizen=False)

    @cached_property
    def supplement(self) -> SupplementRequest | None:
        """The latest request, answered or not."""
        return self.supplements[0] if self.supplements else None

    @cached_property
    def open_proposal(self) -> SupplementProposal | None:
        """Undecided; see `SupplementProposal` for when it waits and when it has lapsed."""
        if not self.supplements:
            return None
        proposals = self.dossier.supplement_proposals.select_related("proposed_by")
        return proposals.filter(decided_at__isnull=True).first()

    @cached_property
    def open_reschedule(self) -> Reschedule | None:
        """The apology with a new date that waits for the signer."""
        return late_list.open_reschedule(self.dossier)

    @cached_property
    def result_titles(self) -> dict[int, str]:
        return desk_side.result_titles(self.dossier)

    @cached_property
    def result_templates(self) -> "Sequence[ResultTemplate]":
        """What may be drawn up here; only asked while it is being decided."""
        return services.templates_for(self.dossier)

    @cached_property
    def result_draft(self) -> ResultDraft | None:
        """The draft that counts; none for officers whose own dossier it is, who read the result once it is issued."""
        return None if policies.is_applicant(self.actor, self.dossier) else services.newest_draft(self.dossier)

    @cached_property
    def hand_over(self) -> ResultHandOver | None:
        """To whom the result went at the desk; None for one that was undone, and for other ways."""
        return returns.hand_over_of(self.dossier)

    @cached_property
    def reads_receiver(self) -> bool:
        """Is the receiver's whole number, and the slip they signed, this officer's to read?"""
        return self.may(policies.Action.HAND_OVER_RESULT)

    @cached_property
    def postal_items(self) -> list[PostalItem]:
        """What went by post, the latest first, each with its moves."""
        return returns.postal_items_of(self.dossier)

    @cached_property
    def expected_fees(self) -> list[QuotedFee]:
        """What a payment request would ask for; empty also when the fee data need an administrator (see `fee_problem`)."""
        return self._fees[0]

    @cached_property
    def fee_problem(self) -> str:
        return self._fees[1]

    @cached_property
    def _fees(self) -> tuple[list[QuotedFee], str]:
        try:
            return self.dues.to_charge(CollectionPoint.ON_REQUEST), ""
        except PortalError as problem:
            return [], str(problem.sentence)

    @cached_property
    def dues(self) -> services.Dues:
        """What the dossier costs and why, what was claimed and charged."""
        return services.Dues(self.dossier)

    @cached_property
    def obstacle_to_receipt(self) -> str:
        """What must be paid, counted or decided first."""
        return services.obstacle_to_receipt(self.dues)

    @cached_property
    def due_if_received_now(self) -> tuple[datetime | None, str]:
        """The date a receipt would promise, or why none can be promised."""
        try:
            return promised_dates.due_if_received(self.dossier, self.now), ""
        except PortalError as problem:
            return None, str(problem.sentence)

    @cached_property
    def pays_online(self) -> bool:
        return procedure_services.offering_allows(self.dossier.offering, LevelAction.PAY_ONLINE)

    @cached_property
    def receives_online(self) -> bool:
        """Will the finished result go to the citizen by itself?"""
        return self.dossier.result_delivery == "online" and procedure_services.offering_allows(
            self.dossier.offering, LevelAction.RECEIVE_ONLINE
        )

    @property
    def holding(self) -> Holding | None:
        """Who has it now, for which step."""
        return self.dossier.open_holding

    @cached_property
    def holdings(self) -> list[Holding]:
        """Everybody who had it, the first one first."""
        return list(selectors.holdings_of(self.dossier))

    @cached_property
    def process(self) -> "InternalProcess":
        return process_of(self.dossier)

    @cached_property
    def able_officers(self) -> "list[User]":
        """Who can do the step the dossier is at, never the applicant."""
        held = self.holding
        if held is None:
            return []
        roles = policies.roles_for(held.step_role)
        able = account_selectors.officers_for_work(held.agency_id, *roles, division_id=held.division_id)
        return [one for one in able if one.pk != self.dossier.applicant_id]

    @cached_property
    def divisions(self) -> "list[Division]":
        return list(account_selectors.divisions_of(self.holding.agency_id)) if self.holding is not None else []

    @cached_property
    def handoffs(self) -> list[Handoff]:
        """What other agencies were asked about it."""
        return list(selectors.handoffs_of(self.dossier)) if self.dossier.received_at is not None else []

    @cached_property
    def awaited(self) -> str:
        """Whose binding answer a decision waits for; "" when it waits for nobody."""
        waiting = [one for one in self.handoffs if one.is_open and one.is_binding and one.via_id is None]
        return services.awaited_sentence(waiting) if waiting else ""

    @property
    def reads_notes(self) -> bool:
        """What officers write for each other is not for the applicant, though they work here."""
        return self.actor.user_id != self.dossier.applicant_id

    def can(self, transition: Transition) -> bool:
        """Does the state allow it? Who asks is another question (`may`)."""
        return bool(can_proceed(getattr(self.dossier, transition.value)))

    def may(self, action: policies.Action) -> bool:
        """Reading is everybody's of the dossier's agencies; what decides is not for who acts for its organisation."""
        who = self.actor if action == policies.Action.READ_AS_OFFICER else self._able
        return policies.may(who, action, self.dossier)

    @cached_property
    def _able(self) -> Actor:
        return policies.disinterested(self.actor, self.dossier)
