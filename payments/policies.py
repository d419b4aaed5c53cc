"""Who may do what with a charge. One sentence, one predicate."""

from payments.models import CashShift, Charge, PaymentAttempt, PaymentReceipt
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


def counter_agencies(actor: Actor) -> frozenset[int]:
    """The agencies at whose desk the actor takes money."""
    return actor.agencies_as(*COUNTER_ROLES)


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
    """The desk that takes money for the agency, and the agency's books."""
    agency_id = receipt.book.agency_id
    return may_take_counter_payment(actor, agency_id) or may_read_books(actor, agency_id)


def may_see_shift(actor: Actor, shift: CashShift) -> bool:
    """The cashier sees their own; the books see every one of the agency."""
    is_own = actor.user_id is not None and actor.user_id == shift.cashier_id
    return is_own or may_read_books(actor, shift.agency_id)


def may_close_shift(actor: Actor, shift: CashShift) -> bool:
    """Nobody counts for somebody else."""
    return actor.user_id is not None and actor.user_id == shift.cashier_id
