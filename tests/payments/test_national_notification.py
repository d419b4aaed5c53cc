"""The national platform's notification and the browser's return: verdicts in their order, and what each does."""

import json
import random
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from payments.models import Charge, LedgerEntry, PaymentAttempt, ProviderMessage
from portal.accounts.models import User
from portal.core.models import OutboxEvent
from tests.factories.payments import ChargeFactory
from tests.payments.national_platform import PARTNER, SECRET, Platform, confirmation, sha256_of

ADDRESS = "/thanh-toan/nen-tang-quoc-gia/thong-bao/"
RETURN = "/thanh-toan/nen-tang-quoc-gia/ket-qua/"
REQUESTS = 1_000


def tell(client: Client, told: Any, **headers: Any) -> dict[str, str]:
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    response = client.post(ADDRESS, body, content_type="application/json", **headers)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    answer: dict[str, str] = response.json()
    return answer


def books() -> list[Any]:
    """Everything a refused message must leave as it was."""
    return [
        list(Charge.objects.order_by("pk").values()),
        list(PaymentAttempt.objects.order_by("pk").values()),
        list(LedgerEntry.objects.order_by("pk").values()),
        OutboxEvent.objects.count(),
    ]


def right(attempt: PaymentAttempt, **changes: Any) -> dict[str, Any]:
    return confirmation(attempt.provider_reference, attempt.amount, **changes)


def test_a_right_notification_settles_once_and_is_answered_with_our_hash(
    client: Client, national_attempt: PaymentAttempt
) -> None:
    answer = tell(client, right(national_attempt))
    assert answer == {
        "MaLoi": "00",
        "MoTaLoi": "Thanh cong",
        "MaDoiTac": PARTNER,
        "MaThamChieu": national_attempt.provider_reference,
        "ThoiGianGD": "20250505083512",
        "MaXacThuc": sha256_of("00", PARTNER, national_attempt.provider_reference, "20250505083512"),
    }
    attempt = PaymentAttempt.objects.select_related("charge").get()
    assert (attempt.state, attempt.received_amount, attempt.charge.state) == ("succeeded", 135_000, "settled")
    assert (attempt.provider_transaction_no, attempt.bank_code) == ("NP0000012345", "VCB")
    assert (attempt.next_enquiry_at, attempt.failure_code) == (None, "")
    assert list(LedgerEntry.objects.order_by("pk").values_list("kind", "amount", "attempt_id")) == [
        ("charged", 135_000, None),
        ("settled", 135_000, attempt.pk),
    ]
    assert list(OutboxEvent.objects.values_list("name", flat=True)) == ["payments.charge_settled"]
    message = ProviderMessage.objects.get()
    assert (message.provider, message.kind, message.verdict) == ("national", "notification", "settled")
    assert message.raw["SoTien"] == "135000"


def test_the_same_notification_again_changes_nothing_and_is_confirmed(
    client: Client, national_attempt: PaymentAttempt
) -> None:
    tell(client, right(national_attempt))
    before = books()
    assert tell(client, right(national_attempt))["MaLoi"] == "00"
    assert books() == before
    assert ProviderMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "words", "verdict"),
    [
        ({"MaXacThuc": "0" * 64}, "Sai ma xac thuc", "not_authentic"),
        ({"MaXacThuc": ""}, "Sai ma xac thuc", "not_authentic"),
        ({"LoaiBanTin": "QUERY"}, "Sai ma xac thuc", "not_authentic"),
        ({"MaDoiTac": "NGUOIKHAC"}, "Sai ma doi tac", "wrong_terminal"),
        ({"MaThamChieu": "KHONGCO1"}, "Khong co giao dich", "unknown_reference"),
        ({"SoTien": 134_999}, "Sai so tien", "wrong_amount"),
        ({"SoTien": "135000.0"}, "Sai so tien", "wrong_amount"),
        ({"MaTienTe": "USD"}, "Sai so tien", "wrong_amount"),
        # Wrong in every way: what is answered is the first thing that is looked at.
        ({"MaDoiTac": "NGUOIKHAC", "MaThamChieu": "KHONGCO1", "SoTien": 1}, "Sai ma doi tac", "wrong_terminal"),
        ({"MaThamChieu": "KHONGCO1", "SoTien": 1}, "Khong co giao dich", "unknown_reference"),
    ],
)
def test_a_notification_that_does_not_prove_this_payment_changes_nothing(
    client: Client, national_attempt: PaymentAttempt, changes: dict[str, Any], words: str, verdict: str
) -> None:
    before = books()
    answer = tell(client, right(national_attempt, **changes))
    assert (answer["MaLoi"], answer["MoTaLoi"]) == ("99", words)
    assert ("MaXacThuc" in answer) == (verdict != "not_authentic")
    assert books() == before
    assert ProviderMessage.objects.get().verdict == verdict


def test_a_code_that_nobody_documented_is_no_last_word(client: Client, national_attempt: PaymentAttempt) -> None:
    before = books()
    assert tell(client, right(national_attempt, MaLoi="99"))["MaLoi"] == "00"
    assert books() == before
    assert ProviderMessage.objects.get().verdict == "still_pending"


def test_a_notification_without_keys_of_ours_is_refused(
    client: Client, national_attempt: PaymentAttempt, settings: Settings
) -> None:
    settings.NATIONAL_PAYMENT_SECRET = ""
    before = books()
    told = right(national_attempt)
    assert tell(client, told) == {"MaLoi": "99", "MoTaLoi": "Sai ma xac thuc"}
    assert books() == before


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"null", b"\xff", b"[" * 10_000, b"{}", b"x" * 100_000])
def test_a_body_that_is_no_message_is_answered(client: Client, national_attempt: PaymentAttempt, body: bytes) -> None:
    before = books()
    assert tell(client, body) == {"MaLoi": "99", "MoTaLoi": "Sai ma xac thuc"}
    assert books() == before
    assert ProviderMessage.objects.count() == 0


def test_a_fault_of_ours_makes_the_platform_try_again_and_logs_no_content(
    client: Client,
    national_attempt: PaymentAttempt,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(**_: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("payments.services.record_provider_message", broken)
    assert tell(client, right(national_attempt)) == {"MaLoi": "99", "MoTaLoi": "Loi khac"}
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


def test_a_notification_is_posted(client: Client, national: Platform) -> None:
    assert client.get(ADDRESS).status_code == 405


_ODD: list[Any] = [
    *("", " ", "\x00", "a\x00b", "đ", "😀", "\u202e", "-1", "0", "1e9", "٣", "9" * 40, "x" * 5_000, "00|", "|"),
    *("' OR 1=1 --", "<script>", "CONFIRM", None, True, False, 0, -1, 1.5, 10**30, [], {}, ["00"], {"a": 1}, "\ud800"),
]


def _mutated(chance: random.Random, told: dict[str, Any]) -> bytes:
    """A body near the right one that differs in what is hashed, so that it cannot be authentic any more."""
    changed = dict(told)
    for _ in range(chance.randint(1, 4)):
        name = chance.choice(list(changed) or ["MaLoi"])
        match chance.randrange(6):
            case 0:
                changed[name] = chance.choice(_ODD)
            case 1:
                changed.pop(name, None)
            case 2:
                changed[str(chance.choice(_ODD))] = chance.choice(_ODD)
            case 3:
                text = list(str(changed.get(name, "")) + "0")
                text[chance.randrange(len(text))] = chr(chance.randrange(1, 0x2FF))
                changed[name] = "".join(text) + "~"
            case 4:
                other = chance.choice(list(told))
                changed[name], changed[other] = told[other], told.get(name, "")
            case _:
                changed["MaXacThuc"] = chance.choice(_ODD)
    if all(str(changed.get(name)) == str(value) for name, value in told.items()):
        changed["SoTien"] = str(told["SoTien"]) + "~"
    body = json.dumps(changed).encode()
    match chance.randrange(12):
        case 0:
            body = body[: chance.randrange(len(body))]
        case 1:
            body = body[:-1] + b', "SoTien": 135000}'
        case 2:
            body = b"[" + body + b"]"
        case 3:
            body = body.replace(b'"', chance.choice([b"'", b"", b'\\"']), 3)
    return body


def test_a_thousand_broken_notifications_are_answered_and_change_nothing(national_attempt: PaymentAttempt) -> None:
    client = Client(raise_request_exception=False)
    told = right(national_attempt)
    before = books()
    chance = random.Random(20250505)
    for number in range(REQUESTS):
        body = _mutated(chance, told)
        response = client.post(ADDRESS, body, content_type="application/json")
        assert response.status_code == 200, (number, body)
        assert response.json() == {"MaLoi": "99", "MoTaLoi": "Sai ma xac thuc"}, (number, body)
    assert books() == before
    assert ProviderMessage.objects.filter(is_authentic=True).count() == 0
    assert ProviderMessage.objects.count() <= 20


@pytest.fixture
def browser(client: Client, an: User) -> Client:
    client.force_login(an)
    return client


def test_the_return_settles_nothing_and_leads_to_the_charge(browser: Client, national_attempt: PaymentAttempt) -> None:
    response = browser.get(RETURN, right(national_attempt))
    assert response["Location"] == f"/thanh-toan/{national_attempt.charge_id}/"
    attempt = PaymentAttempt.objects.select_related("charge").get()
    assert (attempt.state, attempt.charge.state) == ("redirected", "owed")
    assert ProviderMessage.objects.get().verdict == "claims_paid"
    assert LedgerEntry.objects.count() == 1
    assert "Đang chờ xác nhận" in browser.get(response["Location"]).content.decode()


@pytest.mark.parametrize("named", [True, False])
def test_a_return_without_a_hash_is_only_a_way_home(
    browser: Client, national_attempt: PaymentAttempt, named: bool
) -> None:
    before = books()
    response = browser.get(RETURN, {"MaThamChieu": national_attempt.provider_reference} if named else {})
    assert response["Location"] == f"/thanh-toan/{national_attempt.charge_id}/"
    assert books() == before
    assert ProviderMessage.objects.count() == 0


def test_a_stranger_comes_home_to_nothing(client: Client, chi: User, national_attempt: PaymentAttempt) -> None:
    for person in (None, chi):
        if person is not None:
            client.force_login(person)
        bare = client.get(RETURN, {"MaThamChieu": national_attempt.provider_reference})
        assert bare.status_code == 400
        forged = client.get(RETURN, right(national_attempt, MaXacThuc="0" * 64))
        assert forged.status_code == 400
        signed = client.get(RETURN, right(national_attempt))
        assert signed.status_code == 200
        for page in (bare, forged, signed):
            assert "135.000" not in page.content.decode()
            assert "Nguyễn Thị An" not in page.content.decode()


@pytest.mark.parametrize("value", ["%00", "%ff", "x" * 3_000, "a&MaThamChieu=b"])
def test_an_odd_return_is_answered(browser: Client, national_attempt: PaymentAttempt, value: str) -> None:
    before = books()
    for query in (f"MaThamChieu={value}", f"MaXacThuc={value}&MaThamChieu={value}"):
        assert browser.get(RETURN, QUERY_STRING=query).status_code == 400
    assert books() == before


def test_a_second_payment_of_one_charge_goes_to_a_person(client: Client, national_attempt: PaymentAttempt) -> None:
    Charge.objects.filter(pk=national_attempt.charge_id).update(
        state="cancelled", cancelled_at=ChargeFactory().created_at
    )
    assert tell(client, right(national_attempt))["MaLoi"] == "00"
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.review_reason) == ("needs_review", "paid_after_cancellation")
    assert LedgerEntry.objects.filter(charge=attempt.charge_id, kind="settled").get().amount == 135_000
