"""Races of numbers and of shifts, on real row locks, with real threads."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from payments import selectors, services
from payments.errors import ReceiptNotValid, ShiftMoved
from payments.models import CashShift, PaymentAttempt, PaymentReceipt, ReceiptBook
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core.actors import Actor
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 20


def _cashier(agency: Agency) -> Actor:
    return actor_of(PayerFactory(), (agency, OfficerRole.CASHIER))


def _take(actor: Actor, agency: Agency) -> Callable[[], PaymentAttempt]:
    charge = ChargeFactory(agency=agency, amount=10_000)
    return lambda: services.record_counter_payment(
        actor=actor, charge_id=charge.pk, method="cash", received_amount=10_000, agency_id=agency.pk
    )


def test_twenty_receipts_at_once_take_twenty_numbers_without_a_gap() -> None:
    agency = CollectingAgencyFactory()
    attempts = [_take(_cashier(agency), agency)() for _ in range(THREADS)]

    def issue(attempt: PaymentAttempt) -> Callable[[], Any]:
        return lambda: services.issue_receipt(attempt_id=attempt.pk)

    results = at_once(*[issue(attempt) for attempt in attempts])
    assert sorted(receipt.number for receipt in results) == list(range(1, THREADS + 1))
    assert ReceiptBook.objects.get().last_number == THREADS


def test_twenty_at_once_of_one_payment_are_one_receipt() -> None:
    agency = CollectingAgencyFactory()
    attempt = _take(_cashier(agency), agency)()
    results = at_once(*[lambda: services.issue_receipt(attempt_id=attempt.pk)] * THREADS)
    assert {receipt.pk for receipt in results} == {PaymentReceipt.objects.get().pk}
    assert ReceiptBook.objects.get().last_number == 1


def test_numbers_stay_without_a_gap_when_every_other_transaction_rolls_back() -> None:
    agency = CollectingAgencyFactory()
    attempts = [_take(_cashier(agency), agency)() for _ in range(THREADS)]

    def issue(attempt: PaymentAttempt, fails: bool) -> Callable[[], Any]:  # noqa: FBT001 - a table of calls
        def run() -> str:
            with transaction.atomic():
                services.issue_receipt(attempt_id=attempt.pk)
                if fails:
                    transaction.set_rollback(True)
            return "done"

        return run

    at_once(*[issue(attempt, number % 2 == 0) for number, attempt in enumerate(attempts)])
    kept = sorted(PaymentReceipt.objects.values_list("number", flat=True))
    assert kept == list(range(1, THREADS // 2 + 1))
    assert ReceiptBook.objects.get().last_number == THREADS // 2


def test_cancelling_and_replacing_at_once_ends_a_receipt_once() -> None:
    agency = CollectingAgencyFactory()
    receipt = services.issue_receipt(attempt_id=_take(_cashier(agency), agency)().pk)
    assert receipt is not None
    books = actor_of(PayerFactory(), (agency, OfficerRole.ACCOUNTANT))

    def replace() -> Any:
        return services.replace_receipt(actor=books, receipt_id=receipt.pk, reason="Sai")

    results = at_once(*[replace] * 6)
    assert sum(isinstance(result, ReceiptNotValid) for result in results) == 5
    assert sorted(PaymentReceipt.objects.values_list("number", "state")) == [(1, "replaced"), (2, "issued")]


def test_two_workers_at_once_store_one_paper() -> None:
    agency = CollectingAgencyFactory()
    receipt = services.issue_receipt(attempt_id=_take(_cashier(agency), agency)().pk)
    assert receipt is not None
    results = at_once(*[lambda: services.finish_receipt(receipt_id=receipt.pk)] * 4)
    assert len({result.document_id for result in results}) == 1


def test_first_payments_at_once_open_one_shift() -> None:
    agency = CollectingAgencyFactory()
    cashier = _cashier(agency)
    results = at_once(*[_take(cashier, agency) for _ in range(8)])
    shift = CashShift.objects.get()
    assert {attempt.shift_id for attempt in results} == {shift.pk}
    assert selectors.takings_of(shift).cash == 80_000


def test_taking_and_closing_at_once_loses_no_money() -> None:
    agency = CollectingAgencyFactory()
    cashier = _cashier(agency)
    shift_id = _take(cashier, agency)().shift_id
    assert shift_id is not None

    def close() -> Any:
        return services.close_shift(
            actor=cashier,
            shift_id=shift_id,
            denominations={"10000": 1},
            counted_card_amount=0,
            seen_cash_amount=10_000,
            seen_card_amount=0,
        )

    for _round in range(5):
        results = at_once(close, *[_take(cashier, agency) for _ in range(3)])
        closed = CashShift.objects.get(pk=shift_id)
        # Every payment is in a shift, and a closed one holds exactly what it was closed with.
        assert all(isinstance(result, PaymentAttempt) and result.shift_id for result in results[1:])
        if isinstance(results[0], ShiftMoved):
            assert closed.is_open
            break
        assert closed.expected_cash_amount == selectors.takings_of(closed).cash == 10_000
        later = CashShift.objects.get(closed_at__isnull=True)
        assert selectors.takings_of(later).cash == 30_000
        # The next round closes a shift with one payment again.
        services.close_shift(
            actor=cashier,
            shift_id=later.pk,
            denominations={"10000": 3},
            counted_card_amount=0,
            seen_cash_amount=30_000,
            seen_card_amount=0,
        )
        shift_id = _take(cashier, agency)().shift_id
    taken = sum(selectors.takings_of(shift).cash for shift in CashShift.objects.all())
    assert taken == PaymentAttempt.objects.count() * 10_000


def test_a_payment_that_waits_for_the_closing_goes_into_the_next_shift() -> None:
    agency = CollectingAgencyFactory()
    cashier = _cashier(agency)
    first = _take(cashier, agency)()
    waiting = _take(cashier, agency)
    with transaction.atomic():
        services.close_shift(
            actor=cashier,
            shift_id=first.shift_id or 0,
            denominations={"10000": 1},
            counted_card_amount=0,
            seen_cash_amount=10_000,
            seen_card_amount=0,
        )
    second = waiting()
    assert second.shift_id != first.shift_id
    assert sorted(selectors.takings_of(shift).cash for shift in CashShift.objects.all()) == [10_000, 10_000]
