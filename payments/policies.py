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
