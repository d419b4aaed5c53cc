"""Every way the provider can misbehave, through the real sandbox and over HTTP: how it ends, and that one mail tells it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from dossiers.models import Dossier
from payments import tasks
from payments.gateways import GatewayUnavailable, RefundOrder, RefundOutcome, gateway_named
from payments.models import Charge, LedgerEntry, PaymentAttempt, ProviderMessage
from payments.sandbox.notifier import MISBEHAVIOURS
from portal.core import clock, outbox
from portal.notifications.models import MailDelivery
from tests.factories.dossiers import make_cast, make_payment_requested
from tests.payments.provider import Sandbox, behave, press, watched_sandbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
OWED, SETTLED = "owed", "settled"
TRIES = 4


@dataclass
class Payer:
    """An, with 135.000 đ to pay for a dossier, in front of the sandbox."""

    sandbox: Sandbox
    dossier: Dossier
    browser: Client = field(default_factory=Client)
    page: str = ""
    location: str = ""

    def press(self, action: str, misbehave: str) -> None:
        """Begin at the portal, choose the misbehaviour by the address, press the button of the page."""
        charge = Charge.objects.get()
        away = self.browser.post(f"/thanh-toan/{charge.pk}/")["Location"]
        with urlopen(f"{away}&misbehave={misbehave}") as response:
            self.page = response.read().decode()
        chosen = re.search(r'name="misbehave" value="([a-z_]*)" checked', self.page)
        assert chosen is not None
        assert chosen[1] == misbehave
        self.location = press(self.sandbox.address, self.page, action, chosen[1])

    def come_back(self) -> str:
        address = urlsplit(self.location)
        return str(self.browser.get(f"{address.path}?{address.query}", follow=True).content.decode())

    def sweep(self) -> None:
        PaymentAttempt.objects.filter(next_enquiry_at__isnull=False).update(next_enquiry_at=clock.now())
        tasks.ask_about_open_attempts()

    def pass_the_time(self) -> None:
        PaymentAttempt.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    def refund_order(self, amount: int | None = None) -> RefundOrder:
        attempt = PaymentAttempt.objects.get()
        return RefundOrder(
            request_id=f"r{amount or 0}",
            reference=attempt.provider_reference,
            transaction_no=attempt.provider_transaction_no,
            created_at=attempt.provider_created_at,
            amount=amount or attempt.received_amount,
            paid_amount=attempt.received_amount,
            asked_at=clock.now(),
            approved_by="42",
            summary="Hoan tien",
            sent_at=clock.now(),
        )


@pytest.fixture
def payer(live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Payer]:
    monkeypatch.setattr("payments.gateways.vnpay_api.TIMEOUT_SECONDS", 0.5)
    dossier = make_payment_requested(make_cast())
    settings.PUBLIC_URL = live_server.url
    with watched_sandbox(f"{live_server.url}/thanh-toan/vnpay/ipn/", SANDBOX_LATE_SECONDS="3") as sandbox:
        settings.VNPAY_PAY_URL = f"{sandbox.address}/paymentv2/vpcpay.html"
        settings.VNPAY_API_URL = f"{sandbox.address}/merchant_webapi/api/transaction"
        payer = Payer(sandbox, dossier)
        payer.browser.force_login(dossier.applicant, backend="django.contrib.auth.backends.ModelBackend")
        yield payer


def mails() -> int:
    """Letters that tell of money that came, once everything that waits has been done."""
    while outbox.relay_due():
        pass
    kinds = list(MailDelivery.objects.values_list("kind", flat=True))
    assert len(kinds) == len(set(kinds))
    return kinds.count("dossier/payment_settled")


def standing() -> tuple[str, str]:
    return (PaymentAttempt.objects.get().state, Charge.objects.get().state)


def lines() -> list[tuple[str, int]]:
    return list(LedgerEntry.objects.order_by("at", "id").values_list("kind", "amount"))


def kinds() -> list[str]:
    return list(ProviderMessage.objects.order_by("id").values_list("kind", flat=True))


def expect_paid_once(payer: Payer) -> None:
    """Paid, told once, and nothing that comes again changes it."""
    for _ in range(2):
        amount = Charge.objects.get().amount
        assert standing() == ("succeeded", SETTLED)
        assert lines() == [("charged", amount), ("settled", amount)]
        assert mails() == 1
        assert Dossier.objects.get().state == "processing"
        payer.come_back()
        payer.sweep()


def expect_nothing_came() -> None:
    assert standing() == ("redirected", OWED)
    assert lines() == [("charged", Charge.objects.get().amount)]
    assert mails() == 0


def test_a_provider_that_behaves_settles_at_once(payer: Payer) -> None:
    payer.press("pay", "")
    payer.sandbox.wait_for("answered 00")
    assert "Biên lai" in payer.come_back()
    expect_paid_once(payer)


def test_notified_twice_at_the_same_time_settles_once(payer: Payer) -> None:
    payer.press("pay", "notify_twice")
    payer.sandbox.wait_for("answered", times=2)
    answers = sorted(line.split()[-1] for line in payer.sandbox.log if "answered" in line)
    assert answers == ["00", "02"]
    expect_paid_once(payer)


def test_notified_strictly_before_the_return_the_page_knows_already(payer: Payer) -> None:
    payer.press("pay", "notify_first")
    assert (standing(), kinds()) == (("succeeded", SETTLED), ["notification"])
    assert "Biên lai" in payer.come_back()
    assert kinds() == ["notification", "return"]
    expect_paid_once(payer)


@pytest.mark.parametrize("misbehave", ["notify_late", "return_first"])
def test_notified_after_the_return_the_page_waits_and_then_knows(payer: Payer, misbehave: str) -> None:
    payer.press("pay", misbehave)
    payer.come_back()
    payer.sandbox.wait_for("answered 00")
    assert kinds() == ["return", "notification"]
    expect_paid_once(payer)


def test_never_notified_the_sweep_finds_the_money(payer: Payer) -> None:
    payer.press("pay", "never")
    assert "Biên lai" not in payer.come_back()
    expect_nothing_came()
    payer.sweep()
    assert kinds() == ["return", "query_answer"]
    expect_paid_once(payer)


@pytest.mark.parametrize(
    ("misbehave", "answer", "verdict"),
    [
        ("wrong_amount", "04", "wrong_amount"),
        ("wrong_signature", "97", "not_authentic"),
        ("wrong_terminal", "01", "wrong_terminal"),
    ],
)
def test_a_wrong_notification_is_refused_at_every_try_and_the_sweep_finds_the_money(
    payer: Payer, misbehave: str, answer: str, verdict: str
) -> None:
    payer.press("pay", misbehave)
    payer.sandbox.wait_for(f"answered {answer}", times=TRIES)
    expect_nothing_came()
    # The same message again is the same row.
    assert list(ProviderMessage.objects.values_list("kind", "verdict")) == [("notification", verdict)]
    payer.come_back()
    payer.sweep()
    expect_paid_once(payer)


def test_a_provider_that_never_answers_lets_the_try_expire_and_its_later_word_counts(payer: Payer) -> None:
    payer.press("pay", "time_out")
    payer.sweep()
    expect_nothing_came()
    payer.pass_the_time()
    payer.sweep()
    assert standing() == ("expired", OWED)
    assert PaymentAttempt.objects.get().failure_code == "no_answer"
    assert (kinds(), mails()) == ([], 0)
    behave(payer.sandbox.address, payer.page, "")
    payer.sweep()
    assert kinds() == ["query_answer"]
    expect_paid_once(payer)


@pytest.mark.parametrize("action", ["cancel", "fail"])
def test_a_try_without_money_that_nobody_told_of_is_closed_and_no_mail_leaves(payer: Payer, action: str) -> None:
    payer.press(action, "never")
    payer.sweep()
    assert standing() == ("failed", OWED)
    assert lines() == [("charged", Charge.objects.get().amount)]
    assert mails() == 0


def _paid(payer: Payer, misbehave: str) -> None:
    payer.press("pay", misbehave)
    if misbehave == "time_out":
        behave(payer.sandbox.address, payer.page, "")
        payer.sweep()
        behave(payer.sandbox.address, payer.page, misbehave)
    else:
        payer.sandbox.wait_for("answered 00")
    expect_paid_once(payer)


def _outcomes(*calls: Callable[[], Any]) -> list[tuple[str, str]]:
    return [(report.outcome.value, report.code) for report in (call() for call in calls)]


def test_a_refund_the_provider_refuses_is_refused(payer: Payer) -> None:
    _paid(payer, "refund_refused")
    vnpay, order = gateway_named("vnpay"), payer.refund_order()
    assert _outcomes(lambda: vnpay.refund(order)) == [("refused", "95")]
    # No refund is known, and all of it can go back once only.
    assert vnpay.ask_about_refund(order).outcome == RefundOutcome.UNKNOWN


def test_a_refund_that_waits_is_done_in_the_end(payer: Payer) -> None:
    _paid(payer, "refund_pending")
    vnpay, order = gateway_named("vnpay"), payer.refund_order()
    found = _outcomes(
        lambda: vnpay.refund(order), lambda: vnpay.ask_about_refund(order), lambda: vnpay.ask_about_refund(order)
    )
    assert found == [("pending", "status_05"), ("pending", "status_06"), ("done", "status_00")]


def test_a_refund_the_bank_refuses_later_is_refused(payer: Payer) -> None:
    _paid(payer, "refund_denied")
    vnpay, order = gateway_named("vnpay"), payer.refund_order(35_000)
    found = _outcomes(lambda: vnpay.refund(order), lambda: vnpay.ask_about_refund(order))
    assert found == [("pending", "status_05"), ("refused", "status_09")]


@pytest.mark.parametrize("amount", [None, 35_000], ids=["full", "partial"])
def test_a_refund_whose_answer_was_lost_is_found_and_not_given_back_twice(payer: Payer, amount: int | None) -> None:
    _paid(payer, "time_out")
    vnpay, order = gateway_named("vnpay"), payer.refund_order(amount)
    for call in (vnpay.refund, vnpay.ask_about_refund):
        with pytest.raises(GatewayUnavailable):
            call(order)
    behave(payer.sandbox.address, payer.page, "")
    # Told again under the same number, VNPAY answers 94, and the enquiry finds what became of it.
    assert _outcomes(lambda: vnpay.refund(order), lambda: vnpay.ask_about_refund(order)) == [
        ("done", "status_00"),
        ("done", "status_00"),
    ]
    with urlopen(f"{payer.sandbox.address}/giao-dich?ma={order.reference}") as response:
        page = response.read().decode()
    assert page.count("Hoàn trả") == 1
    left = PaymentAttempt.objects.get().amount - order.amount
    assert f"{left:,}".replace(",", ".") + "&nbsp;đ" in page


def test_refunds_never_go_above_what_was_paid(payer: Payer) -> None:
    _paid(payer, "")
    vnpay = gateway_named("vnpay")
    part, rest, more = (payer.refund_order(amount) for amount in (100_000, 35_000, 1_000))
    found = _outcomes(lambda: vnpay.refund(part), lambda: vnpay.refund(rest), lambda: vnpay.refund(more))
    assert found == [("done", "status_00"), ("done", "status_00"), ("refused", "95")]


def test_every_misbehaviour_has_its_test() -> None:
    tested = {"", "notify_twice", "notify_late", "notify_first", "return_first", "never", "wrong_amount"}
    tested |= {"wrong_signature", "wrong_terminal", "time_out", "refund_refused", "refund_pending", "refund_denied"}
    assert set(MISBEHAVIOURS) == tested
