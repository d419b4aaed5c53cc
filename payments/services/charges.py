"""What is owed: asking for it, and letting it go."""

from typing import Any
from uuid import UUID

from django.db import transaction

from payments import transitions
from payments.enums import ChargeAct, ChargeKind, ChargeState, CollectionPoint, EntryKind
from payments.errors import ChargeAlreadyCancelled, ChargeAlreadySettled, ChargeInvalid
from payments.models import Charge
from payments.services import ledger
from payments.services.locks import lock_charge
from portal.core import clock
from portal.core.actors import Actor


@transaction.atomic
def create_charge(
    *,
    actor: Actor,
    subject: str,
    subject_label: str,
    return_path: str,
    payer_id: int,
    kind: ChargeKind,
    amount: int,
    description: str,
    rule: dict[str, Any],
    collection: CollectionPoint,
    agency_id: int,
    context: dict[str, str] | None = None,
    accepts_online: bool | None = None,
) -> Charge:
    """Write down that `payer_id` owes `amount` whole đồng for `subject`.

    `rule` is the copy of the fee rule the amount came from; its texts `working` and `legal_basis`, if any, are shown.
    `return_path` is a local path. `agency_id` is the agency whose money it is and whose receipt the payer gets;
    `context` is what providers and receipts print beside the amount (`procedure_code`, `procedure_name`).
    `accepts_online` says whether the service level allows paying online; left out, a charge collected at return does
    not and every other does. Who may ask for money is the caller's rule.
    Raises ChargeInvalid.
    """
    is_whole_amount = isinstance(amount, int) and not isinstance(amount, bool) and amount > 0
    is_local_path = return_path.startswith("/") and not return_path.startswith(("//", "/\\"))
    if not is_whole_amount or not is_local_path or not subject:
        raise ChargeInvalid
    charge = Charge.objects.create(
        subject=subject,
        subject_label=subject_label,
        return_path=return_path,
        payer_id=payer_id,
        kind=kind,
        amount=amount,
        description=description,
        rule=rule,
        collection=collection,
        agency_id=agency_id,
        context=context or {},
        accepts_online=collection != CollectionPoint.AT_RETURN if accepts_online is None else accepts_online,
        created_by_id=actor.user_id,
    )
    ledger.enter(charge, EntryKind.CHARGED, charge.amount, actor=actor)
    return charge


@transaction.atomic
def cancel_charge(*, actor: Actor, charge_id: UUID | str) -> Charge:
    """Let an owed charge go. Money that still arrives for it is put before a person, not settled.

    Who may do it is the caller's rule. Raises ChargeNotFound, ChargeAlreadySettled, ChargeAlreadyCancelled.
    """
    charge = lock_charge(charge_id)
    require_owed(charge)
    transitions.move_charge(charge, ChargeAct.CANCEL)
    charge.cancelled_at = clock.now()
    charge.save(update_fields=["state", "cancelled_at"])
    ledger.enter(charge, EntryKind.REDUCED, charge.amount, actor=actor)
    return charge


def require_owed(charge: Charge) -> None:
    """Money may still be taken for this locked charge. Raises ChargeAlreadySettled, ChargeAlreadyCancelled."""
    if charge.state in (ChargeState.SETTLED, ChargeState.REFUNDED):
        raise ChargeAlreadySettled
    if charge.state == ChargeState.CANCELLED:
        raise ChargeAlreadyCancelled
