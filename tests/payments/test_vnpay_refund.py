"""Refunds at the gateway: what VNPAY is told, and how each of its answers is read."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from payments.gateways import GatewayUnavailable, RefundOrder, RefundOutcome, gateway_named, vnpay_api
from payments.sandbox.signing import QUESTION_FIELDS, REFUND_FIELDS, Signer
from tests.payments.provider import SECRET, TERMINAL, answer_values, answering

DONE, PENDING, REFUSED = RefundOutcome.DONE, RefundOutcome.PENDING, RefundOutcome.REFUSED
ORDER = RefundOrder(
    request_id="r0002",
    reference="H36-250505-0001-1",
    transaction_no="14422574",
    created_at="20250505083000",
    amount=135_000,
    paid_amount=135_000,
    asked_at=datetime(2025, 5, 5, 9, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    approved_by="ketoan1",
    summary="Hoàn phí",
)
PART = replace(ORDER, amount=35_000)
TAKEN = {
    "ResponseId": "a1",
    "ResponseCode": "00",
    "Message": "Success",
    "TmnCode": TERMINAL,
    "TxnRef": ORDER.reference,
    "Amount": "13500000",
    "BankCode": "NCB",
    "PayDate": "20250505093001",
    "TransactionNo": "14422999",
    "TransactionType": "02",
    "TransactionStatus": "00",
    "OrderInfo": "Hoan phi r0002",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What is sent, with nobody there to answer."""
    questions: list[dict[str, str]] = []

    def post(_url: str, question: dict[str, str]) -> Any:
        questions.append(question)
        raise GatewayUnavailable

    monkeypatch.setattr(vnpay_api, "_post_json", post)
    return questions


def _send(order: RefundOrder) -> None:
    with pytest.raises(GatewayUnavailable):
        gateway_named("vnpay").refund(order)


def test_a_full_refund_is_told_in_the_fields_of_the_specification(asked: list[dict[str, str]]) -> None:
    _send(ORDER)
    assert {name: value for name, value in asked[0].items() if name != "vnp_SecureHash"} == {
        "vnp_RequestId": "r0002",
        "vnp_Version": "2.1.0",
        "vnp_Command": "refund",
        "vnp_TmnCode": TERMINAL,
        "vnp_TransactionType": "02",
        "vnp_TxnRef": "H36-250505-0001-1",
        "vnp_Amount": "13500000",
        "vnp_TransactionNo": "14422574",
        "vnp_TransactionDate": "20250505083000",
        "vnp_CreateBy": "ketoan1",
        "vnp_CreateDate": "20250505093000",
        "vnp_IpAddr": "127.0.0.1",
        # The vector's text and our number, by which an answer that was lost is found again.
        "vnp_OrderInfo": "Hoan phi r0002",
    }


@pytest.mark.parametrize(("order", "kind", "amount"), [(ORDER, "02", "13500000"), (PART, "03", "3500000")])
def test_all_of_the_money_is_a_full_refund_and_less_a_partial_one(
    asked: list[dict[str, str]], order: RefundOrder, kind: str, amount: str
) -> None:
    _send(order)
    assert (asked[0]["vnp_TransactionType"], asked[0]["vnp_Amount"]) == (kind, amount)


def test_an_independent_implementation_accepts_both_questions(asked: list[dict[str, str]]) -> None:
    _send(PART)
    with pytest.raises(GatewayUnavailable):
        gateway_named("vnpay").ask_about_refund(replace(PART, refund_no="14422999"))
    refund, query = asked
    assert Signer(SECRET).of_values(refund, REFUND_FIELDS) == refund["vnp_SecureHash"]
    assert Signer(SECRET).of_values(query, QUESTION_FIELDS) == query["vnp_SecureHash"]
    assert query["vnp_TransactionNo"] == "14422999"
    assert query["vnp_RequestId"] != refund["vnp_RequestId"]


@pytest.mark.parametrize("name", ["", "Nguyễn Thị An", "an", "an@example.vn", "1|2", "x" * 80 + "1"])
def test_a_name_or_an_address_never_leaves_as_who_approved(asked: list[dict[str, str]], name: str) -> None:
    with pytest.raises(ValueError, match="account number") as raised:
        gateway_named("vnpay").refund(replace(ORDER, approved_by=name))
    assert asked == []
    assert str(raised.value) == "approved_by must be an account number"


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ({}, DONE, "status_00"),
        ({"TransactionStatus": "05"}, PENDING, "status_05"),
        ({"TransactionStatus": "06"}, PENDING, "status_06"),
        ({"TransactionStatus": "09"}, REFUSED, "status_09"),
        ({"TransactionStatus": ""}, PENDING, "00"),
        # Status and number of the payment, or of another kind of refund, say nothing of ours.
        ({"TransactionType": "01"}, PENDING, "00"),
        ({"TransactionType": "03"}, PENDING, "00"),
        ({"TransactionType": "01", "TransactionStatus": "09"}, PENDING, "00"),
        ({"Amount": ""}, PENDING, "00"),
        ({"ResponseCode": "95"}, REFUSED, "95"),
        ({"ResponseCode": "91"}, REFUSED, "91"),
        ({"ResponseCode": "03"}, REFUSED, "03"),
    ],
)
def test_an_answer_to_a_refund_is_read(
    settings: Settings, changes: dict[str, str], outcome: RefundOutcome, code: str
) -> None:
    with answering(answer_values("refund", TAKEN | changes)) as settings.VNPAY_API_URL:
        report = gateway_named("vnpay").refund(ORDER)
    assert (report.is_authentic, report.outcome, report.code) == (True, outcome, code)
    is_of_this_refund = code.startswith("status") or changes == {"TransactionStatus": ""}
    assert report.transaction_no == ("14422999" if is_of_this_refund else "")
    assert report.raw["vnp_TxnRef"] == ORDER.reference


@pytest.mark.parametrize(
    "changes",
    [
        {"ResponseCode": "02"},
        {"ResponseCode": "97"},
        {"ResponseCode": "99"},
        {"ResponseCode": "42"},
        {"TxnRef": "H36-250505-9999-1"},
        {"TmnCode": "OTHER001"},
        {"Amount": "100"},
    ],
)
def test_an_answer_that_settles_nothing_is_no_answer(settings: Settings, changes: dict[str, str]) -> None:
    with (
        answering(answer_values("refund", TAKEN | changes)) as settings.VNPAY_API_URL,
        pytest.raises(GatewayUnavailable),
    ):
        gateway_named("vnpay").refund(ORDER)


@pytest.mark.parametrize("command", ["refund", "querydr"])
def test_an_answer_with_a_wrong_signature_is_reported_and_counts_for_nothing(settings: Settings, command: str) -> None:
    forged = json.loads(answer_values(command, TAKEN)) | {"vnp_SecureHash": "0" * 128}
    gateway = gateway_named("vnpay")
    with answering(json.dumps(forged).encode()) as settings.VNPAY_API_URL:
        report = gateway.refund(ORDER) if command == "refund" else gateway.ask_about_refund(ORDER)
    assert (report.is_authentic, report.outcome, report.code) == (False, PENDING, "")


@pytest.mark.parametrize(
    ("changes", "outcome", "code"),
    [
        ({}, DONE, "status_00"),
        ({"TransactionStatus": "05"}, PENDING, "status_05"),
        ({"TransactionStatus": "09"}, REFUSED, "status_09"),
        # About the payment, another refund, another amount: nothing about ours.
        ({"TransactionType": "01"}, PENDING, "not_found"),
        ({"TransactionType": "03"}, PENDING, "not_found"),
        ({"Amount": "100"}, PENDING, "not_found"),
        ({"TransactionNo": "777"}, PENDING, "not_found"),
        ({"ResponseCode": "91"}, PENDING, "not_found"),
    ],
)
def test_an_answer_about_a_refund_counts_only_when_it_names_that_refund(
    settings: Settings, changes: dict[str, str], outcome: RefundOutcome, code: str
) -> None:
    with answering(answer_values("querydr", TAKEN | changes)) as settings.VNPAY_API_URL:
        report = gateway_named("vnpay").ask_about_refund(replace(ORDER, refund_no="14422999"))
    assert (report.is_authentic, report.outcome, report.code) == (True, outcome, code)


@pytest.mark.parametrize(
    ("order", "changes", "outcome"),
    [
        # Our number in the text is as good as VNPAY's number.
        (PART, {"OrderInfo": "Hoan phi r0002"}, DONE),
        (PART, {"OrderInfo": "Hoan phi r0001"}, PENDING),
        (PART, {"OrderInfo": "Hoan phi r00021"}, PENDING),
        # All of a payment goes back once; who was refused may be an earlier request.
        (ORDER, {"OrderInfo": ""}, DONE),
        (ORDER, {"OrderInfo": "", "TransactionStatus": "09"}, PENDING),
        (ORDER, {"OrderInfo": "Hoan phi r0002", "TransactionStatus": "09"}, REFUSED),
    ],
)
def test_without_the_providers_number_a_refund_is_known_by_ours(
    settings: Settings, order: RefundOrder, changes: dict[str, str], outcome: RefundOutcome
) -> None:
    kind = {"TransactionType": "02" if order is ORDER else "03", "Amount": str(order.amount * 100)}
    with answering(answer_values("querydr", TAKEN | kind | changes)) as settings.VNPAY_API_URL:
        assert gateway_named("vnpay").ask_about_refund(order).outcome == outcome


SAME_DAY, DAY_BEFORE = ORDER.asked_at.replace(hour=0, minute=1), ORDER.asked_at - timedelta(days=1)


@pytest.mark.parametrize(
    ("order", "changes", "outcome"),
    [
        (ORDER, {}, RefundOutcome.UNKNOWN),
        (replace(ORDER, sent_at=DAY_BEFORE), {}, RefundOutcome.UNKNOWN),
        (replace(PART, sent_at=SAME_DAY), {}, RefundOutcome.UNKNOWN),
        # VNPAY knows request ids of one day: sending a part again on another could give it back twice.
        (replace(PART, sent_at=DAY_BEFORE), {}, PENDING),
        (PART, {}, PENDING),
        (ORDER, {"TransactionStatus": "05"}, PENDING),
        (replace(ORDER, refund_no="14422999"), {}, PENDING),
    ],
)
def test_a_refund_is_unknown_only_where_sending_it_again_cannot_pay_twice(
    settings: Settings, order: RefundOrder, changes: dict[str, str], outcome: RefundOutcome
) -> None:
    payment = {"TransactionType": "01", "TransactionNo": "14422574", "OrderInfo": "Nop le phi"}
    with answering(answer_values("querydr", TAKEN | payment | changes)) as settings.VNPAY_API_URL:
        report = gateway_named("vnpay").ask_about_refund(order)
    assert (report.outcome, report.code) == (outcome, "not_found")


@pytest.mark.parametrize("changes", [{"ResponseCode": "94"}, {"ResponseCode": "99"}, {"TxnRef": "KHAC"}])
def test_an_enquiry_that_was_not_answered_is_unavailable(settings: Settings, changes: dict[str, str]) -> None:
    body = answer_values("querydr", TAKEN | changes)
    with answering(body) as settings.VNPAY_API_URL, pytest.raises(GatewayUnavailable):
        gateway_named("vnpay").ask_about_refund(ORDER)


@pytest.mark.parametrize(
    ("found", "code", "number"),
    [
        ({"TransactionStatus": "05"}, "status_05", "14422999"),
        ({"TransactionType": "01"}, "not_found", ""),
    ],
)
def test_a_request_known_already_is_asked_about_instead_of_failing(
    monkeypatch: pytest.MonkeyPatch, found: dict[str, str], code: str, number: str
) -> None:
    commands = []

    def post(_url: str, question: dict[str, str]) -> Any:
        commands.append(question["vnp_Command"])
        changes = {"ResponseCode": "94"} if question["vnp_Command"] == "refund" else found
        return json.loads(answer_values(question["vnp_Command"], TAKEN | changes))

    monkeypatch.setattr(vnpay_api, "_post_json", post)
    report = gateway_named("vnpay").refund(ORDER)
    assert commands == ["refund", "querydr"]
    assert (report.outcome, report.code, report.transaction_no) == (PENDING, code, number)


@pytest.mark.parametrize(("body", "status"), [(b"", 200), (b"[" * 60_000, 200), (b"x" * 70_000, 200), (b"{}", 502)])
def test_what_cannot_be_read_is_unavailable(settings: Settings, body: bytes, status: int) -> None:
    with answering(body, status) as settings.VNPAY_API_URL, pytest.raises(GatewayUnavailable):
        gateway_named("vnpay").refund(ORDER)
