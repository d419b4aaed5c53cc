"""Statements against each other and against the provider, on real row locks with real threads."""

from collections.abc import Callable
from typing import Any

import pytest

from payments import services
from payments.errors import LineAlreadyDecided, StatementAlreadyImported
from payments.models import Charge, LedgerEntry, PaymentAttempt, Reconciliation, Refund, Statement, StatementLine
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.models import OutboxEvent
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory, PayerFactory, actor_of
from tests.payments.bank import csv_file, movement, transfer_attempt
from tests.payments.provider import notification
from tests.payments.refunding import account
from tests.payments.test_concurrency import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def _accountant(charge: Charge) -> Actor:
    assert charge.agency is not None
    return actor_of(PayerFactory(), (charge.agency, OfficerRole.ACCOUNTANT))


def _bring(actor: Actor, content: bytes) -> Callable[[], Any]:
    return lambda: services.import_statement(actor=actor, source="bank", file_name="a.csv", content=content)


def test_one_file_four_times_at_once_is_imported_once_and_settles_once() -> None:
    attempts = [transfer_attempt() for _ in range(5)]
    actor = _accountant(attempts[0].charge)
    content = csv_file([movement(one.provider_reference, "135.000") for one in attempts])
    results = at_once(*[_bring(actor, content)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Statement", *["StatementAlreadyImported"] * 3]
    assert any(isinstance(result, StatementAlreadyImported) for result in results)
    assert (Statement.objects.count(), StatementLine.objects.count()) == (1, 5)
    assert list(PaymentAttempt.objects.values_list("state", flat=True)) == ["succeeded"] * 5
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 5
    assert LedgerEntry.objects.filter(kind="settled").count() == 5


def test_two_files_that_overlap_at_once_settle_each_movement_once() -> None:
    attempts = [transfer_attempt() for _ in range(6)]
    actor = _accountant(attempts[0].charge)
    rows = [movement(one.provider_reference, "135.000", number=f"FT{n}") for n, one in enumerate(attempts)]
    at_once(_bring(actor, csv_file(rows[:5])), _bring(actor, csv_file(list(reversed(rows[1:])))))
    # A line that the other import was just placing is taken up by whoever comes later.
    services.place_and_compare(actor=SYSTEM)
    assert list(StatementLine.objects.values_list("verdict", flat=True)) == ["settled"] * 6
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 6
    assert PaymentAttempt.objects.count() == 6


def test_a_statement_and_a_notification_for_one_charge_at_once_settle_once_and_lose_no_money() -> None:
    charge = ChargeFactory()
    transfer = transfer_attempt(charge, state="expired", finished_at=clock.now())
    online = OnlineAttemptFactory(charge=charge)
    content = csv_file([movement(transfer.provider_reference, "135.000")])
    parameters = notification(online)

    def tell() -> Any:
        return services.record_provider_message(provider="vnpay", kind="notification", parameters=parameters)

    at_once(_bring(_accountant(charge), content), tell)
    assert sorted(charge.attempts.values_list("state", "received_amount")) == [
        ("needs_review", 135_000),
        ("succeeded", 135_000),
    ]
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1
    assert OutboxEvent.objects.filter(name="payments.surplus_received").count() == 1


def test_two_accountants_at_once_place_a_line_once() -> None:
    charge = ChargeFactory()
    actors = [_accountant(charge), _accountant(charge)]
    services.import_statement(
        actor=actors[0], source="bank", file_name="a.csv", content=csv_file([movement("khong ma", "135.000")])
    )
    line = StatementLine.objects.get()

    def assign(actor: Actor) -> Callable[[], Any]:
        return lambda: services.assign_line(actor=actor, line_id=line.pk, charge_id=charge.pk)

    results = at_once(*[assign(actor) for actor in actors])
    assert sum(isinstance(result, LineAlreadyDecided) for result in results) == 1
    assert (charge.attempts.count(), LedgerEntry.objects.filter(kind="settled").count()) == (1, 1)


def test_too_much_accepted_by_two_while_the_provider_tells_of_other_money_settles_once() -> None:
    charge = ChargeFactory()
    online = OnlineAttemptFactory(charge=charge, state="expired", finished_at=clock.now())
    transfer = transfer_attempt(charge)
    actor = _accountant(charge)
    _bring(actor, csv_file([movement(transfer.provider_reference, "150.000")]))()
    parameters = notification(online)

    def accept() -> Any:
        return services.accept_wrong_amount(actor=actor, attempt_id=transfer.pk, note="x")

    def tell() -> Any:
        return services.record_provider_message(provider="vnpay", kind="notification", parameters=parameters)

    at_once(accept, accept, tell)
    transfer.refresh_from_db()
    online.refresh_from_db()
    # Whoever came first paid the charge; the other money waits to go back.
    assert (transfer.standing, online.standing) in [("succeeded", "double_payment"), ("wrong_amount", "succeeded")]
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1
    assert account(charge) == (135_000, 0, 285_000, 0, -150_000)
    assert Refund.objects.count() == int(transfer.standing == "succeeded")


def test_one_day_compared_four_times_at_once_is_one_row_with_each_difference_once() -> None:
    attempt = transfer_attempt()
    actor = _accountant(attempt.charge)
    statement = services.import_statement(
        actor=actor,
        source="bank",
        file_name="a.csv",
        content=csv_file([movement("a", "1.000"), movement("b", "2.000")]),
    )

    def again() -> Any:
        return services.reconcile(actor=SYSTEM, source=statement.source, day=statement.first_day)

    at_once(again, again, again, again)
    assert Reconciliation.objects.get().differences.count() == 2
