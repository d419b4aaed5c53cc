"""A payer who may be paying already: the cashier reads with what and since when, and says so before taking it again."""

from datetime import datetime
from html import unescape

import pytest
from django.test import Client

from payments import selectors, services
from payments.desk_views import cashier
from payments.models import Charge, PaymentAttempt
from portal.accounts.enums import OfficerRole
from portal.core.clock import VIETNAM
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory
from tests.payments.provider import notification
from tests.payments.test_cashier_pages import DESK, posted

SINCE = datetime(2026, 5, 4, 8, 30, tzinfo=VIETNAM)
CASES = {
    "online": "Trực tuyến qua VNPAY: đang nộp trực tuyến, chưa rõ kết quả",
    "transfer": "Chuyển khoản bằng mã VietQR: đã lấy mã chuyển khoản, tiền có thể đang đến",
    "confirming": "Trực tuyến qua VNPAY: cổng báo đã thanh toán, đang chờ xác nhận",
    "review": "Trực tuyến qua VNPAY: tiền có thể đã bị trừ, đang được xem xét",
}


def begin(charge: Charge, kind: str) -> PaymentAttempt:
    """A try of this kind, begun on 4 May at half past eight."""
    how = {"method": "vietqr", "provider": "vietqr", "next_enquiry_at": None} if kind == "transfer" else {}
    attempt: PaymentAttempt = OnlineAttemptFactory(charge=charge, **how)
    if kind in ("confirming", "review"):
        told = {"ResponseCode": "07", "TransactionStatus": "07"} if kind == "review" else {}
        services.record_provider_message(
            provider="vnpay",
            kind="notification" if kind == "review" else "return",
            parameters=notification(attempt, **told),
        )
    PaymentAttempt.objects.filter(pk=attempt.pk).update(created_at=SINCE)
    return attempt


@pytest.fixture
def till(client: Client, charge: Charge) -> Client:
    assert charge.agency is not None
    client.force_login(posted(charge.agency, OfficerRole.CASHIER))
    return client


def words(answer: object) -> str:
    return unescape(answer.content.decode()).replace("\u00a0", " ")  # type: ignore[attr-defined]


@pytest.mark.parametrize("kind", CASES)
def test_the_till_warns_with_what_and_since_when_and_wants_a_tick(till: Client, charge: Charge, kind: str) -> None:
    begin(charge, kind)
    address = f"{DESK}{charge.pk}/"
    page = words(till.get(address))
    assert f"{CASES[kind]} (từ 8 giờ 30, ngày 04/05/2026)" in page
    refused = till.post(address, {"buoc": "thu", "method": "cash"})
    assert refused.status_code == 422
    assert "Hãy hỏi người nộp rồi đánh dấu nếu vẫn thu." in words(refused)
    charge.refresh_from_db()
    assert (charge.state, charge.attempts.count()) == ("owed", 1)
    # No hard stop: the tick goes through the confirmation, and the money is taken.
    checked = words(till.post(address, {"buoc": "xem", "method": "cash", "knows_of_other_tries": "on"}))
    assert CASES[kind] in checked
    assert '<input type="hidden" name="knows_of_other_tries" value="True">' in checked
    till.post(address, {"buoc": "thu", "method": "cash", "knows_of_other_tries": "True"})
    charge.refresh_from_db()
    assert charge.state == "settled"


def test_a_try_begun_after_the_page_was_read_is_asked_about_before_the_money_is_taken(
    till: Client, charge: Charge, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(charge, "online")
    monkeypatch.setattr(cashier, "_other_tries", _blind_once(cashier._other_tries))
    answer = till.post(f"{DESK}{charge.pk}/", {"buoc": "thu", "method": "cash"})
    assert answer.status_code == 409
    assert CASES["online"] in words(answer)
    charge.refresh_from_db()
    assert charge.state == "owed"


def _blind_once(real):  # type: ignore[no-untyped-def]
    calls: list[object] = []

    def other_tries(charge: Charge):  # type: ignore[no-untyped-def]
        calls.append(charge)
        return [] if len(calls) == 1 else real(charge)

    return other_tries


@pytest.mark.parametrize("state", ["failed", "cancelled", "expired"])
def test_a_try_that_ended_is_nothing_to_ask_about(till: Client, charge: Charge, state: str) -> None:
    OnlineAttemptFactory(charge=charge, state=state, finished_at=SINCE, next_enquiry_at=None)
    assert "Hỏi trước khi thu" not in words(till.get(f"{DESK}{charge.pk}/"))
    assert selectors.other_tries([charge.pk]) == {}


@pytest.mark.django_db
def test_tries_are_read_in_one_query_and_none_without_charges(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    charges = [ChargeFactory() for _ in range(3)]
    for charge in charges:
        OnlineAttemptFactory(charge=charge)
    with django_assert_num_queries(1):
        assert set(selectors.other_tries(charge.pk for charge in charges)) == {charge.pk for charge in charges}
    with django_assert_num_queries(0):
        assert selectors.other_tries([]) == {}
