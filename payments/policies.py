"""Who may do what with a charge. One sentence, one predicate."""

from payments.models import Charge
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
    """A statement is of the portal's one account, so the accountant of any agency may bring it."""
    return actor.user_id is not None and bool(actor.agencies_as(OfficerRole.ACCOUNTANT))
