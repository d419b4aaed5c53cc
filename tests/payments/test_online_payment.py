"""Starting to pay: a reference for each try, one try for a double click, and clear refusals."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
import time_machine
from pytest_django import Settings

from payments import services
from payments.enums import AttemptState
from payments.errors import (
    ChargeAlreadyCancelled,
    ChargeAlreadySettled,
    ChargeNotFound,
    OnlinePaymentNotConfigured,
    OnlinePaymentNotOffered,
    PaymentBeingConfirmed,
    PaymentUnderReview,
)
from payments.models import Charge, PaymentAttempt
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import ANONYMOUS, Actor
from portal.core.errors import PortalError
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory, actor_of
from tests.payments.provider import notification


def _start(actor: Actor, charge: Charge, language: str = "vi") -> dict[str, str]:
    url = services.start_online_payment(
        actor=actor, charge_id=charge.pk, client_address="203.0.113.7", language=language
    )
    return dict(parse_qsl(urlsplit(url).query))


@time_machine.travel("2025-05-05T01:30:00Z", tick=False)
def test_the_payer_is_sent_to_pay_exactly_what_is_owed(charge: Charge, payer: Actor, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://dvc.example.vn"
    sent = _start(payer, charge)
    reference = f"H36-250505-0001-{charge.pk.hex[-12:].upper()}-1"
    assert sent.pop("vnp_SecureHash")
    assert sent == {
        "vnp_Version": "2.1.0",
        "vnp_Command": "pay",
        "vnp_TmnCode": "DEMO0001",
        "vnp_Amount": "13500000",
        "vnp_CreateDate": "20250505083000",
        "vnp_ExpireDate": "20250505084500",
        "vnp_CurrCode": "VND",
        "vnp_IpAddr": "203.0.113.7",
        "vnp_Locale": "vn",
        "vnp_OrderInfo": "Nop le phi H36 250505 0001",
        "vnp_OrderType": "other",
        "vnp_ReturnUrl": "https://dvc.example.vn/thanh-toan/vnpay/ket-qua/",
        "vnp_TxnRef": reference,
    }
    attempt = charge.attempts.get()
    assert (attempt.state, attempt.amount, attempt.provider_reference) == ("redirected", 135_000, reference)
    assert (attempt.provider_created_at, attempt.expires_at) == ("20250505083000", clock.now() + timedelta(minutes=15))
    assert attempt.next_enquiry_at == clock.now() + timedelta(minutes=3)


def test_english_speakers_get_the_english_pay_page(charge: Charge, payer: Actor) -> None:
    assert _start(payer, charge, "en")["vnp_Locale"] == "en"


def test_a_second_click_gives_the_same_try(charge: Charge, payer: Actor) -> None:
    assert _start(payer, charge)["vnp_TxnRef"] == _start(payer, charge)["vnp_TxnRef"]
    assert charge.attempts.count() == 1


def test_a_try_that_is_nearly_over_is_replaced_and_still_asked_about(charge: Charge, payer: Actor) -> None:
    old = OnlineAttemptFactory(charge=charge, expires_at=clock.now() + timedelta(seconds=30))
    reference = _start(payer, charge)["vnp_TxnRef"]
    old.refresh_from_db()
    assert (old.state, old.failure_code, old.next_enquiry_at is not None) == ("expired", "superseded", True)
    assert reference.endswith("-2")
    assert charge.attempts.filter(state=AttemptState.REDIRECTED).get().provider_reference == reference


def test_after_a_failure_the_next_try_has_a_reference_of_its_own(charge: Charge, payer: Actor) -> None:
    first = _start(payer, charge)["vnp_TxnRef"]
    failed = notification(charge.attempts.get(), ResponseCode="51", TransactionStatus="02")
    services.record_provider_message(provider="vnpay", kind="notification", parameters=failed)
    assert _start(payer, charge)["vnp_TxnRef"] == first.removesuffix("1") + "2"


def test_a_long_label_still_fits_into_the_reference(an: User) -> None:
    charge = ChargeFactory(payer=an, subject_label="Ệ" * 80)
    reference = _start(actor_of(an), charge)["vnp_TxnRef"]
    assert len(reference) <= 100
    assert reference.replace("-", "").isalnum()
    assert reference.isascii()


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"state": "settled", "settled_at": clock.now()}, ChargeAlreadySettled),
        ({"state": "cancelled", "cancelled_at": clock.now()}, ChargeAlreadyCancelled),
        ({"accepts_online": False}, OnlinePaymentNotOffered),
    ],
)
def test_a_charge_that_cannot_be_paid_online_is_refused(
    an: User, change: dict[str, Any], error: type[PortalError]
) -> None:
    charge = ChargeFactory(payer=an, **change)
    with pytest.raises(error):
        _start(actor_of(an), charge)
    assert PaymentAttempt.objects.count() == 0


def test_a_stranger_nobody_and_a_made_up_charge_look_the_same(charge: Charge, chi: User, payer: Actor) -> None:
    for actor in (actor_of(chi), ANONYMOUS):
        with pytest.raises(ChargeNotFound):
            _start(actor, charge)
    with pytest.raises(ChargeNotFound):
        services.start_online_payment(actor=payer, charge_id=uuid4(), client_address="::1", language="vi")
    assert PaymentAttempt.objects.count() == 0


@pytest.mark.parametrize("name", ["VNPAY_TMN_CODE", "VNPAY_HASH_SECRET"])
def test_without_keys_nothing_is_started(charge: Charge, payer: Actor, settings: Settings, name: str) -> None:
    setattr(settings, name, "")
    with pytest.raises(OnlinePaymentNotConfigured):
        _start(payer, charge)
    assert PaymentAttempt.objects.count() == 0


def test_nobody_is_led_to_pay_twice_while_a_signed_success_waits_for_its_confirmation(
    attempt: PaymentAttempt, payer: Actor
) -> None:
    services.record_provider_message(provider="vnpay", kind="return", parameters=notification(attempt))
    with pytest.raises(PaymentBeingConfirmed):
        _start(payer, attempt.charge)
    assert PaymentAttempt.objects.count() == 1


def test_nobody_is_led_to_pay_twice_while_the_bank_looks_at_a_suspect_payment(
    attempt: PaymentAttempt, payer: Actor
) -> None:
    suspect = notification(attempt, ResponseCode="07", TransactionStatus="07")
    services.record_provider_message(provider="vnpay", kind="notification", parameters=suspect)
    with pytest.raises(PaymentUnderReview):
        _start(payer, attempt.charge)
    assert PaymentAttempt.objects.count() == 1
