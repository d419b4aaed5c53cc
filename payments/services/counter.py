"""Money taken at the desk: cash or a card terminal."""

from uuid import UUID

from django.db import transaction

from payments import policies, transitions
from payments.enums import COUNTER_METHODS, OPEN_ATTEMPT_STATES, AttemptState, PaymentMethod
from payments.errors import (
    CounterMethodUnknown,
    CounterPaymentNotPermitted,
    PayerMayPayTwice,
    ReceivedAmountDiffers,
    SlipNumberMissing,
)
from payments.models import PaymentAttempt
from payments.selectors.on_its_way import other_tries
from payments.services.charges import require_owed
from payments.services.locks import lock_charge
from payments.services.settlement import settle
from payments.services.shifts import lock_open_shift
from portal.core import clock
from portal.core.actors import Actor

FAILURE_PAID_AT_COUNTER = "paid_at_counter"


@transaction.atomic
def record_counter_payment(
    *,
    actor: Actor,
    charge_id: UUID | str,
    method: PaymentMethod | str,
    received_amount: int,
    agency_id: int,
    terminal_slip_number: str = "",
    knows_of_other_tries: bool = False,
) -> PaymentAttempt:
    """Record that the desk of `agency_id` received exactly the amount owed (whole đồng), and settle the charge.

    That the charge's subject is at that agency is the caller's rule. Money by card has the number of the terminal's slip.
    Where the payer has another try under way (`selectors.other_tries`), the cashier must have been told and say so with
    `knows_of_other_tries`; an online attempt still open is closed here, and should its money arrive all the same, it
    becomes a double payment for review. The money goes into the actor's open shift at that agency; the first payment
    opens one. Raises CounterPaymentNotPermitted, CounterMethodUnknown, SlipNumberMissing, ChargeNotFound,
    ChargeAlreadySettled, ChargeAlreadyCancelled, ReceivedAmountDiffers, PayerMayPayTwice.
    """
    if not policies.may_take_counter_payment(actor, agency_id):
        raise CounterPaymentNotPermitted
    if method not in COUNTER_METHODS:
        raise CounterMethodUnknown
    slip_number = terminal_slip_number.strip()[:40] if method == PaymentMethod.CARD_AT_COUNTER else ""
    if method == PaymentMethod.CARD_AT_COUNTER and not slip_number:
        raise SlipNumberMissing(fields={"terminal_slip_number": SlipNumberMissing.default_sentence})
    charge = lock_charge(charge_id)
    require_owed(charge)
    if received_amount != charge.amount:
        raise ReceivedAmountDiffers(fields={"received_amount": ReceivedAmountDiffers.default_sentence})
    if not knows_of_other_tries and other_tries([charge.pk]):
        # Begun since the page was opened: whoever locks the charge first is first.
        raise PayerMayPayTwice
    # The provider is still asked about it later: closing it here does not stop a payment on its way.
    for still_open in charge.attempts.select_for_update().filter(state__in=OPEN_ATTEMPT_STATES):
        transitions.end_attempt(still_open, AttemptState.CANCELLED)
        still_open.failure_code = FAILURE_PAID_AT_COUNTER
        still_open.finished_at = clock.now()
        still_open.save(update_fields=["state", "review_reason", "failure_code", "finished_at"])
    attempt = PaymentAttempt(
        charge=charge,
        method=method,
        amount=received_amount,
        # One per charge: a second record of the same money cannot even be written.
        idempotency_key=f"{charge.pk}:counter",
        recorded_by_id=actor.user_id,
        agency_id=agency_id,
        shift=lock_open_shift(actor=actor, agency_id=agency_id),
        terminal_slip_number=slip_number,
    )
    settle(charge, attempt, actor=actor)
    return attempt
