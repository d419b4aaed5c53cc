"""Fees that come with the filing: charged there, waited for, and the desk's hours run only when none is owed (decision 0041)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dossiers import deadlines, policies, transitions
from dossiers.enums import Deed, DossierState
from dossiers.errors import FeeOwedBeforeReceipt
from dossiers.models import Dossier
from dossiers.services import fees
from dossiers.services.dues import Dues
from payments.enums import CollectionPoint
from portal.accounts import selectors as account_selectors
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import PortalError
from portal.core.money import format_vnd


def require_prepaid(dues: Dues) -> None:
    """Nothing that comes before receipt is owed or open.

    Raises FeeOwedBeforeReceipt, and what `Dues.to_charge` raises where an amount is not known yet.
    """
    owed = dues.owed_before_receipt
    owed += sum(fee.amount or 0 for fee in dues.to_charge(CollectionPoint.BEFORE_RECEIPT))
    if owed:
        sentence = _("Người nộp còn %(amount)s phải nộp trước khi tiếp nhận. Thu xong mới tiếp nhận được.")
        raise FeeOwedBeforeReceipt(sentence % {"amount": format_vnd(owed)})


def obstacle_to_receipt(dues: Dues) -> str:
    """Why `require_prepaid` would refuse, in words; "" when it would not."""
    try:
        require_prepaid(dues)
    except PortalError as problem:
        return str(problem.sentence)
    return ""


def charge_before_receipt(dossier: Dossier, *, actor: Actor, at: datetime, owed_before: int) -> None:
    """After something changed what is known: charge what can be, and let the dates follow. The caller holds the lock of
    a filed dossier and saves it.

    `owed_before`: whole đồng that the citizen knew of. For more than that they have the whole time anew.
    """
    if dossier.state != DossierState.SUBMITTED:
        return
    fees.charge_what_is_due(actor=actor, dossier=dossier, collection=CollectionPoint.BEFORE_RECEIPT, leaves_open=True)
    owed = Dues(dossier).owed_before_receipt
    if owed and (dossier.prepay_by is None or owed > owed_before):
        dossier.prepay_by = dossier.next_date_at = at + deadlines.PREPAYMENT_WITHIN
        dossier.prepaid_at = None
    elif not owed and dossier.prepay_by is not None:
        start_answer_clock(dossier, at=at)


def start_answer_clock(dossier: Dossier, *, at: datetime) -> None:
    """The desk can receive from now on, so its eight working hours run from now on."""
    dossier.prepay_by = None
    dossier.prepaid_at = at
    hours_of_the_desk = account_selectors.calendar_to_promise_by(dossier.receiving_agency_id, at)
    dossier.next_date_at = deadlines.answer_due(at, hours_of_the_desk)


@transaction.atomic
def follow_prepayment(*, dossier_id: int) -> Dossier | None:
    """Automatic, after money arrived: once nothing is owed before receipt, the desk's hours begin.

    Quietly nothing when something is still owed, or the dossier moved on meanwhile.
    """
    dossier = transitions.lock(dossier_id)
    if dossier.state != DossierState.SUBMITTED or dossier.prepay_by is None or Dues(dossier).owed_before_receipt:
        return None
    step = transitions.begin_deed(
        Deed.PREPAID,
        actor=SYSTEM,
        dossier_id=dossier_id,
        action=policies.Action.FOLLOW_PREPAYMENT,
        allowed_in=frozenset({DossierState.SUBMITTED}),
    )
    start_answer_clock(step.dossier, at=step.at)
    step.record()
    return step.dossier


@transaction.atomic
def let_go_after_refusal(*, dossier_id: int) -> None:
    """A dossier whose intake was refused for good owes nothing. Quietly nothing when the refusal was taken back."""
    dossier = transitions.lock(dossier_id)
    if dossier.state == DossierState.INTAKE_REFUSED:
        fees.cancel_what_is_owed(actor=SYSTEM, dossier=dossier)
