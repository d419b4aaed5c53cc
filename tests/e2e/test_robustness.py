"""The broker goes away, notifications come ten times: nothing is lost, nothing happens twice.

Mails while processes are killed: `test_mails_survive.py`."""

import json
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e import steps
from tests.e2e.declarations import AN, BINH, QUAN, groundwater, household_business
from tests.e2e.mail_server import wait_until
from tests.e2e.running_portal import RunningPortal
from tests.e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _everything_runs_again(portal: RunningPortal) -> Iterator[None]:
    """A test that fails half way leaves the next one a whole portal."""
    portal.settle()
    yield
    if not portal.broker_server.is_running:
        portal.start_broker()
    portal.restart_what_ended()


def _copies(portal: RunningPortal, subject: str) -> int:
    return portal.mails.counted()[(AN.email, subject)]


def test_a_filing_while_the_broker_is_down_is_quick_and_its_mail_comes_later(
    portal: RunningPortal, visit: Callable[..., Visitor]
) -> None:
    citizen = visit(email=AN.email)
    declaration = groundwater(AN)
    portal.broker_server.stop()
    begun = time.monotonic()
    citizen.goto("/")
    assert time.monotonic() - begun < 5
    code, _pass_code = steps.file_quickly(citizen, declaration)
    subject = f"Đã nộp hồ sơ {code}"
    assert steps.facts(citizen, code)["state"] == "submitted"
    press = citizen.page.evaluate("performance.getEntriesByType('navigation')[0].duration")
    assert press < 5_000, f"filing took {press:.0f} ms while the broker was down"
    assert portal.pending_deliveries() > 0
    assert _copies(portal, subject) == 0
    portal.start_broker()

    # Beat and worker come back after a pause that grew while they knocked (up to 32 s each), then the sweep is due.
    def has_come() -> bool:
        portal.restart_what_ended()
        return _copies(portal, subject) > 0

    wait_until(has_come, seconds=150, what="the mail of the filing")
    portal.settle()
    assert _copies(portal, subject) == 1


def test_ten_equal_notifications_at_once_settle_once_and_mail_once(
    portal: RunningPortal,
    visit: Callable[..., Visitor],
    at_once: Callable[[list[Callable[[], Any]]], list[Any]],
) -> None:
    citizen = visit(email=AN.email)
    code, _pass_code = steps.file_quickly(citizen, household_business(AN))
    desk, case_officer = visit(email=BINH), visit(email=QUAN)
    desk.goto(f"/mot-cua/{code}/")
    steps.act(desk, "tiep-nhan")
    case_officer.goto(f"/mot-cua/{code}/")
    steps.act(case_officer, "bat-dau")
    steps.act(case_officer, "yeu-cau-nop-phi")
    notification = _pay_without_a_notification(citizen, code)
    # The browser has come back saying "paid", and nothing is settled by that.
    assert steps.facts(citizen, code)["state"] == "payment_requested"
    citizen.look("charge, waiting for the bank")

    def tell() -> str:
        with urllib.request.urlopen(notification, timeout=30) as answer:
            return str(json.loads(answer.read())["RspCode"])

    codes = at_once([tell] * 10)
    assert Counter(codes) == {"00": 1, "02": 9}
    portal.settle()
    subject = "SELECT count(*) FROM payments_charge WHERE subject_label = %s AND state = 'settled'"
    assert portal.rows(subject, code) == [(1,)]
    settled = (
        "SELECT count(*) FROM core_outboxevent e JOIN payments_charge c ON e.payload->>'charge_id' = c.id::text"
        " WHERE c.subject_label = %s AND e.name = 'payments.charge_settled'"
    )
    assert portal.rows(settled, code) == [(1,)]
    assert steps.facts(citizen, code)["state"] == "processing"
    assert _copies(portal, f"Đã nhận phí, lệ phí của hồ sơ {code}") == 1


def _pay_without_a_notification(citizen: Visitor, code: str) -> str:
    """Pay at a sandbox that tells the portal nothing; returns the address of the notification it would have sent."""
    returns: list[str] = []
    citizen.page.on(
        "request", lambda request: returns.append(request.url) if "/vnpay/ket-qua/" in request.url else None
    )
    citizen.goto(f"/ho-so/{code}/")
    citizen.follow("Nộp phí, lệ phí")
    citizen.press("Thanh toán qua VNPAY")
    citizen.page.locator("details summary").click()
    citizen.page.locator('input[name="misbehave"][value="never"]').check()
    citizen.page.locator('button[name="action"][value="pay"]').click()
    citizen.page.wait_for_url(f"{citizen.portal.url}/thanh-toan/**")
    assert len(returns) == 1
    # Return and notification carry the same signed parameters (VNPAY 2.1.0).
    return f"{citizen.portal.url}/thanh-toan/vnpay/ipn/?{urlsplit(returns[0]).query}"
