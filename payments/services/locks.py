"""The row locks of payments. Always charge, then attempt, then refund, then shift or receipt and its book: one order, no
deadlock."""

from uuid import UUID

from payments.errors import AttemptNotFound, ChargeNotFound, RefundNotFound
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


def lock_with_attempt(attempt_id: UUID | str) -> tuple[Charge, PaymentAttempt]:
    """An attempt and its charge, locked in order. Raises AttemptNotFound."""
    charge_id = PaymentAttempt.objects.filter(pk=attempt_id).values_list("charge_id", flat=True).first()
    if charge_id is None:
        raise AttemptNotFound
    charge = lock_charge(charge_id)
    return charge, lock_attempt(charge, attempt_id)


def lock_with_refund(refund_id: UUID | str) -> tuple[Charge, PaymentAttempt, Refund]:
    """A refund, its attempt and its charge, locked in order. Raises RefundNotFound."""
    attempt_id = Refund.objects.filter(pk=refund_id).values_list("attempt_id", flat=True).first()
    if attempt_id is None:
        raise RefundNotFound
    charge, attempt = lock_with_attempt(attempt_id)
    return charge, attempt, lock_refund(attempt, refund_id)
