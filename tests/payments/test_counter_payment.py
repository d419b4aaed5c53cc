"""Money at the desk: who may take it, and only the whole amount."""

from typing import Any

import pytest

from payments import services
from payments.enums import AttemptState, PaymentMethod
from payments.errors import (
    ChargeAlreadyCancelled,
    ChargeAlreadySettled,
    ChargeNotFound,
    CounterMethodUnknown,
    CounterPaymentNotPermitted,
    PayerMayPayTwice,
    ReceivedAmountDiffers,
    SlipNumberMissing,
)
from payments.models import Charge, PaymentAttempt
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, User
from portal.core.actors import ANONYMOUS, SYSTEM, Actor
from portal.core.errors import PortalError
from portal.core.models import OutboxEvent
from tests.factories.payments import CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.provider import notification


@pytest.fixture
def agency(db: None) -> Agency:
    return CollectingAgencyFactory()


@pytest.fixture
def binh(agency: Agency) -> Actor:
    """Bình works at the desk."""
    return actor_of(PayerFactory(full_name="Trần Văn Bình"), (agency, OfficerRole.DESK_OFFICER))


def _take(actor: Actor, charge: Charge, agency: Agency, **changes: Any) -> PaymentAttempt:
    wanted = {"method": PaymentMethod.CASH, "received_amount": 135_000, "agency_id": agency.pk, "charge_id": charge.pk}
    return services.record_counter_payment(actor=actor, **(wanted | changes))


@pytest.mark.parametrize("method", [PaymentMethod.CASH, PaymentMethod.CARD_AT_COUNTER])
def test_the_whole_amount_at_the_desk_settles_the_charge(
    charge: Charge, agency: Agency, binh: Actor, method: PaymentMethod
) -> None:
    attempt = _take(binh, charge, agency, method=method, terminal_slip_number="004217")
    charge.refresh_from_db()
    attempt.refresh_from_db()
    assert (charge.state, charge.settled_at) == ("settled", attempt.finished_at)
    assert (attempt.state, attempt.method, attempt.amount) == (AttemptState.SUCCEEDED, method, 135_000)
    assert (attempt.recorded_by_id, attempt.agency_id) == (binh.user_id, agency.pk)
    assert OutboxEvent.objects.get().payload == {
        "charge_id": str(charge.pk),
        "subject_reference": "dossier:42",
        "amount": 135_000,
        "attempt_id": str(attempt.pk),
    }


@pytest.mark.parametrize(
    ("role", "is_allowed"),
    [
        (OfficerRole.CASHIER, True),
        (OfficerRole.DESK_OFFICER, True),
        (OfficerRole.DESK_HEAD, True),
        (OfficerRole.CASE_OFFICER, False),
        (OfficerRole.SIGNER, False),
        (OfficerRole.AGENCY_HEAD, False),
    ],
)
def test_only_cashiers_and_desk_officers_take_money(
    charge: Charge, agency: Agency, chi: User, role: OfficerRole, is_allowed: bool
) -> None:
    actor = actor_of(chi, (agency, role))
    if is_allowed:
        assert _take(actor, charge, agency).state == AttemptState.SUCCEEDED
        return
    with pytest.raises(CounterPaymentNotPermitted):
        _take(actor, charge, agency)
    _assert_nothing_happened(charge)


def test_nobody_takes_money_at_an_agency_that_is_not_theirs(charge: Charge, agency: Agency, chi: User) -> None:
    elsewhere = actor_of(chi, (CollectingAgencyFactory(), OfficerRole.CASHIER))
    for actor in (elsewhere, actor_of(charge.payer), ANONYMOUS, SYSTEM):
        with pytest.raises(CounterPaymentNotPermitted):
            _take(actor, charge, agency)
    _assert_nothing_happened(charge)


@pytest.mark.parametrize("received", [134_999, 135_001, 0, -135_000])
def test_any_other_amount_is_refused_beside_its_field(
    charge: Charge, agency: Agency, binh: Actor, received: int
) -> None:
    with pytest.raises(ReceivedAmountDiffers) as raised:
        _take(binh, charge, agency, received_amount=received)
    assert list(raised.value.fields) == ["received_amount"]
    _assert_nothing_happened(charge)


@pytest.mark.parametrize("method", ["vnpay", "gold", ""])
def test_only_cash_and_cards_are_taken_at_the_desk(charge: Charge, agency: Agency, binh: Actor, method: str) -> None:
    with pytest.raises(CounterMethodUnknown):
        _take(binh, charge, agency, method=method)
    _assert_nothing_happened(charge)


def test_a_charge_is_not_taken_twice_nor_after_it_was_cancelled(
    charge: Charge, agency: Agency, binh: Actor, an: User
) -> None:
    _take(binh, charge, agency)
    _refused(ChargeAlreadySettled, binh, charge, agency)
    other = services.create_charge(
        actor=SYSTEM,
        subject="dossier:43",
        subject_label="H36-250505-0002",
        return_path="/",
        payer_id=an.pk,
        kind=charge.kind,
        amount=135_000,
        description="Lệ phí",
        rule={},
        collection=charge.collection,
        agency_id=agency.pk,
    )
    services.cancel_charge(actor=SYSTEM, charge_id=other.pk)
    _refused(ChargeAlreadyCancelled, binh, other, agency)
    with pytest.raises(ChargeNotFound):
        _take(binh, charge, agency, charge_id="00000000-0000-4000-8000-000000000000")
    assert PaymentAttempt.objects.count() == 1
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1


def test_cash_closes_the_open_online_try_and_its_late_money_is_a_double_payment(
    attempt: PaymentAttempt, agency: Agency, binh: Actor
) -> None:
    _take(binh, attempt.charge, agency, knows_of_other_tries=True)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.failure_code) == ("cancelled", "paid_at_counter")
    assert attempt.next_enquiry_at is not None
    services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(attempt))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.review_reason) == ("needs_review", "double_payment")
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1


@pytest.mark.parametrize("number", ["", "   "])
def test_a_card_without_the_terminals_slip_is_not_taken(
    charge: Charge, agency: Agency, binh: Actor, number: str
) -> None:
    with pytest.raises(SlipNumberMissing) as raised:
        _take(binh, charge, agency, method=PaymentMethod.CARD_AT_COUNTER, terminal_slip_number=number)
    assert list(raised.value.fields) == ["terminal_slip_number"]
    _assert_nothing_happened(charge)


def test_money_is_not_taken_beside_a_try_that_nobody_said_to_know_of(
    attempt: PaymentAttempt, agency: Agency, binh: Actor
) -> None:
    _refused(PayerMayPayTwice, binh, attempt.charge, agency)
    attempt.refresh_from_db()
    attempt.charge.refresh_from_db()
    assert (attempt.state, attempt.charge.state, PaymentAttempt.objects.count()) == ("redirected", "owed", 1)


def _refused(error: type[PortalError], actor: Actor, charge: Charge, agency: Agency) -> None:
    with pytest.raises(error):
        _take(actor, charge, agency)


def _assert_nothing_happened(charge: Charge) -> None:
    charge.refresh_from_db()
    assert (charge.state, charge.settled_at) == ("owed", None)
    assert PaymentAttempt.objects.count() == 0
    assert OutboxEvent.objects.count() == 0
