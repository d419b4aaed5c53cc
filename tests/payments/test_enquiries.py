"""The sweep that asks the provider: against the sandbox as a process of its own."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from pytest_django import Settings

from payments import services, tasks
from payments.gateways import Enquiry, GatewayUnavailable
from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.models import OutboxEvent
from tests.factories.payments import OnlineAttemptFactory
from tests.payments.provider import answering, query_answer, running_sandbox, token_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    # Nobody listens at the notification address: only asking can tell.
    with running_sandbox("") as address:
        yield address


@pytest.fixture
def started(charge: Charge, payer: Actor, settings: Settings, sandbox: str) -> str:
    """The pay page of a payment that An has started, as HTML."""
    settings.VNPAY_PAY_URL = f"{sandbox}/paymentv2/vpcpay.html"
    settings.VNPAY_API_URL = f"{sandbox}/merchant_webapi/api/transaction"
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    url = services.start_online_payment(actor=payer, charge_id=charge.pk, client_address="203.0.113.7", language="vi")
    with urlopen(url) as response:
        return str(response.read().decode())


def _press(sandbox: str, page: str, action: str) -> None:
    body = urlencode({"token": token_of(page), "action": action, "misbehave": ""}).encode()
    # The merchant's page that the browser is led to does not exist here.
    with contextlib.suppress(URLError):
        urlopen(Request(f"{sandbox}/paymentv2/ket-qua", data=body))


def _sweep_at(moment: datetime | None = None) -> PaymentAttempt:
    PaymentAttempt.objects.update(next_enquiry_at=moment or clock.now())
    tasks.ask_about_open_attempts()
    return PaymentAttempt.objects.select_related("charge").get()


def test_a_payment_nobody_told_us_of_is_found_and_settled(started: str, sandbox: str) -> None:
    _press(sandbox, started, "pay")
    attempt = _sweep_at()
    assert (attempt.state, attempt.charge.state, attempt.bank_code) == ("succeeded", "settled", "NCB")
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1
    message = ProviderMessage.objects.get()
    assert (message.kind, message.verdict, message.is_authentic) == ("query_answer", "settled", True)


@pytest.mark.parametrize("action", ["cancel", "fail"])
def test_a_payment_that_ended_without_money_is_closed(started: str, sandbox: str, action: str) -> None:
    _press(sandbox, started, action)
    attempt = _sweep_at()
    assert (attempt.state, attempt.charge.state, attempt.next_enquiry_at) == ("failed", "owed", None)
    assert OutboxEvent.objects.count() == 0


def test_a_payment_still_open_at_the_provider_stays_open_and_is_asked_about_again(started: str) -> None:
    attempt = _sweep_at()
    assert (attempt.state, attempt.enquiries) == ("redirected", 1)
    assert attempt.next_enquiry_at is not None
    assert timedelta(minutes=1) < attempt.next_enquiry_at - clock.now() <= timedelta(minutes=2)


def test_a_payment_past_its_time_expires_and_a_later_answer_still_settles(started: str, sandbox: str) -> None:
    PaymentAttempt.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    attempt = _sweep_at()
    assert (attempt.state, attempt.failure_code) == ("expired", "no_answer")
    assert attempt.next_enquiry_at is not None
    _press(sandbox, started, "pay")
    assert _sweep_at().charge.state == "settled"


def test_an_order_the_provider_never_saw_expires_in_its_time(charge: Charge, settings: Settings, sandbox: str) -> None:
    settings.VNPAY_API_URL = f"{sandbox}/merchant_webapi/api/transaction"
    OnlineAttemptFactory(charge=charge)
    assert _sweep_at().state == "redirected"
    PaymentAttempt.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    attempt = _sweep_at()
    assert (attempt.state, attempt.failure_code) == ("expired", "not_found")


def test_a_signed_answer_that_says_paid_settles(attempt: PaymentAttempt, settings: Settings) -> None:
    with answering(query_answer(attempt)) as settings.VNPAY_API_URL:
        assert _sweep_at().charge.state == "settled"


@pytest.mark.parametrize(
    "changes",
    [
        {"SecureHash": "0" * 128},
        {"SecureHash": ""},
        {"TmnCode": "OTHER001"},
        {"TxnRef": "H36-250505-9999-1"},
        {"Amount": "100"},
        {"ResponseCode": "97"},
        {"ResponseCode": "94"},
        {"TransactionStatus": "01"},
    ],
)
def test_an_answer_that_does_not_prove_this_payment_changes_nothing(
    attempt: PaymentAttempt, settings: Settings, changes: dict[str, str]
) -> None:
    with answering(query_answer(attempt, **changes)) as settings.VNPAY_API_URL:
        after = _sweep_at()
    assert (after.state, after.charge.state, after.enquiries) == ("redirected", "owed", 1)
    assert OutboxEvent.objects.count() == 0


def test_an_answer_about_another_order_speaks_for_neither(attempt: PaymentAttempt, settings: Settings) -> None:
    other = OnlineAttemptFactory()
    PaymentAttempt.objects.filter(pk=attempt.pk).update(next_enquiry_at=clock.now())
    with answering(query_answer(other)) as settings.VNPAY_API_URL:
        assert services.ask_about_open_attempts(actor=SYSTEM) == 1
    assert set(PaymentAttempt.objects.values_list("state", flat=True)) == {"redirected"}


def test_an_attempt_that_cannot_be_asked_about_keeps_no_other_waiting(
    attempt: PaymentAttempt, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    OnlineAttemptFactory(provider="taken_out", next_enquiry_at=clock.now() - timedelta(minutes=1))
    PaymentAttempt.objects.filter(pk=attempt.pk).update(next_enquiry_at=clock.now())
    with answering(query_answer(attempt)) as settings.VNPAY_API_URL:
        assert services.ask_about_open_attempts(actor=SYSTEM) == 2
    attempt.refresh_from_db()
    assert attempt.state == "succeeded"
    assert "is not asked about: KeyError" in caplog.text


def test_an_answer_about_a_refund_goes_to_a_person(attempt: PaymentAttempt, settings: Settings) -> None:
    with answering(query_answer(attempt, TransactionType="02")) as settings.VNPAY_API_URL:
        after = _sweep_at()
    assert (after.state, after.review_reason, after.charge.state) == ("needs_review", "suspected", "owed")


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 200), (b"<html>", 200), (b"[]", 200), (b"null", 200), (b"\xff", 200), (b"{}", 500), (b"{}", 200)],
)
def test_an_answer_that_cannot_be_read_costs_a_wait(
    attempt: PaymentAttempt, settings: Settings, body: bytes, status: int
) -> None:
    with answering(body, status) as settings.VNPAY_API_URL:
        after = _sweep_at()
    assert (after.state, after.enquiries) == ("redirected", 1)
    assert ProviderMessage.objects.count() == 0


def test_an_answer_signed_with_another_key_changes_nothing(started: str, sandbox: str, settings: Settings) -> None:
    _press(sandbox, started, "pay")
    settings.VNPAY_HASH_SECRET = "another-secret-of-the-same-length"
    attempt = _sweep_at()
    assert (attempt.state, attempt.charge.state) == ("redirected", "owed")
    assert OutboxEvent.objects.count() == 0


def test_a_provider_that_is_down_costs_a_wait_and_nothing_else(attempt: PaymentAttempt, settings: Settings) -> None:
    settings.VNPAY_API_URL = "http://127.0.0.1:9/"
    after = _sweep_at()
    assert (after.state, after.enquiries) == ("redirected", 1)
    assert after.next_enquiry_at is not None
    assert after.next_enquiry_at > clock.now()
    assert services.ask_about_open_attempts(actor=SYSTEM) == 0


def test_a_provider_that_is_down_holds_no_worker_for_every_attempt(
    an: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(6):
        OnlineAttemptFactory(charge__payer=an)
    asked: list[Enquiry] = []

    def silent(self: object, enquiry: Enquiry) -> None:
        asked.append(enquiry)
        raise GatewayUnavailable

    monkeypatch.setattr("payments.gateways.vnpay.VnpayGateway.ask", silent)
    PaymentAttempt.objects.update(next_enquiry_at=clock.now())
    assert services.ask_about_open_attempts(actor=SYSTEM) == 6
    assert len(asked) == 3
    assert PaymentAttempt.objects.filter(next_enquiry_at__lte=clock.now()).count() == 0


def test_after_the_last_question_the_attempt_is_left_to_the_bookkeepers(
    attempt: PaymentAttempt, settings: Settings
) -> None:
    settings.VNPAY_API_URL = "http://127.0.0.1:9/"
    PaymentAttempt.objects.update(enquiries=11, expires_at=clock.now() - timedelta(days=3))
    after = _sweep_at()
    assert (after.state, after.next_enquiry_at) == ("expired", None)


def test_only_what_is_due_is_asked_about(attempt: PaymentAttempt) -> None:
    assert services.ask_about_open_attempts(actor=SYSTEM) == 0
    attempt.refresh_from_db()
    assert attempt.enquiries == 0
