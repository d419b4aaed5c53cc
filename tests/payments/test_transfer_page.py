"""Paying by transfer: choosing it, what to transfer and where, and what the page says after."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from payments import services
from payments.gateways import gateway_named
from payments.gateways.transfer_reference import references_in
from payments.models import Charge, PaymentAttempt
from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from portal.core import clock
from tests.factories.payments import PayerFactory, actor_of
from tests.payments.bank import account, csv_file, movement, transfer_attempt  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("account")]


@pytest.fixture
def browser(client: Client, an: User) -> Client:
    client.force_login(an)
    return client


def test_both_ways_are_offered_and_the_choice_is_sent(browser: Client, charge: Charge) -> None:
    page = browser.get(f"/thanh-toan/{charge.pk}/").content.decode()
    assert 'name="method" value="vnpay"' in page
    assert 'name="method" value="vietqr"' in page
    response = browser.post(f"/thanh-toan/{charge.pk}/", {"method": "vietqr"})
    assert (response.status_code, response["Location"]) == (302, f"/thanh-toan/{charge.pk}/chuyen-khoan/")
    attempt = PaymentAttempt.objects.get()
    assert (attempt.method, attempt.state, attempt.next_enquiry_at) == ("vietqr", "redirected", None)
    assert references_in(attempt.provider_reference) == [attempt.provider_reference]


@pytest.mark.parametrize("method", ["cash", "card_at_counter", "bitcoin", "", "VIETQR"])
def test_a_way_that_does_not_exist_is_a_clear_error(browser: Client, charge: Charge, method: str) -> None:
    response = browser.post(f"/thanh-toan/{charge.pk}/", {"method": method})
    assert response.status_code == 400
    assert "Không có cách nộp này" in response.content.decode()
    assert PaymentAttempt.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VIETQR_BANK_BIN", ""),
        ("VIETQR_BANK_BIN", "97043"),
        ("VIETQR_BANK_NAME", " "),
        ("VIETQR_ACCOUNT_NUMBER", "1017-595600"),
        ("VIETQR_ACCOUNT_NAME", ""),
    ],
)
def test_without_a_whole_account_transfers_are_not_offered(
    browser: Client, charge: Charge, settings: Settings, name: str, value: str
) -> None:
    setattr(settings, name, value)
    assert not gateway_named("vietqr").is_configured()
    assert 'value="vietqr"' not in browser.get(f"/thanh-toan/{charge.pk}/").content.decode()
    response = browser.post(f"/thanh-toan/{charge.pk}/", {"method": "vietqr"}, follow=True)
    assert "chưa mở thanh toán trực tuyến" in response.content.decode()
    assert PaymentAttempt.objects.count() == 0


def test_the_page_names_everything_that_is_to_be_typed(browser: Client, charge: Charge) -> None:
    attempt = transfer_attempt(charge)
    response = browser.get(f"/thanh-toan/{charge.pk}/chuyen-khoan/")
    page = response.content.decode()
    assert response.status_code == 200
    for words in ("Ngân hàng Thử", "1017595600", "SO GIAO THONG", "135.000\u00a0đ", attempt.provider_reference):
        assert words in page
    for copied in ("1017595600", "SO GIAO THONG", "135000", attempt.provider_reference):
        assert f'data-copy="{copied}"' in page
    assert "<svg" in page
    assert "style=" not in page
    assert "no-store" in response["Cache-Control"]


def test_the_picture_can_be_kept(browser: Client, charge: Charge) -> None:
    attempt = transfer_attempt(charge)
    response = browser.get(f"/thanh-toan/{charge.pk}/chuyen-khoan/ma-qr.png")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response.content.startswith(b"\x89PNG")
    assert f"vietqr-{attempt.provider_reference.lower()}.png" in response["Content-Disposition"]


@pytest.mark.parametrize("page", ["", "ma-qr.png"])
def test_a_transfer_is_its_payers_alone(client: Client, charge: Charge, chi: User, page: str) -> None:
    transfer_attempt(charge)
    address = f"/thanh-toan/{charge.pk}/chuyen-khoan/{page}"
    assert client.get(address).status_code == 302
    client.force_login(chi)
    assert client.get(address).status_code == 404


def test_without_an_open_transfer_the_charges_own_page_tells(browser: Client, charge: Charge) -> None:
    address = f"/thanh-toan/{charge.pk}/chuyen-khoan/"
    assert browser.get(address)["Location"] == f"/thanh-toan/{charge.pk}/"
    transfer_attempt(charge, state="expired", finished_at=clock.now(), failure_code="no_answer")
    assert browser.get(address)["Location"] == f"/thanh-toan/{charge.pk}/"
    assert browser.get(f"{address}ma-qr.png").status_code == 404
    assert "Mã chuyển khoản đã hết hạn" in browser.get(f"/thanh-toan/{charge.pk}/").content.decode()


def test_whoever_comes_back_is_told_that_a_transfer_waits_and_gets_the_same_one(
    browser: Client, charge: Charge
) -> None:
    browser.post(f"/thanh-toan/{charge.pk}/", {"method": "vietqr"})
    page = browser.get(f"/thanh-toan/{charge.pk}/").content.decode()
    assert "Bạn đã chọn chuyển khoản" in page
    # No second way of paying lies open before somebody whose money may be on its way.
    assert '<details class="pay" name="cach-nop" open>' not in page
    browser.post(f"/thanh-toan/{charge.pk}/", {"method": "vietqr"})
    assert PaymentAttempt.objects.count() == 1


def test_choosing_another_way_ends_the_transfer_whose_money_still_counts(browser: Client, charge: Charge) -> None:
    browser.post(f"/thanh-toan/{charge.pk}/", {"method": "vietqr"})
    browser.post(f"/thanh-toan/{charge.pk}/", {"method": "vnpay"})
    transfer = PaymentAttempt.objects.get(method="vietqr")
    assert (transfer.state, transfer.failure_code) == ("expired", "superseded")
    assert charge.agency is not None
    services.import_statement(
        actor=actor_of(PayerFactory(), (charge.agency, OfficerRole.ACCOUNTANT)),
        source="bank",
        file_name="a.csv",
        content=csv_file([movement(transfer.provider_reference, "135.000")]),
    )
    page = browser.get(f"/thanh-toan/{charge.pk}/chuyen-khoan/").content.decode()
    assert "Đã thanh toán" in page
    assert "Biên lai" in page
    assert "data-copy" not in page


def test_the_page_costs_the_same_for_any_number_of_tries(
    browser: Client, charge: Charge, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    transfer_attempt(charge)
    address = f"/thanh-toan/{charge.pk}/chuyen-khoan/"
    browser.get(address)
    with django_assert_num_queries(4):
        browser.get(address)
    for _ in range(30):
        transfer_attempt(charge, state="expired", finished_at=clock.now())
    with django_assert_num_queries(4):
        browser.get(address)
