"""Who may do what with a charge. One sentence, one predicate."""

from enum import StrEnum

from payments.enums import RefundRoute
from payments.models import CashShift, Charge, PaymentAttempt, PaymentReceipt, Refund
from portal.accounts.enums import OfficerRole
from portal.core.actors import Actor

COUNTER_ROLES = (OfficerRole.CASHIER, OfficerRole.DESK_OFFICER, OfficerRole.DESK_HEAD)


def is_payer(actor: Actor, charge: Charge) -> bool:
    return actor.user_id is not None and actor.user_id == charge.payer_id


def may_take_counter_payment(actor: Actor, agency_id: int) -> bool:
    """A cashier or a desk officer takes money, at the agency of the posting only."""
    return actor.user_id is not None and actor.has_role(agency_id, *COUNTER_ROLES)


# Who keeps the books of an agency; the accountant proposes and answers, the head approves as well.
BOOK_ROLES = (OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD)


def may_read_books(actor: Actor, agency_id: int) -> bool:
    """The accountant and the head see every charge, refund, receipt and shift of their own agency."""
    return actor.user_id is not None and actor.has_role(agency_id, *BOOK_ROLES)


def book_agencies(actor: Actor) -> frozenset[int]:
    """The agencies whose books the actor may read."""
    return frozenset(duty.agency_id for duty in actor.duties if duty.role in BOOK_ROLES)


def may_import_statements(actor: Actor) -> bool:
    """The statements of the portal's own account and of providers hold every agency's money: the accountant of any agency
    may bring them. Those of an agency's account: `selectors.receiving_accounts.accounts_to_bring`."""
    return actor.user_id is not None and bool(actor.agencies_as(OfficerRole.ACCOUNTANT))


# Whoever has to do with money that goes back: the books, and the desk where it came in.
REFUND_ROLES = (*BOOK_ROLES, OfficerRole.CASHIER)


def refund_agencies(actor: Actor) -> frozenset[int]:
    """The agencies whose refunds, and attempts to review, the actor may see."""
    return frozenset(duty.agency_id for duty in actor.duties if duty.role in REFUND_ROLES)


class RefundAction(StrEnum):
    """What an officer may do about refunds and reviews; who, `REFUND_MAY` tells."""

    READ = "read"
    PROPOSE = "propose"
    DECIDE = "decide"
    PAY_OUT_CASH = "pay_out_cash"
    PAY_OUT_BY_BANK = "pay_out_by_bank"
    ASK_AGAIN = "ask_again"
    ASK_ACCOUNT = "ask_account"
    REVIEW = "review"


REFUND_MAY: dict[RefundAction, tuple[OfficerRole, ...]] = {
    RefundAction.READ: REFUND_ROLES,
    RefundAction.PROPOSE: (OfficerRole.ACCOUNTANT, OfficerRole.CASHIER),
    # That it is not the one who proposed: `may_decide_refund`, and the database.
    RefundAction.DECIDE: BOOK_ROLES,
    RefundAction.PAY_OUT_CASH: (OfficerRole.CASHIER, OfficerRole.ACCOUNTANT),
    RefundAction.PAY_OUT_BY_BANK: (OfficerRole.ACCOUNTANT,),
    RefundAction.ASK_AGAIN: (OfficerRole.ACCOUNTANT,),
    RefundAction.ASK_ACCOUNT: BOOK_ROLES,
    RefundAction.REVIEW: BOOK_ROLES,
}


def may_about_refund(actor: Actor, action: RefundAction, charge: Charge) -> bool:
    """A role at the agency whose money the charge is; and beyond reading, never for one's own charge, nor in the place
    of the officer whose charge it is."""
    if actor.user_id is None or charge.agency_id is None:
        return False
    if action == RefundAction.READ:
        return actor.has_role(charge.agency_id, *REFUND_MAY[action])
    able = actor.without_duties_of(charge.payer_id)
    return not is_payer(actor, charge) and able.has_role(charge.agency_id, *REFUND_MAY[action])


def may_decide_refund(actor: Actor, refund: Refund, charge: Charge) -> bool:
    """The second person: not who proposed nor whose duty that was, whatever else they hold, and nobody by a duty taken
    over from one of them."""
    able = actor
    for user_id in refund.proposer_ids:
        able = able.without_duties_of(user_id)
    return actor.user_id not in refund.proposer_ids and may_about_refund(able, RefundAction.DECIDE, charge)


def may_place_line(actor: Actor, charge: Charge) -> bool:
    """Whoever keeps the agency's books says that money of a statement is for its charge; never for one's own charge, nor
    in the place of the officer whose charge it is."""
    if charge.agency_id is None or is_payer(actor, charge):
        return False
    return may_read_books(actor.without_duties_of(charge.payer_id), charge.agency_id)


def pay_out_action(route: str) -> RefundAction:
    """The action that confirms money given back by hand."""
    return RefundAction.PAY_OUT_CASH if route == RefundRoute.CASH else RefundAction.PAY_OUT_BY_BANK


def counter_agencies(actor: Actor) -> frozenset[int]:
    """The agencies at whose desk the actor takes money."""
    return actor.agencies_as(*COUNTER_ROLES)


def may_see_at_desk(actor: Actor, charge: Charge) -> bool:
    """The desk of the agency whose money it is, and the desk that took it for that agency. Reads the attempts."""
    mine = counter_agencies(actor)
    return charge.agency_id in mine or any(attempt.agency_id in mine for attempt in charge.attempts.all())


def may_end_receipt(actor: Actor, receipt: PaymentReceipt, attempt: PaymentAttempt) -> bool:
    """Whoever keeps the books cancels and replaces a receipt: never the one who took its money, or paid it."""
    able = actor.without_duties_of(attempt.charge.payer_id)
    if attempt.recorded_by_id is not None:
        able = able.without_duties_of(attempt.recorded_by_id)
    return may_read_books(able, receipt.book.agency_id) and actor.user_id not in (
        attempt.recorded_by_id,
        attempt.charge.payer_id,
    )


def may_print_receipt(actor: Actor, receipt: PaymentReceipt) -> bool:
    """The agency's books, its desk, and the desk of another agency that took this money for it."""
    agency_id, desk_id = receipt.book.agency_id, receipt.attempt.agency_id
    is_of_desk = desk_id is not None and may_take_counter_payment(actor, desk_id)
    return is_of_desk or may_take_counter_payment(actor, agency_id) or may_read_books(actor, agency_id)


def may_see_shift(actor: Actor, shift: CashShift) -> bool:
    """The cashier sees their own; the books see every one of the agency."""
    is_own = actor.user_id is not None and actor.user_id == shift.cashier_id
    return is_own or may_read_books(actor, shift.agency_id)


def may_close_shift(actor: Actor, shift: CashShift) -> bool:
    """Nobody counts for somebody else."""
    return actor.user_id is not None and actor.user_id == shift.cashier_id
