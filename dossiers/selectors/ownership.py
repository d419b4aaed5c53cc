"""No silence: for every open dossier whose turn it is, and until when. Pure, over what the dossier itself tells.

A state that is added without a row here, or a waiting without a follow-up in `lateness`, fails a test.
"""

from dataclasses import dataclass
from datetime import datetime

from dossiers.enums import OPEN_STATES, DossierState, ResultDelivery, Waiting
from dossiers.models import Dossier
from portal.accounts.enums import OfficerRole

_DESK = (OfficerRole.DESK_OFFICER, OfficerRole.DESK_HEAD)
_CASE = (OfficerRole.CASE_OFFICER,)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who has a dossier. `officer_id` is None while it lies in a pool: then it is anybody's with one of `pool_roles`.

    `is_citizens_turn`: the next step is the citizen's; the owner keeps the dossier meanwhile and answers for it.
    """

    agency_id: int
    officer_id: int | None
    pool_roles: tuple[OfficerRole, ...]
    is_citizens_turn: bool


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
_CITIZENS_TURN = frozenset({Waiting.PREPAYMENT, Waiting.SUPPLEMENT, Waiting.PAYMENT, Waiting.COLLECTION})
_AT_THE_DESK = frozenset(
    {Waiting.PREPAYMENT, Waiting.ANSWER, Waiting.COLLECTION, Waiting.POSTING, Waiting.ONLINE_DELIVERY}
)


def waiting_of(dossier: Dossier) -> Waiting | None:
    """What an open dossier waits for; None for a draft and for one that has ended."""
    if dossier.state == DossierState.RESOLVED:
        return _WAITING_RESOLVED[dossier.result_delivery]
    if dossier.prepay_by is not None:
        return Waiting.PREPAYMENT
    return _WAITING.get(DossierState(dossier.state))


def owner_of(dossier: Dossier) -> Owner | None:
    """Who has it now; None for a draft (its citizen's alone) and for a dossier that has ended.

    Before receipt and after the decision it is the desk's of the receiving agency, in between the resolving agency's:
    the officer who took it on, else the pool of case officers. While the citizen's turn is on, that owner keeps it.
    """
    waiting = waiting_of(dossier)
    if waiting is None:
        return None
    if waiting in _AT_THE_DESK:
        return Owner(dossier.receiving_agency_id, None, _DESK, waiting in _CITIZENS_TURN)
    return Owner(dossier.resolving_agency_id, dossier.assignee_id, _CASE, waiting in _CITIZENS_TURN)


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
