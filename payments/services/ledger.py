"""Writing lines of the ledger. Only services that hold the charge's lock call this."""

from payments.enums import EntryKind
from payments.models import Charge, LedgerEntry, PaymentAttempt, Refund
from portal.core import clock
from portal.core.actors import Actor


def enter(
    charge: Charge,
    kind: EntryKind,
    amount: int,
    *,
    actor: Actor,
    attempt: PaymentAttempt | None = None,
    refund: Refund | None = None,
) -> LedgerEntry:
    """Write one line, `amount` whole đồng above zero. The database refuses a second line of the same cause."""
    return LedgerEntry.objects.create(
        charge=charge,
        kind=kind,
        amount=amount,
        attempt=attempt,
        refund=refund,
        at=clock.now(),
        actor_id=actor.user_id,
    )
