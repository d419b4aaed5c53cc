"""The accountant has the provider asked about one attempt at once; what it answered is said and acted on, once."""

from collections.abc import Iterator
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from payments.models import Charge, LedgerEntry, PaymentAttempt, ProviderMessage
from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory, PayerFactory
from tests.payments.provider import answering, query_answer
from tests.payments.test_cashier_pages import posted


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def given_up(charge: Charge) -> PaymentAttempt:
    """Expired, and the portal asks no more."""
    attempt: PaymentAttempt = OnlineAttemptFactory(
        charge=charge, state="expired", finished_at=charge.created_at, next_enquiry_at=None
    )
    return attempt


@pytest.fixture
def mai(charge: Charge) -> User:
    assert charge.agency is not None
    return posted(charge.agency, OfficerRole.ACCOUNTANT, "Vũ Thị Mai")


@pytest.fixture
def accountant(client: Client, mai: User) -> Client:
    client.force_login(mai)
    return client


def page_of(attempt: PaymentAttempt) -> str:
    return f"/mot-cua/hoan-tien/lan-nop/{attempt.pk}/"


def ask(browser: Client, attempt: PaymentAttempt) -> str:
    """The page after the press."""
    answer = browser.post(f"{page_of(attempt)}hoi-cong/", follow=True)
    assert answer.redirect_chain == [(page_of(attempt), 302)]
    return unescape(answer.content.decode())


def test_money_that_nobody_told_of_is_found_settled_and_said(
    accountant: Client, given_up: PaymentAttempt, settings: Settings
) -> None:
    before = unescape(accountant.get(page_of(given_up)).content.decode())
    assert "Hệ thống không tự hỏi cổng thanh toán về lần nộp này nữa." in before
    with answering(query_answer(given_up)) as settings.VNPAY_API_URL:
        page = ask(accountant, given_up)
    assert "Cổng báo đã nộp: khoản thu được ghi nhận." in page
    assert "Hỏi cổng ngay" not in page
    given_up.refresh_from_db()
    given_up.charge.refresh_from_db()
    assert (given_up.standing, given_up.charge.state) == ("succeeded", "settled")
    assert LedgerEntry.objects.filter(kind="settled").count() == 1


def test_asked_again_at_once_nobody_is_asked_and_nothing_moves_twice(
    accountant: Client, given_up: PaymentAttempt, settings: Settings
) -> None:
    with answering(query_answer(given_up, TransactionStatus="01")) as settings.VNPAY_API_URL:
        assert "Cổng chưa có kết quả." in ask(accountant, given_up)
        assert "Hãy đợi một phút rồi hỏi lại." in ask(accountant, given_up)
    assert ProviderMessage.objects.count() == 1
    cache.clear()
    with answering(query_answer(given_up)) as settings.VNPAY_API_URL:
        ask(accountant, given_up)
        cache.clear()
        assert "không hỏi cổng được, hoặc đã có kết quả cuối" in ask(accountant, given_up)
    assert LedgerEntry.objects.filter(kind="settled").count() == 1


@pytest.mark.parametrize(
    ("changes", "said", "state"),
    [
        ({"TransactionStatus": "02"}, "Cổng báo không có tiền.", "expired"),
        ({"ResponseCode": "91"}, "Cổng không có giao dịch này", "expired"),
        ({"Amount": "100"}, "không dùng được", "expired"),
        ({"TransactionStatus": "07"}, "Cổng nghi ngờ giao dịch này", "needs_review"),
    ],
)
def test_every_answer_is_said_in_words(
    accountant: Client, given_up: PaymentAttempt, settings: Settings, changes: dict[str, str], said: str, state: str
) -> None:
    with answering(query_answer(given_up, **changes)) as settings.VNPAY_API_URL:
        assert said in ask(accountant, given_up)
    given_up.refresh_from_db()
    given_up.charge.refresh_from_db()
    assert (given_up.state, given_up.charge.state) == (state, "owed")


def test_a_provider_that_is_down_changes_nothing(
    accountant: Client, given_up: PaymentAttempt, settings: Settings
) -> None:
    settings.VNPAY_API_URL = "http://127.0.0.1:9/"
    assert "Cổng không trả lời, chưa có gì thay đổi." in ask(accountant, given_up)
    given_up.refresh_from_db()
    assert (given_up.state, ProviderMessage.objects.count()) == ("expired", 0)


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (OfficerRole.ACCOUNTANT, 302),
        (OfficerRole.AGENCY_HEAD, 403),
        (OfficerRole.CASHIER, 403),
        (OfficerRole.DESK_OFFICER, 403),
    ],
)
def test_only_the_accountant_asks(
    client: Client, given_up: PaymentAttempt, settings: Settings, role: OfficerRole, status: int
) -> None:
    settings.VNPAY_API_URL = "http://127.0.0.1:9/"
    assert given_up.charge.agency is not None
    client.force_login(posted(given_up.charge.agency, role))
    assert client.post(f"{page_of(given_up)}hoi-cong/").status_code == status
    if status != 302 and role != OfficerRole.DESK_OFFICER:
        assert "Hỏi cổng ngay" not in client.get(page_of(given_up)).content.decode()


def test_an_attempt_of_another_agency_is_not_there_and_a_transfer_has_nobody_to_ask(
    accountant: Client, charge: Charge
) -> None:
    foreign = OnlineAttemptFactory(charge=ChargeFactory(payer=PayerFactory()))
    assert accountant.post(f"{page_of(foreign)}hoi-cong/").status_code == 404
    transfer = OnlineAttemptFactory(charge=charge, method="vietqr", provider="vietqr", next_enquiry_at=None)
    assert "Hỏi cổng ngay" not in accountant.get(page_of(transfer)).content.decode()
    assert "không hỏi cổng được" in ask(accountant, transfer)
