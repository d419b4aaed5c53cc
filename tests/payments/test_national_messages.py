"""MaXacThuc against vectors made with sha256sum, bodies that are no message, and settings that must stand together."""

import json
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from payments.gateways import gateway_named, national_messages
from payments.gateways.national_messages import (
    HASH,
    HASHED,
    MessageUnreadable,
    authentication_code,
    is_authentic,
    kept,
    read_object,
    whole_dong,
)
from portal.settings import environment
from tests.payments.national_platform import SECRET, confirmation

REFERENCE = "H362505050001ABC1"
ORDER = {
    "PhienBan": "1.0.6",
    "MaDoiTac": "MOTCUA36",
    "MaThamChieu": REFERENCE,
    "SoTien": "135000",
    "LoaiHinhThanhToan": "PAY",
    "MaKenhThanhToan": "1",
    "MaThietBi": "1",
    "NgonNgu": "vi-VN",
    "MaTienTe": "VND",
    "MaNganHang": "PAYMENT",
    "ThongTinGiaoDich": "Nop le phi H36-250505-0001",
    "ThoiGianGD": "20250505083000",
    "Ip": "203.0.113.7",
}
RESULT = {
    "MaLoi": "00",
    "MaDoiTac": "MOTCUA36",
    "MaThamChieu": REFERENCE,
    "SoTien": "135000",
    "MaTienTe": "VND",
    "MaGiaoDich": "NP0000012345",
    "MaNganHang": "VCB",
    "ThoiGianGD": "20250505083512",
    "ThongTinGiaoDich": "Nop le phi H36-250505-0001",
}
# printf 'INIT|1.0.6|…|203.0.113.7|<secret>' | sha256sum
VECTORS = [
    ("init", {"LoaiBanTin": "INIT", **ORDER}, "0dfd4cb4a15457e203ebe73be96a44a42fe9c6120f6ea7cc76078a37869fcf3e"),
    ("query", {"LoaiBanTin": "QUERY", **ORDER}, "75f1feeba37040fa71a9e6e87dff97287a48e441084a996dc9027b427554dac7"),
    (
        "get_bill",
        {"LoaiBanTin": "GET_BILL", **ORDER},
        "f65df1e60b1045c86e004a148ead1155867cec19c59e78197cd4005c3682ed29",
    ),
    (
        "confirm",
        {"LoaiBanTin": "CONFIRM", **RESULT},
        "9540798e8d29fc9af32124642950fb966d99148087f88ed0c5ce6a0d030fac4e",
    ),
    (
        "query_answer",
        {"LoaiBanTin": "QUERY", **RESULT, "TrangThaiGD": "1"},
        "217fed955c96d0e375167d347f171a81364a4307db19c6372078ac5c3a312f5c",
    ),
    ("confirm_answer", RESULT, "3c6806bb81bb2277d00d2ce18ee2a35bae6404ded53adb57c40b29996f3269da"),
]


@pytest.mark.parametrize(("kind", "fields", "expected"), VECTORS, ids=[vector[0] for vector in VECTORS])
def test_the_hash_of_each_message_is_as_sha256sum_gives_it(kind: str, fields: dict[str, str], expected: str) -> None:
    assert authentication_code(kind, fields, SECRET) == expected
    assert is_authentic(kind, {**fields, HASH: expected.upper()}, SECRET)


def test_every_kind_of_message_has_its_vector() -> None:
    assert {vector[0] for vector in VECTORS} == set(HASHED)


@pytest.mark.parametrize("name", HASHED["confirm"])
def test_a_change_in_any_hashed_field_is_found(name: str) -> None:
    fields = {key: str(value) for key, value in confirmation(REFERENCE, 135_000).items()}
    assert is_authentic("confirm", fields, SECRET)
    assert not is_authentic("confirm", fields | {name: fields[name] + "0"}, SECRET)
    assert not is_authentic("confirm", {key: value for key, value in fields.items() if key != name}, SECRET)


def test_a_bar_inside_a_value_cannot_shift_the_fields() -> None:
    fields = {key: str(value) for key, value in confirmation(REFERENCE, 135_000).items()}
    shifted = fields | {"MaThamChieu": f"{REFERENCE}|135000", "SoTien": "VND", "MaTienTe": "NP0000012345"}
    shifted |= {"MaGiaoDich": "VCB", "MaNganHang": "20250505083512", "ThoiGianGD": fields["ThongTinGiaoDich"]}
    shifted["ThongTinGiaoDich"] = ""
    parts = [shifted[name] for name in HASHED["confirm"]]
    assert "|".join(parts).rstrip("|") == "|".join(fields[name] for name in HASHED["confirm"])
    fields_in_two = {**fields, "MaNganHang": "VCB|20250505083512", "ThoiGianGD": ""}
    for told in (shifted, fields_in_two):
        told[HASH] = authentication_code("confirm", told, SECRET)
        assert not is_authentic("confirm", told, SECRET)


@pytest.mark.parametrize("claimed", ["", "0" * 64, "đ" * 64, "x", "0" * 5_000])
def test_an_odd_hash_is_wrong_and_no_error(claimed: str) -> None:
    assert not is_authentic("confirm", {"LoaiBanTin": "CONFIRM", **RESULT, HASH: claimed}, SECRET)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"1",
        b'"a"',
        b"<html>",
        b"\xff\xfe",
        b"{",
        b"[" * 100_000,
        b'{"a": [1]}',
        b'{"a": {}}',
        b'{"a": true}',
        b'{"a": 1.5}',
        b'{"a": NaN}',
        b'{"a": ' + b"9" * 5_000 + b"}",
        b'{"SoTien": 1, "SoTien": 135000}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_that_is_no_flat_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(MessageUnreadable):
        read_object(body)


def test_numbers_and_nulls_become_texts() -> None:
    assert read_object(b'{"SoTien": 135000, "Token": null, "MaLoi": "00"}') == {
        "SoTien": "135000",
        "Token": "",
        "MaLoi": "00",
    }


def test_what_is_kept_is_known_bounded_and_storable() -> None:
    fields = {"MaLoi": "0\x00\ud800", "ThongTinGiaoDich": "x" * 9_000, "Token": "4111111111111111", HASH: "a"}
    assert kept("confirm", fields) == {"MaLoi": "0\ufffd?", "ThongTinGiaoDich": "x" * 512, HASH: "a"}


@pytest.mark.parametrize(
    ("text", "amount"),
    [("135000", 135_000), ("0", 0), ("", None), ("-1", None), ("1e5", None), ("135000.00", None), ("٣", None)],
)
def test_an_amount_is_whole_dong_or_nothing(text: str, amount: int | None) -> None:
    assert whole_dong(text) == amount


@pytest.mark.parametrize("verdict", ["not_authentic", "error"])
def test_what_was_not_authentic_is_never_given_back_under_our_hash(verdict: str, national: Any) -> None:
    answer = gateway_named("national").answer(verdict, {"MaThamChieu": REFERENCE, "MaDoiTac": "MOTCUA36"})
    assert set(answer) == {"MaLoi", "MoTaLoi"}


NAMES = ("NATIONAL_PAYMENT_PARTNER_CODE", "NATIONAL_PAYMENT_SECRET")


@pytest.mark.parametrize("given", NAMES)
def test_half_a_configuration_stops_the_start_and_repeats_no_value(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    environment.all_or_none(*NAMES)
    monkeypatch.setenv(given, "gia-tri-bi-mat")
    with pytest.raises(ImproperlyConfigured) as refusal:
        environment.all_or_none(*NAMES)
    assert "gia-tri-bi-mat" not in str(refusal.value)
    assert next(name for name in NAMES if name != given) in str(refusal.value)


def test_the_platforms_addresses_must_be_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NATIONAL_PAYMENT_INIT_URL", raising=False)
    assert environment.optional_address("NATIONAL_PAYMENT_INIT_URL", schemes=("https",)) == ""
    monkeypatch.setenv("NATIONAL_PAYMENT_INIT_URL", "http://nen-tang.example.vn/init")
    with pytest.raises(ImproperlyConfigured):
        environment.optional_address("NATIONAL_PAYMENT_INIT_URL", schemes=("https",))
    assert environment.origin("https://nen-tang.example.vn:8443/a/b?c") == "https://nen-tang.example.vn:8443"


def test_json_of_the_fake_reads_back(national: Any) -> None:
    told = confirmation(REFERENCE, 135_000)
    assert is_authentic("confirm", read_object(json.dumps(told).encode()), SECRET)


def test_a_crash_while_the_code_is_reckoned_reports_everything_but_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(national_messages, "hashlib", object())
    try:
        is_authentic("init", ORDER, SECRET)
    except AttributeError:
        details = sys.exc_info()
    reporter = ExceptionReporter(RequestFactory().get("/thanh-toan/"), *details)
    # As an administrator's mail has it.
    reporter.filter.is_active = lambda request: True  # type: ignore[method-assign, assignment]
    report = reporter.get_traceback_html() + reporter.get_traceback_text()
    assert "authentication_code" in report
    assert "135000" in report
    assert SECRET not in report
