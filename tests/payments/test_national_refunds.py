"""The national platform takes nothing back by message: money goes back by hand, and everybody is told why."""

import pytest
from django.test import Client

from payments import services
from payments.models import PaymentAttempt, Refund
from portal.core.actors import SYSTEM
from portal.core.models import OutboxEvent
from tests.payments.national_platform import Platform
from tests.payments.refunding import Office
from tests.payments.test_national_round_trip import NOTIFY
from tests.payments.test_refund_pages import LIST, browser_of, page_of

WHY = "Nền tảng thanh toán quốc gia không có lệnh hoàn tiền"


@pytest.fixture
def paid_by_platform(client: Client, national: Platform, national_attempt: PaymentAttempt) -> PaymentAttempt:
    told = national.pay(national_attempt.provider_reference)
    assert client.post(NOTIFY, told, content_type="application/json").json()["MaLoi"] == "00"
    national_attempt.refresh_from_db()
    return national_attempt


def test_whoever_proposes_is_told_why_only_by_hand(paid_by_platform: PaymentAttempt, office: Office) -> None:
    mai = browser_of(office.mai, office)
    page = page_of(mai, f"{LIST}lan-nop/{paid_by_platform.pk}/")
    assert WHY in page
    assert 'value="bank_transfer"' in page
    assert 'value="provider"' not in page
    refused = mai.post(
        f"{LIST}lan-nop/{paid_by_platform.pk}/de-nghi/",
        {
            "seen_refundable_amount": "135000",
            "amount": "135.000",
            "reason": "not_owed",
            "route": "provider",
            "note": "Không phải nộp",
        },
    )
    assert (refused.status_code, Refund.objects.count()) == (422, 0)


def test_money_nobody_owed_goes_back_by_transfer_to_the_account_the_payer_gives(
    client: Client, national: Platform, national_attempt: PaymentAttempt, office: Office
) -> None:
    services.cancel_charge(actor=SYSTEM, charge_id=national_attempt.charge_id)
    client.post(NOTIFY, national.pay(national_attempt.provider_reference), content_type="application/json")
    refund = services.propose_for_surplus(attempt_id=national_attempt.pk)
    assert refund is not None
    assert (refund.route, refund.amount, refund.account_number) == ("bank_transfer", 135_000, "")
    assert OutboxEvent.objects.filter(name="payments.refund_account_asked").count() == 1
    page = page_of(browser_of(office.dung, office), f"{LIST}{refund.pk}/")
    assert WHY in page
    assert "Đang chờ người nộp cho số tài khoản nhận tiền" in page


def test_money_that_came_another_way_has_no_such_reason(paid: PaymentAttempt, office: Office) -> None:
    assert WHY not in page_of(browser_of(office.mai, office), f"{LIST}lan-nop/{paid.pk}/")
