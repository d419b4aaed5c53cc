"""What VNPAY is sent and how its messages are read, without a database."""

import json
import logging
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
from pytest_django import Settings

from payments.gateways import Enquiry, GatewayUnavailable, Outcome, PaymentOrder, gateway_named
from payments.gateways.vnpay import plain_order_info
from payments.gateways.vnpay_codes import RESPONSE_SENTENCES, outcome_of, outcome_of_enquiry, sentence_for
from payments.sandbox.signing import Signer
from tests.payments.provider import SECRET, signed

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
ORDER = PaymentOrder(
    reference="H36-250505-0001-1",
    amount=135_000,
    created_at="20250505083000",
    expires_at=datetime(2025, 5, 5, 8, 45, tzinfo=VIETNAM),
    summary="Nộp lệ phí hồ sơ H36-250505-0001",
    client_address="127.0.0.1",
    language="vi",
    return_url="https://dvc.example.vn/thanh-toan/vnpay/ket-qua",
)
PAID = {
    "vnp_Amount": "13500000",
    "vnp_BankCode": "NCB",
    "vnp_ResponseCode": "00",
    "vnp_TmnCode": "DEMO0001",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionStatus": "00",
    "vnp_TxnRef": "H36-250505-0001-1",
}


def test_the_pay_address_is_the_vector_of_the_specification() -> None:
    url = gateway_named("vnpay").payment_url(ORDER)
    assert url == (
        "https://sandbox.vnpayment.vn/paymentv2/vpcpay.html?vnp_Amount=13500000&vnp_Command=pay"
        "&vnp_CreateDate=20250505083000&vnp_CurrCode=VND&vnp_ExpireDate=20250505084500&vnp_IpAddr=127.0.0.1"
        "&vnp_Locale=vn&vnp_OrderInfo=Nop+le+phi+ho+so+H36+250505+0001&vnp_OrderType=other"
        "&vnp_ReturnUrl=https%3A%2F%2Fdvc.example.vn%2Fthanh-toan%2Fvnpay%2Fket-qua&vnp_TmnCode=DEMO0001"
        "&vnp_TxnRef=H36-250505-0001-1&vnp_Version=2.1.0&vnp_SecureHash="
        "4151ea6ddf1337291af4a4fdad8721e01d7b30a7e3eefa2e93ada380e35abc9d"
        "243544f6e59e56ab98d49d78d1d8d2c97067d762d4e63a52bcc2cd891a6951a4"
    )
    assert "SecureHashType" not in url


def test_an_independent_implementation_accepts_the_pay_address() -> None:
    fields = dict(parse_qsl(urlsplit(gateway_named("vnpay").payment_url(ORDER)).query))
    assert Signer(SECRET).of_query(fields) == fields["vnp_SecureHash"]


@pytest.mark.parametrize("channel", ["VNPAYQR", "VNBANK", "INTCARD"])
def test_a_channel_chosen_beforehand_is_sent_and_signed(channel: str) -> None:
    fields = dict(parse_qsl(urlsplit(gateway_named("vnpay").payment_url(replace(ORDER, channel=channel))).query))
    assert fields["vnp_BankCode"] == channel
    assert Signer(SECRET).of_query(fields) == fields["vnp_SecureHash"]


def test_without_a_choice_or_with_none_of_ours_the_choice_is_vnpays_own_page() -> None:
    vnpay = gateway_named("vnpay")
    assert list(vnpay.channels) == ["VNPAYQR", "VNBANK", "INTCARD"]
    assert "vnp_BankCode" not in vnpay.payment_url(ORDER)
    assert vnpay.payment_url(replace(ORDER, channel="GOLD")) == vnpay.payment_url(ORDER)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Nộp lệ phí: Đăng ký (tạm trú) – H36.14~1*", "Nop le phi Dang ky tam tru H36 14 1"),
        ("ĐỔI GIẤY PHÉP", "DOI GIAY PHEP"),
        ("a" * 300, "a" * 255),
        ("'!~*()", ""),
    ],
)
def test_order_info_keeps_only_what_every_encoder_agrees_on(text: str, plain: str) -> None:
    assert plain_order_info(text) == plain


def test_a_right_message_is_read_whole() -> None:
    report = gateway_named("vnpay").read_message(signed(PAID))
    assert report.is_authentic
    assert report.is_for_us
    assert (report.reference, report.amount, report.currency) == ("H36-250505-0001-1", 135_000, "VND")
    assert (report.outcome, report.code) == (Outcome.PAID, "00")
    assert (report.transaction_no, report.bank_code) == ("14422574", "NCB")


def test_a_hash_in_capitals_with_a_hash_type_beside_it_is_accepted() -> None:
    message = signed(PAID)
    message |= {"vnp_SecureHash": message["vnp_SecureHash"].upper(), "vnp_SecureHashType": "HmacSHA512"}
    assert gateway_named("vnpay").read_message(message).is_authentic


@pytest.mark.parametrize("name", sorted(PAID))
def test_changing_any_signed_value_breaks_the_signature(name: str) -> None:
    message = signed(PAID)
    message[name] += "1"
    assert not gateway_named("vnpay").read_message(message).is_authentic


def test_without_keys_nothing_is_authentic(settings: Settings) -> None:
    settings.VNPAY_HASH_SECRET = ""
    message = {**PAID, "vnp_SecureHash": "b" * 128}
    assert not gateway_named("vnpay").read_message(message).is_authentic
    assert not gateway_named("vnpay").is_configured()


def test_a_message_with_more_parameters_than_any_real_one_is_not_authentic() -> None:
    message = signed(PAID | {f"vnp_Extra{number}": "1" for number in range(60)})
    report = gateway_named("vnpay").read_message(message)
    assert not report.is_authentic
    assert len(report.raw) == 40


@pytest.mark.parametrize("amount", ["", "13500050", "-13500000", "1e9", "13500000.0", "۱۳۵", "9" * 15])
def test_an_amount_that_is_not_whole_dong_is_no_amount(amount: str) -> None:
    assert gateway_named("vnpay").read_message(signed(PAID | {"vnp_Amount": amount})).amount is None


@pytest.mark.parametrize(
    ("response_code", "status", "outcome"),
    [
        ("00", "00", Outcome.PAID),
        ("00", "01", Outcome.PENDING),
        ("00", "02", Outcome.FAILED),
        # Half said, said twice and differently, or said in a way nobody documented: asked, never failed.
        ("00", "", Outcome.PENDING),
        ("00", "42", Outcome.PENDING),
        ("", "00", Outcome.PENDING),
        ("51", "00", Outcome.PENDING),
        ("???", "??", Outcome.PENDING),
        ("???", "02", Outcome.FAILED),
        ("00", "04", Outcome.SUSPECTED),
        ("00", "07", Outcome.SUSPECTED),
        ("07", "00", Outcome.SUSPECTED),
        ("00", "05", Outcome.SUSPECTED),
        ("11", "02", Outcome.EXPIRED),
        ("24", "02", Outcome.CANCELLED),
        ("09", "02", Outcome.FAILED),
        ("99", "02", Outcome.FAILED),
    ],
)
def test_paid_means_both_codes_are_00(response_code: str, status: str, outcome: Outcome) -> None:
    assert outcome_of(response_code, status) == outcome


@pytest.mark.parametrize(
    ("answer_code", "kind", "status", "outcome"),
    [
        ("00", "01", "00", Outcome.PAID),
        ("00", "01", "01", Outcome.PENDING),
        ("00", "01", "02", Outcome.FAILED),
        ("00", "01", "42", Outcome.PENDING),
        ("00", "02", "00", Outcome.SUSPECTED),
        ("00", "01", "07", Outcome.SUSPECTED),
        ("91", "", "", Outcome.NOT_FOUND),
        ("94", "", "00", None),
        ("97", "", "00", None),
        ("99", "", "00", None),
    ],
)
def test_an_answer_to_a_question_is_read(answer_code: str, kind: str, status: str, outcome: Outcome | None) -> None:
    assert outcome_of_enquiry(answer_code, kind, status) == outcome


def test_every_documented_code_has_words_and_an_unknown_one_reads_like_99() -> None:
    documented = ["00", "07", "09", "10", "11", "12", "13", "24", "51", "65", "75", "79", "99"]
    assert sorted(RESPONSE_SENTENCES) == documented
    assert len({str(sentence) for sentence in RESPONSE_SENTENCES.values()}) == 13
    assert sentence_for("42") == RESPONSE_SENTENCES["99"]


def test_the_secret_is_in_no_repr_and_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = gateway_named("vnpay")
    url = gateway.payment_url(ORDER)
    report = gateway.read_message(signed(PAID))
    said = " ".join([repr(gateway), repr(vars(gateway)), repr(report), json.dumps(report.raw), url, caplog.text])
    assert SECRET not in said


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "http://127.0.0.1:9/nobody"])
def test_an_address_that_cannot_answer_may_heal_and_says_nothing_of_the_question(settings: Settings, url: str) -> None:
    settings.VNPAY_API_URL = url
    asked_at = datetime(2025, 5, 5, 9, 0, tzinfo=VIETNAM)
    with pytest.raises(GatewayUnavailable) as raised:
        gateway_named("vnpay").ask(Enquiry("r1", "H36-1", "20250505083000", asked_at))
    assert raised.value.may_heal
    assert str(raised.value) == "gateway_unavailable"
