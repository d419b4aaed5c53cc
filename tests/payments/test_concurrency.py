"""Races on real row locks, with real threads."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from payments import services
from payments.enums import PaymentMethod
from payments.errors import ChargeAlreadySettled
from payments.models import Charge, LedgerEntry, PaymentAttempt, ProviderMessage
from portal.accounts.enums import OfficerRole
from portal.core import clock, outbox
from portal.core.actors import SYSTEM, Actor
from portal.core.errors import PortalError
from portal.core.models import OutboxEvent
from portal.notifications.models import MailDelivery
from tests.factories.dossiers import make_cast, make_payment_requested
from tests.factories.payments import (
    ChargeFactory,
    CollectingAgencyFactory,
    OnlineAttemptFactory,
    PayerFactory,
    actor_of,
)
from tests.payments.provider import notification

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run all calls at the same instant, each on a connection of its own; a typed error is a result."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return call()
        except PortalError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_fifty_notifications_of_one_payment_at_once_settle_once_and_one_mail_tells_it() -> None:
    make_payment_requested(make_cast())
    attempt = OnlineAttemptFactory(charge=Charge.objects.get())
    parameters = notification(attempt)

    def tell() -> str:
        return str(Client().get("/thanh-toan/vnpay/ipn/", parameters).json()["RspCode"])

    assert sorted(at_once(*[tell] * 50)) == ["00", *["02"] * 49]
    attempt.refresh_from_db()
    assert (attempt.state, attempt.charge.state) == ("succeeded", "settled")
    amount = attempt.amount
    assert list(LedgerEntry.objects.order_by("id").values_list("kind", "amount")) == [
        ("charged", amount),
        ("settled", amount),
    ]
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1
    assert ProviderMessage.objects.count() == 1
    # Several workers empty the outbox at once.
    while sum(at_once(*[outbox.relay_due] * 3)):
        pass
    assert MailDelivery.objects.filter(kind="dossier/payment_settled").count() == 1


def test_return_and_notification_at_once_settle_once() -> None:
    attempt = OnlineAttemptFactory()
    parameters = notification(attempt)

    def arrive(kind: str) -> Callable[[], Any]:
        return lambda: services.record_provider_message(provider="vnpay", kind=kind, parameters=parameters)

    at_once(*[arrive("return"), arrive("notification")] * 4)
    attempt.refresh_from_db()
    assert attempt.state == "succeeded"
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1
    assert sorted(ProviderMessage.objects.values_list("kind", flat=True)) == ["notification", "return"]


def test_two_tries_of_one_charge_paid_at_once_give_one_settlement_and_one_review() -> None:
    charge = ChargeFactory()
    first = OnlineAttemptFactory(charge=charge, state="expired", finished_at=charge.created_at)
    second = OnlineAttemptFactory(charge=charge)

    def arrive(attempt: PaymentAttempt) -> Callable[[], Any]:
        parameters = notification(attempt)
        return lambda: (
            services.record_provider_message(provider="vnpay", kind="notification", parameters=parameters).verdict
        )

    assert sorted(at_once(arrive(first), arrive(second))) == ["sent_to_review", "settled"]
    assert sorted(charge.attempts.values_list("state", flat=True)) == ["needs_review", "succeeded"]
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1


def test_clicking_pay_in_ten_windows_at_once_gives_one_try() -> None:
    charge = ChargeFactory()
    actor = actor_of(charge.payer)

    def start() -> str:
        return services.start_online_payment(
            actor=actor, charge_id=charge.pk, client_address="203.0.113.7", language="vi"
        )

    assert len(set(at_once(*[start] * 10))) == 1
    assert PaymentAttempt.objects.get().state == "redirected"


def test_two_cashiers_at_once_take_the_money_once() -> None:
    charge, agency = ChargeFactory(), CollectingAgencyFactory()
    actors = [actor_of(PayerFactory(), (agency, OfficerRole.CASHIER)) for _ in range(4)]

    def take(actor: Actor) -> Callable[[], Any]:
        return lambda: services.record_counter_payment(
            actor=actor,
            charge_id=charge.pk,
            method=PaymentMethod.CASH,
            received_amount=charge.amount,
            agency_id=agency.pk,
        )

    results = at_once(*[take(actor) for actor in actors])
    assert sum(isinstance(result, ChargeAlreadySettled) for result in results) == 3
    assert PaymentAttempt.objects.get().state == "succeeded"
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1


def test_two_sweeps_at_once_ask_once(settings: Settings) -> None:
    settings.VNPAY_API_URL = "http://127.0.0.1:9/"
    attempt = OnlineAttemptFactory(next_enquiry_at=clock.now())

    def sweep() -> int:
        return services.ask_about_open_attempts(actor=SYSTEM)

    assert sorted(at_once(sweep, sweep, sweep)) == [0, 0, 1]
    attempt.refresh_from_db()
    assert attempt.enquiries == 1


def test_cash_and_a_notification_at_once_settle_once_and_lose_no_money() -> None:
    attempt, agency = OnlineAttemptFactory(), CollectingAgencyFactory()
    cashier = actor_of(PayerFactory(), (agency, OfficerRole.CASHIER))
    parameters = notification(attempt)

    def cash() -> Any:
        return services.record_counter_payment(
            actor=cashier,
            charge_id=attempt.charge_id,
            method=PaymentMethod.CASH,
            received_amount=attempt.amount,
            agency_id=agency.pk,
            knows_of_other_tries=True,
        )

    def tell() -> Any:
        return services.record_provider_message(provider="vnpay", kind="notification", parameters=parameters)

    at_once(cash, tell)
    charge = Charge.objects.get()
    states = sorted(charge.attempts.values_list("state", flat=True))
    # Either the cash came first (then the online money is reviewed), or the cashier was refused before taking it.
    assert states in (["needs_review", "succeeded"], ["succeeded"])
    assert charge.state == "settled"
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1
