"""Paying by the national platform: one INIT that counts, QUERY by the sweep, the platform's receipt, all misbehaviour."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from payments import services, tasks
from payments.enums import PaymentMethod
from payments.errors import OnlinePaymentNotConfigured
from payments.gateways import GatewayRefused, GatewayUnavailable
from payments.models import Charge, LedgerEntry, PaymentAttempt, ProviderMessage
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import Actor
from portal.core.models import OutboxEvent
from tests.factories.payments import ChargeFactory, actor_of
from tests.payments.national_platform import (
    MISBEHAVIOURS,
    PARTNER,
    TOKEN,
    Answer,
    Platform,
    as_json,
)
from tests.payments.test_concurrency import at_once


def start(actor: Actor, charge: Charge, language: str = "vi") -> str:
    return services.start_online_payment(
        actor=actor,
        charge_id=charge.pk,
        client_address="203.0.113.7",
        language=language,
        method=PaymentMethod.NATIONAL,
    )


def sweep() -> PaymentAttempt:
    PaymentAttempt.objects.update(next_enquiry_at=clock.now())
    tasks.ask_about_open_attempts()
    return PaymentAttempt.objects.select_related("charge").get()


def ledger() -> list[tuple[str, int]]:
    return list(LedgerEntry.objects.order_by("pk").values_list("kind", "amount"))


@time_machine.travel("2025-05-05T01:30:00Z", tick=False)
def test_the_platform_is_told_exactly_what_is_owed(payer: Actor, an: User, national: Platform) -> None:
    charge = ChargeFactory(
        payer=an,
        subject_label="H36-250505-0001",
        agency__code="H36.101",
        context={"procedure_code": "1.004194", "procedure_name": "Cấp giấy phép"},
    )
    url = start(payer, charge)
    reference = f"H362505050001{charge.pk.hex[-12:].upper()}1"
    assert url == f"{national.url}/trang/{reference}?phien=1"
    (message,) = national.heard
    assert len(message.pop("MaXacThuc")) == 64
    assert message == {
        "LoaiBanTin": "INIT",
        "PhienBan": "1.0.6",
        "MaDoiTac": PARTNER,
        "MaThamChieu": reference,
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
        "ThongTinBienLai": {
            "MaDichVu": "2",
            "MaTTHC": "1.004194",
            "TenTTHC": "Cấp giấy phép",
            "MaDVC": "1.004194.01",
            "MaDonVi": "H36.101",
            "MaHoSo": "H36-250505-0001",
            "TKThuHuong": "0011004455667",
            "MaNHThuHuong": "VCB",
            "TenTKThuHuong": "SO XAY DUNG",
            "NoiDungThanhToan": "Lệ phí cấp giấy phép lái xe",
            "PhiLePhi": [
                {
                    "LoaiPhiLePhi": "LePhi",
                    "MaPhiLePhi": "1.004194",
                    "TenPhiLePhi": "Lệ phí cấp giấy phép lái xe",
                    "SoTien": "135000",
                }
            ],
            "DSKhoanNop": [{"NoiDung": "Lệ phí cấp giấy phép lái xe", "SoTien": "135000"}],
        },
    }
    assert national.tokens == [f"Bearer {TOKEN}"]
    attempt = charge.attempts.get()
    assert (attempt.state, attempt.provider, attempt.provider_url) == ("redirected", "national", url)
    assert attempt.next_enquiry_at == clock.now() + timedelta(minutes=3)


def test_coming_back_gives_the_same_address_without_a_second_init(
    payer: Actor, charge: Charge, national: Platform
) -> None:
    assert start(payer, charge) == start(payer, charge)
    assert len(national.asked("INIT")) == 1
    assert charge.attempts.count() == 1


def test_another_method_ends_the_try_and_a_new_one_has_a_new_reference(
    payer: Actor, charge: Charge, national_attempt: PaymentAttempt, national: Platform
) -> None:
    services.start_online_payment(actor=payer, charge_id=charge.pk, client_address="::1", language="vi")
    national_attempt.refresh_from_db()
    assert (national_attempt.state, national_attempt.failure_code) == ("expired", "superseded")
    start(payer, charge)
    assert len({message["MaThamChieu"] for message in national.asked("INIT")}) == 2
    assert charge.attempts.count() == 3


def test_without_keys_the_platform_is_not_offered(payer: Actor, charge: Charge) -> None:
    with pytest.raises(OnlinePaymentNotConfigured):
        start(payer, charge)
    assert PaymentAttempt.objects.count() == 0


@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_an_init_that_gives_no_usable_answer_leaves_the_try_to_be_begun_again(
    payer: Actor, charge: Charge, national: Platform, name: str
) -> None:
    national.answers["INIT"] = MISBEHAVIOURS[name](national)
    with pytest.raises(GatewayUnavailable) as trouble:
        start(payer, charge)
    assert str(trouble.value) == "gateway_unavailable"
    attempt = charge.attempts.get()
    assert (attempt.state, attempt.provider_url, attempt.failure_code) == ("created", "", "")
    assert ledger() == [("charged", 135_000)]
    assert national.followed == []
    national.answers.clear()
    assert start(payer, charge).startswith(f"{national.url}/trang/{attempt.provider_reference}?")
    assert {message["MaThamChieu"] for message in national.heard} == {attempt.provider_reference}


@pytest.mark.parametrize(
    "url",
    [
        *("", "https://example.com/trang", "javascript:alert(1)", "//example.com/", "/trang", "{url}.example.com/"),
        *("{url}@example.com/", "{url}/a b", "{url}/\\example.com", "{url}/\r\nX: 1", "{url}/" + "a" * 3_000),
    ],
)
def test_a_payer_is_sent_nowhere_but_to_the_platform(
    payer: Actor, charge: Charge, national: Platform, url: str
) -> None:
    national.init_changes = {"UrlThanhToan": url.replace("{url}", national.url)}
    with pytest.raises(GatewayUnavailable):
        start(payer, charge)
    assert charge.attempts.get().state == "created"


def test_a_platform_that_does_not_answer_costs_no_more_than_the_wait(
    payer: Actor, charge: Charge, national: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(_message: dict[str, Any]) -> Answer:
        national.is_over.wait(timeout=10)
        return as_json({})

    monkeypatch.setattr("payments.gateways.national_api.TIMEOUT_SECONDS", 0.1)
    national.answers["INIT"] = hang
    with pytest.raises(GatewayUnavailable):
        start(payer, charge)
    assert charge.attempts.get().state == "created"


def test_an_answer_wrapped_by_the_ministrys_bus_is_understood(payer: Actor, charge: Charge, national: Platform) -> None:
    inner = {"MaLoi": "00", "UrlThanhToan": f"{national.url}/trang/1"}
    national.answers["INIT"] = lambda _m: as_json({"error_code": "0", "message": json.dumps(inner)})
    assert start(payer, charge) == f"{national.url}/trang/1"


def test_a_refused_init_ends_the_try_in_words_and_the_next_has_a_new_reference(
    client: Client, an: User, payer: Actor, charge: Charge, national: Platform
) -> None:
    national.answers["INIT"] = lambda _m: as_json({"MaLoi": "05", "MoTaLoi": "Tai khoan thu huong sai"})
    with pytest.raises(GatewayRefused) as refusal:
        start(payer, charge)
    assert str(refusal.value) == "gateway_refused"
    first = charge.attempts.get()
    assert (first.state, first.failure_code, first.next_enquiry_at is not None) == ("failed", "init_05", True)
    client.force_login(an)
    page = client.get(f"/thanh-toan/{charge.pk}/").content.decode()
    assert "Nền tảng thanh toán quốc gia không nhận yêu cầu thanh toán này" in page
    assert "Tai khoan thu huong sai" not in page
    national.answers.clear()
    start(payer, charge)
    assert charge.attempts.exclude(pk=first.pk).get().provider_reference[-1] == "2"


@pytest.mark.django_db(transaction=True)
def test_ten_clicks_at_once_are_one_try_and_one_address(national: Platform) -> None:
    charge = ChargeFactory()
    actor = actor_of(charge.payer)
    addresses = set(at_once(*[lambda: start(actor, charge)] * 10))
    attempt = PaymentAttempt.objects.get()
    assert addresses == {attempt.provider_url}
    assert attempt.state == "redirected"
    assert {message["MaThamChieu"] for message in national.heard} == {attempt.provider_reference}


def test_of_two_answers_to_one_order_the_first_stored_is_handed_out(
    payer: Actor, charge: Charge, national: Platform
) -> None:
    """The click that comes second is answered first: what was in flight before it must not win."""

    def overtaken(message: dict[str, Any]) -> Answer:
        PaymentAttempt.objects.filter(provider_reference=message["MaThamChieu"]).update(
            state="redirected", provider_url=f"{national.url}/trang/cua-lan-bam-kia"
        )
        return national._init(message)

    def told(url: str, question: dict[str, Any]) -> dict[str, str]:
        return {name: str(value) for name, value in json.loads(overtaken(question)[1]).items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("payments.gateways.national.ask_for_object", told)
        assert start(payer, charge) == f"{national.url}/trang/cua-lan-bam-kia"


@pytest.mark.parametrize("error", [GatewayUnavailable(), GatewayRefused("init_94")])
def test_a_click_that_the_platform_turns_away_gets_the_address_of_the_other_click(
    payer: Actor, charge: Charge, national: Platform, monkeypatch: pytest.MonkeyPatch, error: GatewayUnavailable
) -> None:
    def overtaken(url: str, question: dict[str, Any]) -> dict[str, str]:
        PaymentAttempt.objects.update(state="redirected", provider_url=f"{national.url}/trang/mot")
        raise error

    monkeypatch.setattr("payments.gateways.national.ask_for_object", overtaken)
    assert start(payer, charge) == f"{national.url}/trang/mot"
    assert charge.attempts.get().state == "redirected"


def test_an_address_that_comes_when_the_try_is_over_is_not_handed_out(
    payer: Actor, charge: Charge, national: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(url: str, question: dict[str, Any]) -> dict[str, str]:
        PaymentAttempt.objects.update(state="failed", failure_code="init_94", finished_at=clock.now())
        return {"MaLoi": "00", "UrlThanhToan": f"{national.url}/trang/hai"}

    monkeypatch.setattr("payments.gateways.national.ask_for_object", overtaken)
    with pytest.raises(GatewayUnavailable):
        start(payer, charge)
    attempt = charge.attempts.get()
    assert (attempt.state, attempt.provider_url) == ("failed", "")


@pytest.mark.parametrize(
    ("state", "end"), [("1", "succeeded"), ("3", "redirected"), ("4", "failed"), ("7", "redirected")]
)
def test_the_sweep_asks_and_acts_on_the_state_of_the_payment(
    national_attempt: PaymentAttempt, national: Platform, state: str, end: str
) -> None:
    national.pay(national_attempt.provider_reference, state)
    attempt = sweep()
    is_paid = state == "1"
    assert attempt.state == end
    assert attempt.charge.state == ("settled" if is_paid else "owed")
    assert ledger() == [("charged", 135_000), *([("settled", 135_000)] if is_paid else [])]
    assert attempt.failure_code == ("state_4" if state == "4" else "")
    (question,) = national.asked("QUERY")
    assert question["ThoiGianGD"] == national_attempt.provider_created_at


@pytest.mark.parametrize(
    "changes",
    [
        {"MaXacThuc": "0" * 64},
        {"MaXacThuc": ""},
        {"LoaiBanTin": "CONFIRM"},
        {"MaDoiTac": "NGUOIKHAC"},
        {"MaThamChieu": "KHAC1"},
        {"SoTien": 1},
        {"MaTienTe": "USD"},
        {"MaLoi": "99"},
        {"MaLoi": "01"},
    ],
)
def test_an_answer_that_does_not_prove_this_payment_changes_nothing(
    national_attempt: PaymentAttempt, national: Platform, changes: dict[str, Any]
) -> None:
    national.pay(national_attempt.provider_reference)
    national.query_changes = changes
    attempt = sweep()
    assert (attempt.state, attempt.charge.state, attempt.enquiries) == ("redirected", "owed", 1)
    assert attempt.next_enquiry_at is not None
    assert ledger() == [("charged", 135_000)]
    assert OutboxEvent.objects.count() == 0


@pytest.mark.parametrize("name", ["html", "nothing", "a list", "a server error", "a redirect", "a huge body"])
def test_a_query_without_a_usable_answer_costs_a_wait(
    national_attempt: PaymentAttempt, national: Platform, name: str
) -> None:
    national.answers["QUERY"] = MISBEHAVIOURS[name](national)
    attempt = sweep()
    assert (attempt.state, attempt.enquiries) == ("redirected", 1)
    assert ProviderMessage.objects.count() == 0
    assert national.followed == []


def test_a_payment_told_by_nobody_is_found_late_all_the_same(
    national_attempt: PaymentAttempt, national: Platform
) -> None:
    national.answers["QUERY"] = MISBEHAVIOURS["html"](national)
    PaymentAttempt.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    assert (sweep().state, PaymentAttempt.objects.get().failure_code) == ("expired", "no_answer")
    national.answers.clear()
    national.pay(national_attempt.provider_reference)
    assert sweep().charge.state == "settled"
    assert ledger() == [("charged", 135_000), ("settled", 135_000)]
