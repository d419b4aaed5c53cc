"""The row locks of payments. Always charge, then attempt, then refund, then shift or receipt and its book: one order, no
deadlock."""

from uuid import UUID

from payments.errors import ChargeNotFound
from payments.models import Charge, PaymentAttempt, Refund


def lock_charge(charge_id: UUID | str) -> Charge:
    """The charge under `SELECT ... FOR UPDATE` until the transaction ends. Raises ChargeNotFound."""
    charge = Charge.objects.select_for_update().filter(pk=charge_id).first()
    if charge is None:
        raise ChargeNotFound
    return charge


def lock_attempt(charge: Charge, attempt_id: UUID | str) -> PaymentAttempt:
    """The attempt as it is now, locked. Takes the locked charge, so that nobody can take the locks the other way
    round."""
    attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt_id, charge_id=charge.pk)
    attempt.charge = charge
    return attempt


def lock_refund(attempt: PaymentAttempt, refund_id: UUID | str) -> Refund:
    """The refund as it is now, locked. Takes the locked attempt, for the same reason."""
    refund = Refund.objects.select_for_update().get(pk=refund_id, attempt_id=attempt.pk)
    refund.attempt = attempt
    return refund
