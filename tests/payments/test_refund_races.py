"""Races around refunds and settlement, on real row locks, with real threads."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db.models import Sum

from payments import services
from payments.enums import RefundReason, RefundRoute
from payments.errors import RefundAlreadyDecided, RefundAmountInvalid
from payments.gateways import RefundOutcome
from payments.models import Charge, PaymentAttempt, Refund
from portal.core.actors import SYSTEM, Actor
from portal.core.models import OutboxEvent
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory
from tests.payments.provider import notification
from tests.payments.refunding import (
    FakeGateway,
    Office,
    account,
    answer,
    make_office,
    make_paid,
    make_surplus,
    registered_provider,
)
from tests.payments.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with registered_provider() as provider:
        yield provider


@pytest.fixture
def crew() -> Office:
    charge = ChargeFactory()
    assert charge.agency is not None
    return make_office(charge.agency)


def _charge(crew: Office) -> Charge:
    return Charge.objects.get(agency=crew.agency)


def _propose(actor: Actor, attempt: PaymentAttempt, amount: int, route: str = RefundRoute.CASH) -> Refund:
    return services.propose_refund(
        actor=actor, attempt_id=attempt.pk, amount=amount, reason=RefundReason.OVERCHARGED, route=route, note="x"
    )


def test_two_approvers_at_once_approve_once(gateway: FakeGateway, crew: Office) -> None:
    refund = _propose(crew.mai, make_paid(_charge(crew)), 35_000)

    def approve(actor: Actor) -> Callable[[], Any]:
        return lambda: services.approve_refund(actor=actor, refund_id=refund.pk)

    results = at_once(*[approve(actor) for actor in (crew.dung, crew.hoa)] * 3)
    assert sum(isinstance(result, RefundAlreadyDecided) for result in results) == 5
    refund.refresh_from_db()
    assert refund.state == "approved"


def test_yes_and_no_at_once_give_one_answer(gateway: FakeGateway, crew: Office) -> None:
    attempt = make_paid(_charge(crew))
    refund = _propose(crew.mai, attempt, 35_000)
    results = at_once(
        lambda: services.approve_refund(actor=crew.dung, refund_id=refund.pk),
        lambda: services.reject_refund(actor=crew.hoa, refund_id=refund.pk, note="Không"),
    )
    assert sum(isinstance(result, RefundAlreadyDecided) for result in results) == 1
    refund.refresh_from_db()
    attempt.refresh_from_db()
    assert attempt.refund_reserved_amount == {"approved": 35_000, "rejected": 0}[refund.state]


def test_refunds_of_one_attempt_at_once_never_exceed_what_came(gateway: FakeGateway, crew: Office) -> None:
    attempt = make_paid(_charge(crew))
    results = at_once(*[lambda: _propose(crew.mai, attempt, 40_000)] * 8)
    assert sum(isinstance(result, RefundAmountInvalid) for result in results) == 5
    attempt.refresh_from_db()
    assert attempt.refund_reserved_amount == Refund.objects.aggregate(total=Sum("amount"))["total"] == 120_000


def test_a_transfer_confirmed_twice_at_once_is_booked_once(gateway: FakeGateway, crew: Office) -> None:
    attempt = make_paid(_charge(crew))
    refund = _propose(crew.mai, attempt, 135_000)
    services.approve_refund(actor=crew.dung, refund_id=refund.pk)

    def confirm() -> Any:
        return services.confirm_paid_out(actor=crew.phuc, refund_id=refund.pk, reference="PC-1")

    results = at_once(*[confirm] * 5)
    assert sum(isinstance(result, Refund) for result in results) == 1
    assert account(attempt.charge) == (135_000, 135_000, 135_000, 135_000, 0)
    assert OutboxEvent.objects.filter(name="payments.refund_finished").count() == 1


def test_two_sweeps_at_once_send_once(gateway: FakeGateway, crew: Office) -> None:
    refund = _propose(crew.mai, make_paid(_charge(crew)), 35_000, RefundRoute.PROVIDER)
    services.approve_refund(actor=crew.dung, refund_id=refund.pk)
    assert sorted(at_once(*[lambda: services.send_refunds(actor=SYSTEM)] * 3)) == [0, 0, 1]
    assert len(gateway.orders) == 1


def test_the_providers_answers_at_once_end_a_refund_once(gateway: FakeGateway, crew: Office) -> None:
    attempt = make_paid(_charge(crew))
    refund = _propose(crew.mai, attempt, 35_000, RefundRoute.PROVIDER)
    services.approve_refund(actor=crew.dung, refund_id=refund.pk)
    gateway.answers = [None]
    services.send_refunds(actor=SYSTEM)

    def hear(outcome: RefundOutcome) -> Callable[[], Any]:
        report = answer(outcome, number=outcome)
        return lambda: services.record_refund_answer(refund_id=refund.pk, provider="fake", report=report)

    results = at_once(*[hear(RefundOutcome.DONE), hear(RefundOutcome.REFUSED)] * 3)
    refund.refresh_from_db()
    attempt.refresh_from_db()
    assert results.count("already_final") == 5
    assert attempt.refund_reserved_amount == {"done": 35_000, "refused": 0}[refund.state]
    assert account(attempt.charge)[3] == {"done": 35_000, "refused": 0}[refund.state]


def test_a_refund_of_the_last_dong_and_a_late_success_at_once_lose_no_money(gateway: FakeGateway, crew: Office) -> None:
    charge = _charge(crew)
    late = OnlineAttemptFactory(charge=charge, state="expired", finished_at=charge.created_at)
    paid = make_paid(charge)
    refund = _propose(crew.mai, paid, 135_000)
    services.approve_refund(actor=crew.dung, refund_id=refund.pk)
    parameters = notification(late)
    at_once(
        lambda: services.confirm_paid_out(actor=crew.phuc, refund_id=refund.pk, reference="PC"),
        lambda: services.record_provider_message(provider="vnpay", kind="notification", parameters=parameters),
    )
    late.refresh_from_db()
    charge.refresh_from_db()
    assert (late.standing, charge.state) == ("double_payment", "refunded")
    assert account(charge) == (135_000, 135_000, 270_000, 135_000, -135_000)


def test_the_system_proposes_once_however_often_at_once(gateway: FakeGateway, crew: Office) -> None:
    charge = _charge(crew)
    make_paid(charge)
    surplus = make_surplus(charge)
    results = at_once(*[lambda: services.propose_for_surplus(attempt_id=surplus.pk)] * 5)
    assert results.count(None) == 4
    assert Refund.objects.get().amount == 135_000
