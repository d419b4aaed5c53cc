"""What the payer sees: the amount and why, the state in words, one button; and what strangers see."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries, Settings

from payments import services
from payments.gateways.vnpay_codes import RESPONSE_SENTENCES
from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.accounts.models import User
from portal.core import clock
from portal.core.models import OutboxEvent
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory
from tests.payments.provider import notification

RETURN = "/thanh-toan/vnpay/ket-qua/"


@pytest.fixture
def browser(client: Client, an: User) -> Client:
    client.force_login(an)
    return client


def _page(browser: Client, charge: Charge) -> str:
    response = browser.get(f"/thanh-toan/{charge.pk}/")
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_what_is_owed_and_why_with_one_button(browser: Client, charge: Charge) -> None:
    page = _page(browser, charge)
    assert page.count("135.000\u00a0đ") == 2
    for words in ("Lệ phí cấp giấy phép lái xe", "135.000 đ × 1 giấy phép", "Thông tư 37/2023", "H36-250505-0001"):
        assert words in page
    assert page.count("Thanh toán qua VNPAY") == 1
    assert f'href="{charge.return_path}"' in page
    assert "Refresh" not in browser.get(f"/thanh-toan/{charge.pk}/").headers


def test_paying_leads_to_the_provider(browser: Client, charge: Charge, settings: Settings) -> None:
    settings.VNPAY_PAY_URL = "http://127.0.0.1:8091/paymentv2/vpcpay.html"
    response = browser.post(f"/thanh-toan/{charge.pk}/", REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 302
    assert response["Location"].startswith("http://127.0.0.1:8091/paymentv2/vpcpay.html?vnp_Amount=13500000&")
    assert "vnp_IpAddr=203.0.113.9" in response["Location"]


def test_the_payer_may_choose_card_bank_or_picture_before_going_there(browser: Client, charge: Charge) -> None:
    page = _page(browser, charge)
    offered = re.findall(r'name="channel" id="kenh-\d" value="(\w*)"( checked)?', page)
    assert offered == [("", " checked"), ("VNPAYQR", ""), ("VNBANK", ""), ("INTCARD", "")]
    address = f"/thanh-toan/{charge.pk}/"
    assert "vnp_BankCode" not in browser.post(address, {"method": "vnpay", "channel": ""})["Location"]
    chosen = browser.post(address, {"method": "vnpay", "channel": "VNPAYQR"})["Location"]
    assert "&vnp_BankCode=VNPAYQR&" in f"{chosen.replace('?', '&')}&"
    # The same try, however it is paid in the end.
    assert PaymentAttempt.objects.count() == 1


@pytest.mark.parametrize("channel", ["GOLD", "vnbank", "\x00", "VNBANK&x"])
def test_a_channel_that_is_none_begins_nothing(browser: Client, charge: Charge, channel: str) -> None:
    assert browser.post(f"/thanh-toan/{charge.pk}/", {"method": "vnpay", "channel": channel}).status_code == 400
    assert PaymentAttempt.objects.count() == 0


@pytest.mark.parametrize(("is_behind_proxy", "address"), [(True, "198.51.100.2"), (False, "127.0.0.1")])
def test_only_our_own_proxy_may_speak_for_the_payers_address(
    browser: Client, charge: Charge, settings: Settings, is_behind_proxy: bool, address: str
) -> None:
    settings.BEHIND_PROXY = is_behind_proxy
    response = browser.post(f"/thanh-toan/{charge.pk}/", headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.2"})
    assert f"vnp_IpAddr={address}&" in response["Location"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_access_to_a_charge(client: Client, charge: Charge, chi: User, method: str) -> None:
    address = f"/thanh-toan/{charge.pk}/"
    anonymous = getattr(client, method)(address)
    assert anonymous.status_code == 302
    assert anonymous["Location"].startswith("/tai-khoan/")
    client.force_login(chi)
    assert getattr(client, method)(address).status_code == 404
    assert getattr(client, method)("/thanh-toan/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert PaymentAttempt.objects.count() == 0


def test_paying_needs_the_pages_own_token(charge: Charge, an: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(an)
    assert strict.post(f"/thanh-toan/{charge.pk}/").status_code == 403
    assert PaymentAttempt.objects.count() == 0


def test_a_settled_charge_shows_its_receipt_and_no_button(browser: Client, attempt: PaymentAttempt) -> None:
    services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(attempt))
    page = _page(browser, attempt.charge)
    for words in ("Đã thanh toán", "Biên lai", attempt.provider_reference, "14422574", "Biên lai đang được lập"):
        assert words in page
    assert '<button class="btn">' not in page
    response = browser.post(f"/thanh-toan/{attempt.charge_id}/", follow=True)
    assert response.redirect_chain == [(f"/thanh-toan/{attempt.charge_id}/", 302)]
    assert "Khoản này đã được thanh toán" in response.content.decode()


@pytest.mark.parametrize("code", [code for code in RESPONSE_SENTENCES if code not in ("00", "07")])
def test_a_failure_is_told_in_words_with_a_way_to_try_again(
    browser: Client, attempt: PaymentAttempt, code: str
) -> None:
    failed = notification(attempt, ResponseCode=code, TransactionStatus="02")
    services.record_provider_message(provider="vnpay", kind="notification", parameters=failed)
    page = _page(browser, attempt.charge)
    assert escape(str(RESPONSE_SENTENCES[code])) in page
    assert "Thanh toán lại qua VNPAY" in page


def test_a_charge_for_the_desk_offers_the_desk_only(browser: Client, an: User) -> None:
    charge = ChargeFactory(payer=an, collection="at_return", accepts_online=False)
    page = _page(browser, charge)
    assert "Thanh toán qua VNPAY" not in page
    assert "Bạn nộp khi đến nhận kết quả." in page
    assert browser.post(f"/thanh-toan/{charge.pk}/").status_code == 403


def test_a_cancelled_charge_says_so(browser: Client, an: User) -> None:
    charge = ChargeFactory(payer=an, state="cancelled", cancelled_at=clock.now())
    page = _page(browser, charge)
    assert "Khoản thu đã được hủy" in page
    assert "Cách nộp" not in page


def test_a_suspect_payment_tells_not_to_pay_again(browser: Client, attempt: PaymentAttempt) -> None:
    suspect = notification(attempt, ResponseCode="07", TransactionStatus="07")
    services.record_provider_message(provider="vnpay", kind="notification", parameters=suspect)
    page = _page(browser, attempt.charge)
    assert "Giao dịch đang được xem xét" in page
    assert "Cách nộp" not in page


def test_coming_back_settles_nothing_and_leads_to_the_charge_that_waits(
    browser: Client, attempt: PaymentAttempt
) -> None:
    response = browser.get(RETURN, notification(attempt))
    assert (response.status_code, response["Location"]) == (302, f"/thanh-toan/{attempt.charge_id}/")
    attempt.refresh_from_db()
    attempt.charge.refresh_from_db()
    assert (attempt.state, attempt.charge.state) == ("redirected", "owed")
    assert attempt.next_enquiry_at is not None
    assert attempt.next_enquiry_at <= clock.now()
    assert OutboxEvent.objects.count() == 0
    assert ProviderMessage.objects.get().verdict == "claims_paid"
    waiting = browser.get(response["Location"])
    assert waiting["Refresh"] == "5"
    assert "Đang chờ xác nhận" in waiting.content.decode()
    assert "Cách nộp" not in waiting.content.decode()


def test_the_waiting_page_renews_itself_more_and_more_slowly(browser: Client, attempt: PaymentAttempt) -> None:
    browser.get(RETURN, notification(attempt))
    PaymentAttempt.objects.update(created_at=clock.now() - timedelta(minutes=5))
    assert browser.get(f"/thanh-toan/{attempt.charge_id}/")["Refresh"] == "20"
    PaymentAttempt.objects.update(created_at=clock.now() - timedelta(hours=1))
    assert "Refresh" not in browser.get(f"/thanh-toan/{attempt.charge_id}/").headers


def test_coming_back_after_the_notification_shows_the_receipt(browser: Client, attempt: PaymentAttempt) -> None:
    browser.get("/thanh-toan/vnpay/ipn/", notification(attempt))
    response = browser.get(RETURN, notification(attempt), follow=True)
    assert "Biên lai" in response.content.decode()


@pytest.mark.parametrize(("changes", "words"), [({}, "Đang chờ xác nhận"), ({"ResponseCode": "24"}, "chưa thành công")])
@pytest.mark.parametrize("is_stranger", [False, True])
def test_without_the_payers_session_the_return_tells_nothing_personal(
    client: Client, attempt: PaymentAttempt, chi: User, changes: dict[str, str], words: str, is_stranger: bool
) -> None:
    if is_stranger:
        client.force_login(chi)
    response = client.get(RETURN, notification(attempt, **changes))
    # The header's language switch repeats the address that the browser already shows; the page itself adds nothing.
    page = response.content.decode().split("<main", 1)[1]
    assert response.status_code == 200
    assert words in page
    for secret in ("135.000", "H36-250505-0001", "Nguyễn Thị An", "14422574", "Lệ phí"):
        assert secret not in page
    attempt.refresh_from_db()
    assert attempt.state == "redirected"


def test_without_the_payers_session_a_recorded_payment_is_said_to_be_recorded(
    client: Client, attempt: PaymentAttempt
) -> None:
    services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(attempt))
    page = client.get(RETURN, notification(attempt)).content.decode().split("<main", 1)[1]
    assert "Đã ghi nhận thanh toán" in page
    assert "135.000" not in page


def test_a_made_up_return_is_refused_in_words(browser: Client, attempt: PaymentAttempt) -> None:
    response = browser.get(RETURN, notification(attempt) | {"vnp_Amount": "100"})
    assert response.status_code == 400
    assert "Không đọc được kết quả" in response.content.decode()


def test_a_second_payment_is_told_to_the_payer(browser: Client, charge: Charge) -> None:
    first = OnlineAttemptFactory(charge=charge, state="expired", finished_at=clock.now())
    for attempt in (OnlineAttemptFactory(charge=charge), first):
        services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(attempt))
    assert "Có một khoản nộp thừa" in _page(browser, charge)


@pytest.mark.parametrize("tries", [1, 3])
def test_the_page_costs_the_same_number_of_queries_with_one_try_and_with_three(
    browser: Client, charge: Charge, django_assert_num_queries: DjangoAssertNumQueries, tries: int
) -> None:
    for _ in range(tries):
        OnlineAttemptFactory(charge=charge, state="failed", failure_code="51", finished_at=clock.now())
    _page(browser, charge)
    # User, charge with payer, attempts, a signed success waiting, the accounts of agencies (the portal has none), and the
    # postings that the navigation asks for; the session comes from the cache.
    with django_assert_num_queries(6):
        _page(browser, charge)


def test_forms_may_lead_to_the_provider(settings: Settings) -> None:
    policy: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert "form-action" in policy
