"""No silence: for every open dossier whose turn it is, and until when. Over the dossier and who has it in hand.

A state that is added without a row here, or a waiting without a follow-up in `lateness`, fails a test.
"""

from dataclasses import dataclass
from datetime import datetime

from dossiers.enums import OPEN_STATES, DossierState, ResultDelivery, Waiting
from dossiers.models import Dossier
from dossiers.policies import roles_for
from portal.accounts.enums import DESK_ROLES, OfficerRole

_CASE = (OfficerRole.CASE_OFFICER,)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a dossier. `officer_id` is None while it lies in a pool: then it is anybody's with one of `pool_roles`,
    in the division where one is named.

    `is_citizens_turn`: the next step is the citizen's; the owner keeps the dossier meanwhile and answers for it.
    `given_by_id`: who passed it on and answers for it too, until the taker confirms.
    """

    agency_id: int
    officer_id: int | None
    pool_roles: tuple[OfficerRole, ...]
    is_citizens_turn: bool
    division_id: int | None = None
    given_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class NextDate:
    """The instant by which something must have happened, and what the dossier waits for until then."""

    at: datetime
    waiting: Waiting


_WAITING: dict[DossierState, Waiting] = {
    DossierState.SUBMITTED: Waiting.ANSWER,
    DossierState.RECEIVED: Waiting.TAKE_ON,
    DossierState.PROCESSING: Waiting.DECISION,
    DossierState.SUPPLEMENT_REQUESTED: Waiting.SUPPLEMENT,
    DossierState.PAYMENT_REQUESTED: Waiting.PAYMENT,
}
_WAITING_RESOLVED: dict[str, Waiting] = {
    ResultDelivery.DESK: Waiting.COLLECTION,
    ResultDelivery.POST: Waiting.POSTING,
    ResultDelivery.ONLINE: Waiting.ONLINE_DELIVERY,
}
CITIZENS_TURN = frozenset({Waiting.PREPAYMENT, Waiting.SUPPLEMENT, Waiting.PAYMENT, Waiting.COLLECTION})
"""The next step is the citizen's."""
_AT_THE_DESK = frozenset(
    {
        Waiting.PREPAYMENT,
        Waiting.ANSWER,
        Waiting.COLLECTION,
        Waiting.POSTING,
        Waiting.ONLINE_DELIVERY,
        Waiting.IN_THE_POST,
    }
)


def waiting_of(dossier: Dossier) -> Waiting | None:
    """What an open dossier waits for; None for a draft and for one that has ended."""
    if dossier.state == DossierState.RESOLVED and dossier.posted_at is not None:
        return Waiting.IN_THE_POST
    if dossier.state == DossierState.RESOLVED:
        return _WAITING_RESOLVED[dossier.result_delivery]
    if dossier.prepay_by is not None:
        return Waiting.PREPAYMENT
    return _WAITING.get(DossierState(dossier.state))


def owner_of(dossier: Dossier) -> Owner | None:
    """Who has it now; None for a draft (its citizen's alone) and for a dossier that has ended.

    That is who has the step it is at, with the step's agency, role and division. While the citizen is waited for, it is
    who had it when they were asked: the answer goes back there. Reads `last_holding`; batches join it in.
    """
    waiting = waiting_of(dossier)
    if waiting is None:
        return None
    is_citizens_turn = waiting in CITIZENS_TURN
    held = dossier.last_holding
    if held is not None:
        return Owner(
            agency_id=held.agency_id,
            officer_id=held.officer_id,
            pool_roles=roles_for(held.step_role),
            is_citizens_turn=is_citizens_turn,
            division_id=held.division_id,
            given_by_id=held.passed_by_id if held.awaits_receipt else None,
        )
    # From before such rows were kept.
    if waiting in _AT_THE_DESK:
        return Owner(dossier.receiving_agency_id, None, DESK_ROLES, is_citizens_turn)
    return Owner(dossier.resolving_agency_id, dossier.assignee_id, _CASE, is_citizens_turn)


def next_date_of(dossier: Dossier) -> NextDate | None:
    """The date on which somebody must act; None for a draft and for a dossier that has ended.

    Whoever holds a received dossier owes the decision by the appointed date, also while nobody has taken it on.
    """
    waiting = waiting_of(dossier)
    if waiting is None or dossier.state not in OPEN_STATES:
        return None
    agency_acts = waiting in {Waiting.TAKE_ON, Waiting.DECISION}
    moment = dossier.appointed_at if agency_acts else dossier.next_date_at
    # The database holds that no open dossier is without one.
    assert moment is not None
    return NextDate(moment, waiting)
