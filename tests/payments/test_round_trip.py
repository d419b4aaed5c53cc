"""From the charge page through the sandbox and back, over HTTP, nothing replaced."""

from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.core.models import OutboxEvent
from tests.factories.payments import ChargeFactory
from tests.payments.provider import running_sandbox, token_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class _StayHere(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


@pytest.mark.parametrize(
    ("action", "attempt_state", "charge_state", "words"),
    [
        ("pay", "succeeded", "settled", "Biên lai"),
        ("cancel", "cancelled", "owed", "Bạn đã hủy giao dịch."),
        ("fail", "failed", "owed", "Tài khoản không đủ số dư."),
    ],
)
def test_a_person_pays_cancels_or_fails_and_comes_back(
    live_server: LiveServer, settings: Settings, action: str, attempt_state: str, charge_state: str, words: str
) -> None:
    charge = ChargeFactory()
    browser = Client()
    browser.force_login(charge.payer)
    with running_sandbox(f"{live_server.url}/thanh-toan/vnpay/ipn/") as sandbox:
        settings.VNPAY_PAY_URL = f"{sandbox}/paymentv2/vpcpay.html"
        settings.PUBLIC_URL = live_server.url
        away = browser.post(f"/thanh-toan/{charge.pk}/")["Location"]
        with urlopen(away) as response:
            page = response.read().decode()
        body = urlencode({"token": token_of(page), "action": action, "misbehave": ""}).encode()
        back = _location_of(Request(f"{sandbox}/paymentv2/ket-qua", data=body))
    assert back.startswith(f"{live_server.url}/thanh-toan/vnpay/ket-qua/?")
    returned = browser.get(f"{urlsplit(back).path}?{urlsplit(back).query}", follow=True)
    assert words in returned.content.decode()
    assert PaymentAttempt.objects.get().state == attempt_state
    assert Charge.objects.get().state == charge_state
    assert OutboxEvent.objects.count() == (1 if action == "pay" else 0)
    assert sorted(ProviderMessage.objects.values_list("kind", flat=True)) == ["notification", "return"]


def _location_of(request: Request) -> str:
    with pytest.raises(HTTPError) as raised:
        build_opener(_StayHere).open(request)
    raised.value.close()
    assert raised.value.code == 303
    return str(raised.value.headers["Location"])
