"""The server's notification: its answer codes in their order, and what each does to the ledger."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from payments import services
from payments.enums import SURPLUS_REASONS, AttemptState, ChargeState, ReviewReason
from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.models import OutboxEvent
from tests.factories.payments import OnlineAttemptFactory
from tests.payments.provider import SECRET, notification, signed

IPN, RETURN = "/thanh-toan/vnpay/ipn/", "/thanh-toan/vnpay/ket-qua/"
CONFIRMED = {"RspCode": "00", "Message": "Confirm Success"}
NOT_FOUND = {"RspCode": "01", "Message": "Order not found"}
ALREADY = {"RspCode": "02", "Message": "Order already confirmed"}
WRONG_AMOUNT = {"RspCode": "04", "Message": "Invalid amount"}
WRONG_SIGNATURE = {"RspCode": "97", "Message": "Invalid signature"}
UNKNOWN = {"RspCode": "99", "Message": "Unknown error"}


def tell(client: Client, parameters: dict[str, str]) -> Any:
    response = client.get(IPN, parameters)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return response.json()


def ledger() -> list[Any]:
    """Everything a refused message must leave as it was."""
    return [
        list(Charge.objects.order_by("pk").values()),
        list(PaymentAttempt.objects.order_by("pk").values()),
        OutboxEvent.objects.count(),
    ]


def settled_events() -> list[dict[str, Any]]:
    return list(OutboxEvent.objects.filter(name="payments.charge_settled").values_list("payload", flat=True))


def test_a_right_notification_settles_the_charge_and_says_so_once(client: Client, attempt: PaymentAttempt) -> None:
    assert tell(client, notification(attempt)) == CONFIRMED
    attempt.refresh_from_db()
    attempt.charge.refresh_from_db()
    assert (attempt.state, attempt.provider_transaction_no, attempt.bank_code) == ("succeeded", "14422574", "NCB")
    assert (attempt.next_enquiry_at, attempt.failure_code) == (None, "")
    assert attempt.charge.state == ChargeState.SETTLED
    assert attempt.charge.settled_at == attempt.finished_at
    assert settled_events() == [
        {
            "charge_id": str(attempt.charge_id),
            "subject_reference": "dossier:42",
            "amount": 135_000,
            "attempt_id": str(attempt.pk),
        }
    ]
    assert OutboxEvent.objects.get().subject == "dossier:42"


def test_the_message_is_kept_as_it_came_without_any_key(client: Client, attempt: PaymentAttempt) -> None:
    sent = notification(attempt)
    tell(client, sent)
    message = ProviderMessage.objects.get()
    assert message.raw == sent
    assert (message.kind, message.verdict, message.is_authentic) == ("notification", "settled", True)
    assert (message.attempt_id, message.reference) == (attempt.pk, attempt.provider_reference)
    assert SECRET not in str(message.raw)


def test_the_same_notification_again_is_answered_02_and_changes_nothing(
    client: Client, attempt: PaymentAttempt
) -> None:
    tell(client, notification(attempt))
    before = ledger()
    assert tell(client, notification(attempt)) == ALREADY
    assert ledger() == before
    assert ProviderMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("response_code", "status", "state", "kept"),
    [
        ("24", "02", AttemptState.CANCELLED, "24"),
        ("51", "02", AttemptState.FAILED, "51"),
        ("11", "02", AttemptState.EXPIRED, "11"),
        ("00", "02", AttemptState.FAILED, "status_02"),
        ("99", "", AttemptState.FAILED, "99"),
    ],
)
def test_a_payment_that_failed_is_recorded_and_confirmed_then_final(
    client: Client, attempt: PaymentAttempt, response_code: str, status: str, state: AttemptState, kept: str
) -> None:
    failed = notification(attempt, ResponseCode=response_code, TransactionStatus=status)
    assert tell(client, failed) == CONFIRMED
    attempt.refresh_from_db()
    attempt.charge.refresh_from_db()
    assert (attempt.state, attempt.failure_code, attempt.next_enquiry_at) == (state, kept, None)
    assert attempt.charge.state == ChargeState.OWED
    assert settled_events() == []
    before = ledger()
    assert tell(client, failed) == ALREADY
    assert ledger() == before


def test_a_forged_signature_is_answered_97_and_kept_as_evidence(client: Client, attempt: PaymentAttempt) -> None:
    before = ledger()
    assert tell(client, notification(attempt) | {"vnp_SecureHash": "0" * 128}) == WRONG_SIGNATURE
    assert ledger() == before
    assert list(ProviderMessage.objects.values_list("verdict", "is_authentic")) == [("not_authentic", False)]


def test_a_missing_signature_and_an_empty_request_are_answered_97(client: Client, attempt: PaymentAttempt) -> None:
    before = ledger()
    unsigned = {name: value for name, value in notification(attempt).items() if name != "vnp_SecureHash"}
    assert tell(client, unsigned) == WRONG_SIGNATURE
    assert tell(client, {}) == WRONG_SIGNATURE
    assert ledger() == before


def test_a_name_sent_twice_is_answered_97(client: Client, attempt: PaymentAttempt) -> None:
    before = ledger()
    response = client.get(IPN, QUERY_STRING=f"vnp_Amount=1&{urlencode(notification(attempt))}")
    assert response.json() == WRONG_SIGNATURE
    assert ledger() == before


def test_forged_messages_are_not_collected_without_end(client: Client, attempt: PaymentAttempt) -> None:
    for number in range(25):
        tell(client, notification(attempt, PayDate=str(number)) | {"vnp_SecureHash": "0" * 128})
        tell(client, {"vnp_TxnRef": f"NOBODY-{number}", "vnp_SecureHash": "0" * 128})
    assert ProviderMessage.objects.count() == 20


def test_another_terminal_is_not_our_order(client: Client, attempt: PaymentAttempt) -> None:
    before = ledger()
    assert tell(client, notification(attempt, TmnCode="OTHER001")) == NOT_FOUND
    assert ledger() == before
    assert ProviderMessage.objects.get().verdict == "wrong_terminal"


@pytest.mark.parametrize("reference", ["KHONG-CO-1", ""])
def test_an_unknown_reference_is_answered_01(client: Client, attempt: PaymentAttempt, reference: str) -> None:
    before = ledger()
    fields = {name: value for name, value in notification(attempt).items() if name != "vnp_SecureHash"}
    assert tell(client, signed({**fields, "vnp_TxnRef": reference})) == NOT_FOUND
    assert ledger() == before
    assert ProviderMessage.objects.get().attempt is None


@pytest.mark.parametrize("amount", ["13500100", "13400000", "135000", "13500000.00", "", "0"])
def test_another_amount_is_answered_04(client: Client, attempt: PaymentAttempt, amount: str) -> None:
    before = ledger()
    assert tell(client, notification(attempt, Amount=amount)) == WRONG_AMOUNT
    assert ledger() == before
    assert ProviderMessage.objects.get().verdict == "wrong_amount"


def test_another_currency_is_answered_04(client: Client, attempt: PaymentAttempt) -> None:
    before = ledger()
    assert tell(client, notification(attempt, CurrCode="USD")) == WRONG_AMOUNT
    assert ledger() == before


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"TmnCode": "OTHER001", "TxnRef": "X", "Amount": "1"}, NOT_FOUND),
        ({"TxnRef": "X", "Amount": "1"}, NOT_FOUND),
        ({"Amount": "1"}, WRONG_AMOUNT),
        ({}, ALREADY),
    ],
)
def test_checks_come_in_the_documented_order(
    client: Client, attempt: PaymentAttempt, change: dict[str, str], answer: dict[str, str]
) -> None:
    tell(client, notification(attempt))
    broken = notification(attempt, **change)
    assert tell(client, broken) == answer
    assert tell(client, broken | {"vnp_SecureHash": "f" * 128}) == WRONG_SIGNATURE


def test_a_fault_of_ours_is_answered_99_and_rolls_back(
    client: Client, attempt: PaymentAttempt, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("what was sent must not reach the log")

    before = ledger()
    monkeypatch.setattr("payments.services.settlement.outbox.publish", broken)
    assert tell(client, notification(attempt)) == UNKNOWN
    assert ledger() == before
    assert "RuntimeError" in caplog.text
    assert "must not reach" not in caplog.text
    monkeypatch.undo()
    assert tell(client, notification(attempt)) == CONFIRMED


@pytest.mark.parametrize(
    ("address", "is_secure", "status"),
    [
        ("203.0.113.7", True, 200),
        ("198.51.100.200", True, 200),
        ("2001:db8::7", True, 200),
        ("::ffff:203.0.113.7", True, 200),
        ("203.0.113.7", False, 403),
        ("203.0.113.8", True, 403),
        ("127.0.0.1", True, 403),
        ("unix:", True, 403),
    ],
)
def test_once_the_providers_addresses_are_named_nobody_else_is_listened_to(
    client: Client, attempt: PaymentAttempt, settings: Settings, address: str, is_secure: bool, status: int
) -> None:
    settings.VNPAY_IPN_ADDRESSES = ["203.0.113.7/32", "198.51.100.0/24", "2001:db8::/64"]
    before = ledger()
    response = client.get(IPN, notification(attempt), REMOTE_ADDR=address, secure=is_secure)
    assert response.status_code == status
    if status == 403:
        assert response.json() == UNKNOWN
        assert ledger() == before
        assert ProviderMessage.objects.count() == 0
    else:
        assert response.json() == CONFIRMED


def test_the_address_believed_is_the_one_our_own_proxy_wrote(
    client: Client, attempt: PaymentAttempt, settings: Settings
) -> None:
    settings.VNPAY_IPN_ADDRESSES = ["203.0.113.7/32"]
    settings.BEHIND_PROXY = True
    parameters = notification(attempt)
    spoofed = client.get(IPN, parameters, secure=True, HTTP_X_FORWARDED_FOR="203.0.113.7, 192.0.2.1")
    told = client.get(IPN, parameters, secure=True, HTTP_X_FORWARDED_FOR="192.0.2.1, 203.0.113.7")
    assert (spoofed.status_code, told.json()) == (403, CONFIRMED)


def test_only_get_is_answered(client: Client, attempt: PaymentAttempt) -> None:
    assert client.post(IPN, notification(attempt)).status_code == 405
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.REDIRECTED


def test_a_payment_not_complete_yet_leaves_the_try_open(client: Client, attempt: PaymentAttempt) -> None:
    before = ledger()
    assert tell(client, notification(attempt, TransactionStatus="01")) == CONFIRMED
    assert ledger() == before


@pytest.mark.parametrize("state", [AttemptState.EXPIRED, AttemptState.FAILED, AttemptState.CANCELLED])
def test_a_success_that_comes_late_settles_all_the_same(client: Client, charge: Charge, state: AttemptState) -> None:
    long_ago = clock.now() - timedelta(hours=2)
    late = OnlineAttemptFactory(
        charge=charge, state=state, finished_at=long_ago, expires_at=long_ago, failure_code="11", next_enquiry_at=None
    )
    assert tell(client, notification(late)) == CONFIRMED
    late.refresh_from_db()
    charge.refresh_from_db()
    assert (late.state, late.failure_code, charge.state) == ("succeeded", "", "settled")
    assert late.finished_at is not None
    assert late.finished_at > long_ago
    assert len(settled_events()) == 1


def test_a_second_payment_of_one_charge_goes_to_review_and_settles_nothing_again(
    client: Client, charge: Charge
) -> None:
    first = OnlineAttemptFactory(charge=charge, state=AttemptState.EXPIRED, finished_at=clock.now())
    second = OnlineAttemptFactory(charge=charge)
    assert tell(client, notification(second)) == CONFIRMED
    charge.refresh_from_db()
    settled_at = charge.settled_at
    assert tell(client, notification(first, TransactionNo="999")) == CONFIRMED
    first.refresh_from_db()
    charge.refresh_from_db()
    assert (first.state, first.review_reason) == (AttemptState.NEEDS_REVIEW, ReviewReason.DOUBLE_PAYMENT)
    assert (first.provider_transaction_no, charge.settled_at) == ("999", settled_at)
    assert [event["attempt_id"] for event in settled_events()] == [str(second.pk)]
    assert tell(client, notification(first, TransactionNo="999")) == ALREADY


def test_a_failed_try_then_a_good_one_settles_with_the_good_one(client: Client, charge: Charge) -> None:
    first = OnlineAttemptFactory(charge=charge)
    tell(client, notification(first, ResponseCode="51", TransactionStatus="02"))
    second = OnlineAttemptFactory(charge=charge)
    assert tell(client, notification(second)) == CONFIRMED
    first.refresh_from_db()
    charge.refresh_from_db()
    assert (first.state, first.failure_code, charge.state) == ("failed", "51", "settled")
    assert [event["attempt_id"] for event in settled_events()] == [str(second.pk)]


def test_money_for_a_cancelled_charge_goes_to_review(client: Client, attempt: PaymentAttempt) -> None:
    services.cancel_charge(actor=SYSTEM, charge_id=attempt.charge_id)
    assert tell(client, notification(attempt)) == CONFIRMED
    attempt.refresh_from_db()
    attempt.charge.refresh_from_db()
    assert (attempt.state, attempt.review_reason) == ("needs_review", "paid_after_cancellation")
    assert attempt.charge.state == ChargeState.CANCELLED
    assert settled_events() == []


@pytest.mark.parametrize(("response_code", "status"), [("07", "07"), ("00", "04"), ("00", "05"), ("00", "09")])
def test_money_that_moved_unclearly_goes_to_review(
    client: Client, attempt: PaymentAttempt, response_code: str, status: str
) -> None:
    suspect = notification(attempt, ResponseCode=response_code, TransactionStatus=status)
    assert tell(client, suspect) == CONFIRMED
    attempt.refresh_from_db()
    attempt.charge.refresh_from_db()
    assert (attempt.state, attempt.review_reason) == ("needs_review", "suspected")
    assert attempt.charge.state == ChargeState.OWED
    assert attempt.next_enquiry_at is not None
    assert tell(client, suspect) == ALREADY


def test_a_suspect_payment_that_clears_settles(client: Client, attempt: PaymentAttempt) -> None:
    tell(client, notification(attempt, ResponseCode="07", TransactionStatus="07"))
    assert tell(client, notification(attempt)) == CONFIRMED
    attempt.refresh_from_db()
    assert (attempt.state, attempt.review_reason) == ("succeeded", "")
    assert len(settled_events()) == 1


def test_a_suspect_payment_that_fails_can_be_tried_again(client: Client, attempt: PaymentAttempt) -> None:
    tell(client, notification(attempt, ResponseCode="07", TransactionStatus="07"))
    assert tell(client, notification(attempt, ResponseCode="99", TransactionStatus="02")) == CONFIRMED
    attempt.refresh_from_db()
    assert (attempt.state, attempt.review_reason, attempt.next_enquiry_at) == ("failed", "", None)


def test_a_reversal_told_after_the_success_is_marked_for_a_person(client: Client, attempt: PaymentAttempt) -> None:
    tell(client, notification(attempt))
    assert tell(client, notification(attempt, TransactionStatus="04")) == ALREADY
    attempt.refresh_from_db()
    attempt.charge.refresh_from_db()
    assert (attempt.state, attempt.review_reason) == ("succeeded", "contradicted")
    assert attempt.charge.state == ChargeState.SETTLED
    assert len(settled_events()) == 1


@pytest.mark.parametrize("is_cancelled", [False, True])
def test_a_reversal_of_money_nobody_owed_stays_with_it_for_who_would_give_it_back(
    client: Client, charge: Charge, is_cancelled: bool
) -> None:
    surplus = OnlineAttemptFactory(charge=charge, state=AttemptState.EXPIRED, finished_at=clock.now())
    if is_cancelled:
        services.cancel_charge(actor=SYSTEM, charge_id=charge.pk)
    else:
        tell(client, notification(OnlineAttemptFactory(charge=charge)))
    tell(client, notification(surplus, TransactionNo="999"))
    surplus.refresh_from_db()
    standing = surplus.standing
    assert (standing in SURPLUS_REASONS, surplus.failure_code) == (True, "")
    assert tell(client, notification(surplus, TransactionNo="999", TransactionStatus="04")) == ALREADY
    surplus.refresh_from_db()
    assert (surplus.standing, surplus.failure_code, surplus.received_amount) == (standing, "status_04", 135_000)


def test_only_the_first_of_one_return_makes_us_ask_sooner(client: Client, attempt: PaymentAttempt) -> None:
    later = attempt.next_enquiry_at
    parameters = notification(attempt)
    client.get(RETURN, parameters)
    attempt.refresh_from_db()
    assert later is not None
    assert attempt.next_enquiry_at is not None
    assert attempt.next_enquiry_at < later
    # Reloaded, it would use up the questions that there are.
    PaymentAttempt.objects.filter(pk=attempt.pk).update(next_enquiry_at=later)
    for _ in range(12):
        client.get(RETURN, parameters)
    attempt.refresh_from_db()
    assert attempt.next_enquiry_at == later
