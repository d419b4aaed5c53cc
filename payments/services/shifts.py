"""A cashier's shift: opened by the first payment, closed with a count. Locked after charge, attempt and refund."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from payments import policies
from payments.errors import (
    CounterPaymentNotPermitted,
    CountInvalid,
    DifferenceUnexplained,
    ShiftAlreadyClosed,
    ShiftMoved,
    ShiftNotFound,
    ShiftNotPermitted,
)
from payments.models import CashShift
from payments.selectors.shifts import takings_of
from portal.core import clock
from portal.core.actors import Actor

# Notes in circulation and the two smallest that still turn up in a till, đồng.
DENOMINATIONS = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500)
_MOST_NOTES = 1_000_000
_MOST_ON_TERMINAL = 10**15


@dataclass(frozen=True, slots=True)
class Count:
    """What the cashier counted, beside what the ledger says; whole đồng."""

    expected_cash: int
    expected_card: int
    counted_cash: int
    counted_card: int

    @property
    def cash_difference(self) -> int:
        return self.counted_cash - self.expected_cash

    @property
    def card_difference(self) -> int:
        return self.counted_card - self.expected_card

    @property
    def differs(self) -> bool:
        return bool(self.cash_difference or self.card_difference)


def lock_open_shift(*, actor: Actor, agency_id: int) -> CashShift:
    """The actor's open shift at the agency, locked, opened now if there is none.

    Money is put into it in the same transaction, so a closing waits for it or it waits for the closing and opens the
    next shift. Who may take or give money is the caller's check; raises CounterPaymentNotPermitted for nobody.
    """
    if actor.user_id is None:
        raise CounterPaymentNotPermitted
    while True:
        shift = (
            CashShift.objects.select_for_update()
            .filter(agency_id=agency_id, cashier_id=actor.user_id, closed_at__isnull=True)
            .first()
        )
        if shift is not None:
            return shift
        # None yet, or closed while we waited for its lock. Two first payments at once: one writes the row, the other
        # waits here and finds it in the next round.
        CashShift.objects.bulk_create(
            [CashShift(agency_id=agency_id, cashier_id=actor.user_id, opened_at=clock.now())], ignore_conflicts=True
        )


def count_shift(*, actor: Actor, shift_id: int, denominations: Mapping[str, int], counted_card_amount: int) -> Count:
    """The count beside the ledger's figures of this moment; changes nothing.

    Raises ShiftNotFound, ShiftNotPermitted, ShiftAlreadyClosed, CountInvalid.
    """
    shift = CashShift.objects.filter(pk=shift_id).first()
    return _count(_own_open(actor, shift), denominations, counted_card_amount)


@transaction.atomic
def close_shift(
    *,
    actor: Actor,
    shift_id: int,
    denominations: Mapping[str, int],
    counted_card_amount: int,
    seen_cash_amount: int,
    seen_card_amount: int,
    note: str = "",
) -> CashShift:
    """Close the actor's own shift with its count: nothing can be added to it from then on.

    `denominations` maps a note's value to how many there are; `seen_*` are the ledger's figures as the cashier saw them
    when they confirmed the difference. A difference needs a note. Raises ShiftNotFound, ShiftNotPermitted,
    ShiftAlreadyClosed, CountInvalid, ShiftMoved, DifferenceUnexplained.
    """
    shift = _own_open(actor, CashShift.objects.select_for_update().filter(pk=shift_id).first())
    count = _count(shift, denominations, counted_card_amount)
    if (seen_cash_amount, seen_card_amount) != (count.expected_cash, count.expected_card):
        raise ShiftMoved
    if count.differs and not note.strip():
        raise DifferenceUnexplained(fields={"note": DifferenceUnexplained.default_sentence})
    shift.closed_at = clock.now()
    shift.expected_cash_amount, shift.expected_card_amount = count.expected_cash, count.expected_card
    shift.counted_cash_amount, shift.counted_card_amount = count.counted_cash, count.counted_card
    shift.denominations = {value: number for value, number in denominations.items() if number}
    shift.note = note.strip()[:500]
    shift.save()
    return shift


def _own_open(actor: Actor, shift: CashShift | None) -> CashShift:
    if shift is None or not policies.may_see_shift(actor, shift):
        raise ShiftNotFound
    if not policies.may_close_shift(actor, shift):
        raise ShiftNotPermitted
    if not shift.is_open:
        raise ShiftAlreadyClosed
    return shift


def _count(shift: CashShift, denominations: Mapping[str, int], counted_card_amount: int) -> Count:
    known = {str(value) for value in DENOMINATIONS}
    if not set(denominations) <= known or not all(0 <= number <= _MOST_NOTES for number in denominations.values()):
        raise CountInvalid
    if not 0 <= counted_card_amount <= _MOST_ON_TERMINAL:
        raise CountInvalid(fields={"counted_card_amount": CountInvalid.default_sentence})
    takings = takings_of(shift)
    return Count(
        expected_cash=takings.cash,
        expected_card=takings.card,
        counted_cash=sum(int(value) * number for value, number in denominations.items()),
        counted_card=counted_card_amount,
    )
