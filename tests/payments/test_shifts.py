"""A cashier's shift: opened by the first payment, closed with a count, and closed for good."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from payments import selectors, services
from payments.enums import PaymentMethod
from payments.errors import (
    CountInvalid,
    DifferenceUnexplained,
    ShiftAlreadyClosed,
    ShiftMoved,
    ShiftNotFound,
    ShiftNotPermitted,
)
from payments.models import CashShift, PaymentAttempt
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core.actors import Actor
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.factories.slips import words_in


@pytest.fixture
def agency(db: None) -> Agency:
    return CollectingAgencyFactory(code="H36.21", name="Sở Xây dựng")


@pytest.fixture
def binh(agency: Agency) -> Actor:
    return actor_of(PayerFactory(full_name="Trần Văn Bình"), (agency, OfficerRole.CASHIER))


def take(
    actor: Actor, agency: Agency, amount: int = 135_000, method: PaymentMethod = PaymentMethod.CASH
) -> PaymentAttempt:
    charge = ChargeFactory(agency=agency, amount=amount)
    return services.record_counter_payment(
        actor=actor,
        charge_id=charge.pk,
        method=method,
        received_amount=amount,
        agency_id=agency.pk,
        terminal_slip_number="004217",
    )


def close(actor: Actor, shift_id: int | None, **changes: Any) -> CashShift:
    wanted = {
        "denominations": {"100000": 1, "20000": 1, "10000": 1, "5000": 1},
        "counted_card_amount": 0,
        "seen_cash_amount": 135_000,
        "seen_card_amount": 0,
    }
    return services.close_shift(actor=actor, shift_id=shift_id or 0, **(wanted | changes))


def test_the_first_payment_opens_a_shift_and_the_next_goes_into_it(binh: Actor, agency: Agency) -> None:
    first, second = take(binh, agency), take(binh, agency, 20_000, PaymentMethod.CARD_AT_COUNTER)
    shift = CashShift.objects.get()
    assert (first.shift_id, second.shift_id) == (shift.pk, shift.pk)
    assert (shift.agency, shift.cashier_id, shift.closed_at) == (agency, binh.user_id, None)
    assert (first.terminal_slip_number, second.terminal_slip_number) == ("", "004217")
    takings = selectors.takings_of(shift)
    assert (takings.cash, takings.card, takings.payments) == (135_000, 20_000, 2)


def test_each_cashier_and_each_agency_has_a_shift_of_its_own(agency: Agency) -> None:
    elsewhere = CollectingAgencyFactory()
    both = actor_of(PayerFactory(), (agency, OfficerRole.CASHIER), (elsewhere, OfficerRole.CASHIER))
    other = actor_of(PayerFactory(), (agency, OfficerRole.CASHIER))
    shifts = {take(both, agency).shift_id, take(both, elsewhere).shift_id, take(other, agency).shift_id}
    assert len(shifts) == 3


def test_a_count_that_fits_closes_without_a_note(binh: Actor, agency: Agency) -> None:
    shift = close(binh, take(binh, agency).shift_id)
    assert (shift.expected_cash_amount, shift.counted_cash_amount) == (135_000, 135_000)
    assert (shift.expected_card_amount, shift.counted_card_amount) == (0, 0)
    assert (shift.cash_difference, shift.note) == (0, "")
    assert shift.denominations == {"100000": 1, "20000": 1, "10000": 1, "5000": 1}


@pytest.mark.parametrize("short", [{"denominations": {"100000": 1}}, {"counted_card_amount": 1_000}])
def test_a_difference_needs_a_note_and_stays_on_record(binh: Actor, agency: Agency, short: dict[str, Any]) -> None:
    shift_id = take(binh, agency).shift_id
    with pytest.raises(DifferenceUnexplained):
        close(binh, shift_id, **short)
    assert CashShift.objects.get().is_open
    shift = close(binh, shift_id, **short, note="Thối nhầm")
    assert (shift.cash_difference or shift.card_difference, shift.note) == (
        -35_000 if "denominations" in short else 1_000,
        "Thối nhầm",
    )


def test_money_that_came_in_after_the_count_stops_the_closing(binh: Actor, agency: Agency) -> None:
    shift_id = take(binh, agency).shift_id
    take(binh, agency, 20_000)
    with pytest.raises(ShiftMoved):
        close(binh, shift_id, note="Đã đếm")
    assert CashShift.objects.get().is_open


def test_after_the_closing_the_next_payment_opens_another_shift(binh: Actor, agency: Agency) -> None:
    first = close(binh, take(binh, agency).shift_id)
    later = take(binh, agency, 20_000)
    assert later.shift_id != first.pk
    assert selectors.takings_of(first).cash == 135_000


def test_the_database_lets_nothing_into_a_closed_shift(binh: Actor, agency: Agency) -> None:
    closed = close(binh, take(binh, agency).shift_id)
    later = take(binh, agency, 20_000)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentAttempt.objects.filter(pk=later.pk).update(shift=closed)
    for changes in ({"closed_at": None}, {"counted_cash_amount": 1}, {"note": "Sửa"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            CashShift.objects.filter(pk=closed.pk).update(**changes)
    with pytest.raises(DatabaseError), transaction.atomic():
        closed.delete()


def test_nobody_closes_the_shift_of_somebody_else_or_twice(binh: Actor, agency: Agency) -> None:
    shift_id = take(binh, agency).shift_id
    for role, refusal in (
        (OfficerRole.CASHIER, ShiftNotFound),
        (OfficerRole.ACCOUNTANT, ShiftNotPermitted),
        (OfficerRole.AGENCY_HEAD, ShiftNotPermitted),
    ):
        with pytest.raises(refusal):
            close(actor_of(PayerFactory(), (agency, role)), shift_id)
    close(binh, shift_id)
    with pytest.raises(ShiftAlreadyClosed):
        close(binh, shift_id)


@pytest.mark.parametrize("notes", [{"300000": 1}, {"1000": -1}, {"1000": 10**9}])
def test_only_notes_that_exist_are_counted(binh: Actor, agency: Agency, notes: dict[str, int]) -> None:
    shift_id = take(binh, agency).shift_id
    with pytest.raises(CountInvalid):
        close(binh, shift_id, denominations=notes)
    assert CashShift.objects.get().is_open


def test_cash_paid_back_out_of_the_drawer_is_expected_to_be_missing(binh: Actor, agency: Agency) -> None:
    attempt = take(binh, agency)
    refund = services.propose_refund(
        actor=binh, attempt_id=attempt.pk, amount=35_000, reason="overcharged", route="cash", note="Thu thừa"
    )
    head = actor_of(PayerFactory(), (agency, OfficerRole.AGENCY_HEAD))
    services.approve_refund(actor=head, refund_id=refund.pk, note="Đồng ý")
    services.confirm_paid_out(actor=binh, refund_id=refund.pk, reference="PC-1")
    takings = selectors.takings_of(CashShift.objects.get())
    assert (takings.cash_taken, takings.cash_paid_back, takings.cash) == (135_000, 35_000, 100_000)
    shift = close(binh, attempt.shift_id, denominations={"100000": 1}, seen_cash_amount=100_000)
    assert shift.cash_difference == 0


def test_a_closed_shift_prints_its_count(binh: Actor, agency: Agency) -> None:
    shift = close(binh, take(binh, agency).shift_id, denominations={"100000": 1}, note="Thối nhầm 35.000 đ")
    words = words_in(services.shift_pdf(shift))
    for said in (
        "BẢNG KÊ CHỐT CA THU",
        "Trần Văn Bình",
        "Tiền mặt 135.000 đ 100.000 đ -35.000 đ",
        "Thối nhầm 35.000 đ",
        "Một trăm nghìn đồng chẵn",
    ):
        assert said in words
    with pytest.raises(ShiftNotFound):
        services.shift_pdf(CashShift.objects.get(pk=take(binh, agency).shift_id))
