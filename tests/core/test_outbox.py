"""The outbox against a real PostgreSQL: nothing lost, nothing doubled, failures shown."""

import contextlib
import smtplib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier, Lock
from time import monotonic, sleep
from typing import ClassVar

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.urls import reverse

from portal.celery import application
from portal.core import clock, outbox
from portal.core.errors import MisconfiguredData, TemporarilyUnavailable
from portal.core.models import OutboxDelivery, OutboxEvent
from portal.core.models.outbox import DeliveryState

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 5, 5, 12, tzinfo=clock.VIETNAM)


@dataclass(frozen=True, slots=True)
class KettleBoiled(outbox.DomainEvent):
    """An event that only these tests know."""

    name: ClassVar[str] = "tests.kettle_boiled"
    kettle_id: int

    @property
    def subject(self) -> str:
        return f"kettle:{self.kettle_id}"


class Recorder:
    """A handler that notes what it was given and fails as told."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.failures: list[Exception] = []
        self.lock = Lock()

    def __call__(self, event: KettleBoiled) -> None:
        with self.lock:
            self.seen.append(event.kettle_id)
            if self.failures:
                raise self.failures.pop(0)


@pytest.fixture(autouse=True)
def nudges(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The registry of handlers is the test's own, and no nudge leaves the process."""
    monkeypatch.setattr(outbox, "_handlers", {})
    sent: list[int] = []
    monkeypatch.setattr(outbox, "_nudge", lambda: sent.append(1))
    return sent


@pytest.fixture
def handler() -> Recorder:
    recorder = Recorder()
    outbox.handles(KettleBoiled, key="tests.pour")(recorder)
    return recorder


def boil(kettle_id: int = 1) -> OutboxEvent:
    with transaction.atomic():
        return outbox.publish(KettleBoiled(kettle_id=kettle_id))


def test_publishing_outside_a_transaction_is_refused(handler: Recorder) -> None:
    with pytest.raises(RuntimeError):
        outbox.publish(KettleBoiled(kettle_id=1))

    assert OutboxEvent.objects.count() == 0


def test_an_event_and_its_change_stand_or_fall_together(handler: Recorder, nudges: list[int]) -> None:
    class RolledBackError(Exception):
        """The change the event tells of was rolled back."""

    with contextlib.suppress(RolledBackError), transaction.atomic():
        outbox.publish(KettleBoiled(kettle_id=1))
        raise RolledBackError

    assert (OutboxEvent.objects.count(), OutboxDelivery.objects.count(), nudges) == (0, 0, [])


def test_the_worker_is_nudged_after_commit_and_not_before(handler: Recorder, nudges: list[int]) -> None:
    with transaction.atomic():
        outbox.publish(KettleBoiled(kettle_id=1))
        assert nudges == []

    assert nudges == [1]


def test_each_handler_gets_the_event_once(handler: Recorder) -> None:
    second = Recorder()
    outbox.handles(KettleBoiled, key="tests.whistle")(second)
    event = boil(7)

    assert outbox.relay_due() == 2
    assert outbox.relay_due() == 0

    assert (handler.seen, second.seen) == ([7], [7])
    assert (event.name, event.subject, event.payload) == ("tests.kettle_boiled", "kettle:7", {"kettle_id": 7})
    rows = OutboxDelivery.objects.order_by("handler").values_list("handler", "state", "attempts", "last_error")
    assert list(rows) == [("tests.pour", "done", 1, ""), ("tests.whistle", "done", 1, "")]


def test_two_handlers_cannot_share_a_key(handler: Recorder) -> None:
    with pytest.raises(RuntimeError):
        outbox.handles(KettleBoiled, key="tests.pour")(Recorder())


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (ConnectionRefusedError("secret text"), "ConnectionRefusedError"),
        (smtplib.SMTPServerDisconnected("secret text"), "SMTPServerDisconnected"),
        (OperationalError("secret text"), "OperationalError"),
        (TemporarilyUnavailable("secret text"), "temporarily_unavailable"),
    ],
)
def test_what_can_heal_is_tried_again_later(handler: Recorder, failure: Exception, reason: str) -> None:
    handler.failures = [failure]
    with time_machine.travel(NOON, tick=False) as traveller:
        boil()
        outbox.relay_due()

        delivery = OutboxDelivery.objects.get()
        assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.PENDING, 1, reason)
        assert delivery.next_attempt_at == NOON + timedelta(seconds=5)
        traveller.shift(4.9)
        assert outbox.relay_due() == 0
        traveller.shift(0.1)
        assert outbox.relay_due() == 1

    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.DONE, 2, "")
    assert handler.seen == [1, 1]


def test_waits_grow_and_the_last_attempt_parks(handler: Recorder, settings) -> None:  # type: ignore[no-untyped-def]
    settings.OUTBOX_MAX_ATTEMPTS = 3
    handler.failures = [OSError() for _number in range(3)]
    with time_machine.travel(NOON, tick=False) as traveller:
        boil()
        waits = []
        for _number in range(2):
            outbox.relay_due()
            waits.append(OutboxDelivery.objects.get().next_attempt_at - clock.now())
            traveller.shift(waits[-1])
        outbox.relay_due()

    delivery = OutboxDelivery.objects.get()
    assert waits == [timedelta(seconds=5), timedelta(seconds=15)]
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.PARKED, 3, "OSError")


@pytest.mark.parametrize(
    ("failure", "reason"),
    [(KeyError("secret text"), "KeyError"), (MisconfiguredData("secret text"), "misconfigured_data")],
)
def test_what_cannot_heal_is_parked_at_once_without_its_text(
    handler: Recorder, failure: Exception, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    handler.failures = [failure]
    boil()
    outbox.relay_due()

    delivery = OutboxDelivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.PARKED, 1, reason)
    assert outbox.relay_due() == 0
    assert "secret text" not in caplog.text


def test_what_heals_soon_comes_back_after_a_second_and_later_as_all_do(handler: Recorder) -> None:
    class WaitsForAnother(TemporarilyUnavailable):
        heals_soon = True

    handler.failures = [WaitsForAnother() for _try in range(4)]
    waits, at = [], NOON
    with time_machine.travel(at, tick=False):
        boil()
    for _try in range(4):
        with time_machine.travel(at, tick=False):
            assert outbox.relay_due() == 1
        following = OutboxDelivery.objects.get().next_attempt_at
        waits.append((following - at).total_seconds())
        at = following
    assert waits == [1, 1, 1, 180]


def test_a_failing_delivery_does_not_hold_up_the_others(handler: Recorder) -> None:
    handler.failures = [KeyError()]
    boil(1)
    boil(2)

    outbox.relay_due()

    assert handler.seen == [1, 2]
    assert list(OutboxDelivery.objects.values_list("state", flat=True)) == ["parked", "done"]


def test_a_handler_this_worker_does_not_have_yet_is_waited_for(
    handler: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    boil()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_handlers", {})
        outbox.relay_due()
    delivery = OutboxDelivery.objects.get()
    assert (delivery.state, delivery.last_error) == (DeliveryState.PENDING, "unknown_handler")

    with time_machine.travel(clock.now() + timedelta(seconds=6)):
        outbox.relay_due()

    assert handler.seen == [1]


def test_parked_deliveries_run_again_when_asked_and_only_they(handler: Recorder, nudges: list[int]) -> None:
    handler.failures = [KeyError()]
    boil(1)
    boil(2)
    outbox.relay_due()
    nudges.clear()

    assert outbox.retry_parked(list(OutboxDelivery.objects.values_list("pk", flat=True))) == 1
    assert nudges == [1]
    outbox.relay_due()

    assert handler.seen == [1, 2, 1]
    assert list(OutboxDelivery.objects.values_list("state", "attempts")) == [("done", 1), ("done", 1)]


def test_two_relays_at_once_run_each_handler_once(handler: Recorder) -> None:
    for number in range(12):
        boil(number)
    barrier = Barrier(2)
    slow = handler.__call__

    def pour_slowly(event: KettleBoiled) -> None:
        sleep(0.02)
        slow(event)

    outbox._handlers[KettleBoiled.name]["tests.pour"] = (KettleBoiled, pour_slowly)

    def relay(_number: int) -> int:
        try:
            barrier.wait(timeout=20)
            return outbox.relay_due(limit=6) + outbox.relay_due(limit=6)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        claimed = list(pool.map(relay, range(2)))

    assert sum(claimed) == 12
    assert sorted(handler.seen) == list(range(12))


def test_a_relay_does_not_wait_for_a_row_that_another_holds(handler: Recorder) -> None:
    boil(1)
    boil(2)

    def relay() -> int:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '2s'")
            return outbox.relay_due()
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        OutboxDelivery.objects.select_for_update().get(event__subject="kettle:1")
        claimed = pool.submit(relay).result()

    assert (claimed, handler.seen) == (1, [2])


@dataclass(frozen=True, slots=True)
class KettleStep(KettleBoiled):
    """One of several about the same kettle."""

    name: ClassVar[str] = "tests.kettle_step"
    sequence: int


@pytest.mark.parametrize(("held_for", "waits"), [(timedelta(0), True), (timedelta(minutes=2), False)])
def test_what_is_due_is_not_overtaken_before_its_claim_is_seen_and_what_is_held_back_is(
    held_for: timedelta, waits: bool
) -> None:
    outbox.handles(KettleStep, key="tests.step")(lambda event: None)
    with transaction.atomic():
        outbox.publish(KettleStep(kettle_id=1, sequence=1), held_for=held_for)
        outbox.publish(KettleStep(kettle_id=1, sequence=2))
    assert outbox.overtakes("kettle:1", sequence=2, handlers="tests.") is waits
    assert not outbox.overtakes("kettle:1", sequence=1, handlers="tests.")
    assert not outbox.overtakes("kettle:2", sequence=2, handlers="tests.")


def test_what_was_held_back_leaves_at_once_when_it_is_let_go(handler: Recorder, nudges: list[int]) -> None:
    with transaction.atomic():
        held = outbox.publish(KettleBoiled(kettle_id=1), held_for=timedelta(minutes=2))
    assert (outbox.relay_due(), nudges) == (0, [])
    with transaction.atomic():
        outbox.release([held.pk])
    assert (outbox.relay_due(), handler.seen, nudges) == (1, [1], [1])


def test_a_worker_killed_between_claim_and_run_leaves_the_row_to_the_next_after_the_lease(
    handler: Recorder,
    settings,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    class Killed(BaseException):
        """As kill -9: no handler of exceptions sees it."""

    def die(_delivery: OutboxDelivery) -> None:
        raise Killed

    settings.OUTBOX_LEASE_SECONDS = 60
    with time_machine.travel(NOON, tick=False) as traveller:
        boil()
        with monkeypatch.context() as patch:
            patch.setattr(outbox, "_run", die)
            with pytest.raises(Killed):
                outbox.relay_due()

        traveller.shift(59)
        assert (outbox.relay_due(), handler.seen) == (0, [])
        traveller.shift(1)
        assert (outbox.relay_due(), handler.seen) == (1, [1])
    assert OutboxDelivery.objects.get().state == DeliveryState.DONE


def test_a_batch_that_outlasts_the_lease_does_not_run_its_rest_twice(handler: Recorder) -> None:
    """While the first delivery drags on past the lease, another worker takes the second; the first worker leaves it."""
    pour: Callable[[KettleBoiled], None] = handler.__call__
    with time_machine.travel(NOON, tick=False) as traveller:
        boil(1)
        boil(2)

        def drag_on(event: KettleBoiled) -> None:
            pour(event)
            if event.kettle_id == 1 and handler.seen.count(1) == 1:
                traveller.shift(120)
                outbox.relay_due()

        outbox._handlers[KettleBoiled.name]["tests.pour"] = (KettleBoiled, drag_on)
        outbox.relay_due()

    assert handler.seen.count(2) == 1
    assert list(OutboxDelivery.objects.values_list("state", flat=True)) == ["done", "done"]


def test_a_verdict_that_comes_too_late_does_not_undo_what_another_worker_did(handler: Recorder) -> None:
    pour: Callable[[KettleBoiled], None] = handler.__call__
    with time_machine.travel(NOON, tick=False) as traveller:
        boil()

        def fail_late(event: KettleBoiled) -> None:
            pour(event)
            if len(handler.seen) == 1:
                traveller.shift(120)
                outbox.relay_due()
                raise KeyError

        outbox._handlers[KettleBoiled.name]["tests.pour"] = (KettleBoiled, fail_late)
        outbox.relay_due()

    assert OutboxDelivery.objects.get().state == DeliveryState.DONE


def test_a_dead_broker_fails_no_publish_and_costs_little_time(
    handler: Recorder, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(outbox, "_handlers", {})
    outbox.handles(KettleBoiled, key="tests.pour")(handler)
    # Celery believes the environment before its configuration.
    monkeypatch.setenv("CELERY_BROKER_URL", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(application.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(application, "_pool", None)
    monkeypatch.setattr(application.amqp, "_producer_pool", None)

    started = monotonic()
    boil()

    assert monotonic() - started < 3
    assert OutboxDelivery.objects.get().state == DeliveryState.PENDING
    assert "outbox nudge failed" in caplog.text


def test_an_administrator_puts_parked_deliveries_back_and_is_told_how_many(  # type: ignore[no-untyped-def]
    handler: Recorder, client, django_user_model
) -> None:
    client.force_login(
        django_user_model.objects.create_superuser(email="quantri@example.vn", full_name="Quản Trị"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    handler.failures = [KeyError(), KeyError()]
    for number in range(3):
        boil(number)
    outbox.relay_due()
    chosen = list(OutboxDelivery.objects.values_list("pk", flat=True))

    response = client.post(
        reverse("admin:core_outboxdelivery_changelist"),
        {"action": "retry", "_selected_action": chosen},
        follow=True,
    )

    page = response.content.decode()
    assert "Đã đưa 2 lượt trở lại hàng chờ." in page
    assert "1 lượt không ở trạng thái Tạm gác nên được giữ nguyên." in page
    assert sorted(OutboxDelivery.objects.values_list("state", flat=True)) == ["done", "pending", "pending"]


@pytest.mark.parametrize("model", ["outboxevent", "outboxdelivery", "referencecounter"])
def test_what_the_portal_alone_writes_is_only_looked_at(  # type: ignore[no-untyped-def]
    model: str, handler: Recorder, client, django_user_model
) -> None:
    client.force_login(
        django_user_model.objects.create_superuser(email="quantri@example.vn", full_name="Quản Trị"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    boil()

    assert client.get(reverse(f"admin:core_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:core_{model}_add")).status_code == 403
