"""The key of the merchant: in no log, error, admin page, message, repr, report of a crash, or page of the sandbox."""

import io
import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter
from pytest_django import Settings

from payments import services
from payments.gateways import Enquiry, GatewayUnavailable, gateway_named, vnpay_signature
from payments.models import PaymentAttempt, ProviderMessage
from payments.sandbox.config import from_environment
from portal.core import clock, outbox
from portal.core.actors import SYSTEM, Actor
from portal.core.models import OutboxEvent
from portal.notifications.models import MailDelivery
from tests.factories.payments import PayerFactory
from tests.payments.provider import ROOT, SECRET, answering, notification, press, query_answer, watched_sandbox
from tests.payments.test_vnpay_refund import ORDER

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Parts of it must not be found either.
PARTS = [SECRET, SECRET.lower(), SECRET[:16], SECRET[16:]]


def expect_clean(text: str, where: str) -> None:
    found = [part for part in PARTS if part in text]
    assert not found, where


def _crash(call: Callable[[], Any]) -> str:
    """The pages and texts a crash inside the signature would leave behind, settings included."""
    try:
        call()
    except Exception:
        details = sys.exc_info()
        request = RequestFactory().get("/thanh-toan/")
        reporter = ExceptionReporter(request, *details)
        # As an administrator's mail has it (the page of DEBUG is made the same way, without the filter).
        reporter.filter.is_active = lambda request: True  # type: ignore[method-assign, assignment]
        text = "".join(traceback.format_exception(*details))
        return text + reporter.get_traceback_html() + reporter.get_traceback_text()
    raise AssertionError("nothing broke")


@pytest.fixture
def told(attempt: PaymentAttempt, settings: Settings) -> PaymentAttempt:
    """An attempt about which everything has been said: forged, refused, asked, settled."""
    right = notification(attempt)
    for parameters in (right | {"vnp_SecureHash": "0" * 128}, notification(attempt, Amount="1"), right, {}):
        services.record_provider_message(provider="vnpay", kind="notification", parameters=parameters)
        services.record_provider_message(provider="vnpay", kind="return", parameters=parameters)
    with answering(query_answer(attempt)) as settings.VNPAY_API_URL:
        PaymentAttempt.objects.update(next_enquiry_at=clock.now())
        services.ask_about_open_attempts(actor=SYSTEM)
    return attempt


def test_it_is_in_no_log_whatever_happens(
    told: PaymentAttempt, payer: Actor, settings: Settings, caplog: pytest.LogCaptureFixture, client: Client
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = gateway_named("vnpay")
    enquiry = Enquiry("r1", told.provider_reference, told.provider_created_at, clock.now())
    for settings.VNPAY_API_URL in ("http://127.0.0.1:9/", "file:///etc/passwd"):
        for call in (lambda: gateway.ask(enquiry), lambda: gateway.refund(ORDER)):
            with pytest.raises(GatewayUnavailable) as raised:
                call()
            expect_clean(repr(raised.value) + str(raised.value) + repr(vars(raised.value)), "error")
    for address in ("/thanh-toan/vnpay/ipn/", "/thanh-toan/vnpay/ket-qua/"):
        response = client.get(address, notification(told, PayDate="1") | {"vnp_SecureHash": "x"})
        expect_clean(response.content.decode(), address)
    PaymentAttempt.objects.update(next_enquiry_at=clock.now())
    services.ask_about_open_attempts(actor=SYSTEM)
    assert caplog.text
    expect_clean(caplog.text, "log")


def test_it_is_in_no_repr(told: PaymentAttempt) -> None:
    gateway = gateway_named("vnpay")
    report = gateway.read_message(notification(told))
    said = [gateway, vars(gateway), type(gateway).__dict__, report, ORDER, told, vnpay_signature, vars(told)]
    for thing in said:
        expect_clean(repr(thing), type(thing).__name__)


def test_a_crash_while_signing_reports_everything_but_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vnpay_signature, "hmac", object())
    gateway = gateway_named("vnpay")
    enquiry = Enquiry("r1", "H36-1", "20250505083000", clock.now())
    for call in (
        lambda: gateway.read_message({"vnp_TxnRef": "H36-1"}),
        lambda: gateway.ask(enquiry),
        lambda: gateway.refund(ORDER),
        lambda: gateway.ask_about_refund(replace(ORDER, refund_no="1")),
    ):
        report = _crash(call)
        assert "AttributeError" in report
        assert "_hmac" in report
        expect_clean(report, "report of a crash")


def test_it_is_in_no_list_of_settings() -> None:
    expect_clean(json.dumps(SafeExceptionReporterFilter().get_safe_settings(), default=str), "settings")
    out = io.StringIO()
    call_command("check", stdout=out, stderr=out)
    expect_clean(out.getvalue(), "check")


def test_it_is_on_no_page_of_the_administration(told: PaymentAttempt, client: Client) -> None:
    client.force_login(PayerFactory(is_staff=True, is_superuser=True))
    looked_at = 0
    for model in apps.get_app_config("payments").get_models():
        if not admin.site.is_registered(model):
            continue
        base = f"admin:payments_{model._meta.model_name}"
        for address in (
            reverse(f"{base}_changelist"),
            *(reverse(f"{base}_change", args=[row.pk]) for row in model._default_manager.all()),
        ):
            page = client.get(address)
            assert page.status_code == 200, address
            expect_clean(page.content.decode(), address)
            looked_at += 1
    assert looked_at > 8


def test_it_is_in_nothing_that_is_stored_or_mailed(told: PaymentAttempt) -> None:
    while outbox.relay_due():
        pass
    assert ProviderMessage.objects.count() >= 4
    for model in (ProviderMessage, OutboxEvent, MailDelivery, PaymentAttempt):
        expect_clean(repr(list(model._default_manager.values())), model.__name__)


def test_the_payers_own_pages_do_not_have_it(told: PaymentAttempt, client: Client) -> None:
    client.force_login(told.charge.payer)
    expect_clean(client.get(f"/thanh-toan/{told.charge_id}/").content.decode(), "charge")


def test_the_sandbox_keeps_it_to_itself(
    payer: Actor, attempt: PaymentAttempt, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "sandbox.json"
    with watched_sandbox("http://127.0.0.1:9/", SANDBOX_STATE=str(state)) as sandbox:
        settings.VNPAY_PAY_URL = f"{sandbox.address}/paymentv2/vpcpay.html"
        settings.VNPAY_API_URL = f"{sandbox.address}/merchant_webapi/api/transaction"
        PaymentAttempt.objects.update(expires_at=clock.now())
        url = services.start_online_payment(
            actor=payer, charge_id=attempt.charge_id, client_address="203.0.113.7", language="vi"
        )
        with urlopen(url) as response:
            page = response.read().decode()
        press(sandbox.address, page, "pay")
        reference = PaymentAttempt.objects.order_by("-created_at")[0].provider_reference
        expect_clean(url + page, "pay page")
        for path in ("/", "/doi-soat", "/doi-soat.csv", f"/giao-dich?ma={reference}"):
            with urlopen(sandbox.address + path) as response:
                expect_clean(response.read().decode(), path)
    expect_clean("".join(sandbox.log), "log of the sandbox")
    expect_clean(state.read_text(encoding="utf-8"), "book of the sandbox")
    for name, value in {"VNPAY_TMN_CODE": "DEMO0001", "VNPAY_HASH_SECRET": SECRET}.items():
        monkeypatch.setenv(name, value)
    expect_clean(repr(from_environment()), "configuration of the sandbox")


@pytest.mark.parametrize(
    ("terminal", "secret", "said"),
    [
        (" DEMO0001 ", f"{SECRET}\n", "True"),
        ("DEMO0001", "", "VNPAY_HASH_SECRET must be set too, or none of VNPAY_TMN_CODE, VNPAY_HASH_SECRET."),
        ("", SECRET, "VNPAY_TMN_CODE must be set too, or none of VNPAY_TMN_CODE, VNPAY_HASH_SECRET."),
    ],
)
def test_a_key_comes_without_white_space_and_never_alone(terminal: str, secret: str, said: str) -> None:
    code = "import sys; from portal.settings import base as b; print([b.VNPAY_TMN_CODE, b.VNPAY_HASH_SECRET] == sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, "DEMO0001", SECRET],
        cwd=ROOT,
        env=os.environ | {"VNPAY_TMN_CODE": terminal, "VNPAY_HASH_SECRET": secret},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said in done.stdout + done.stderr
    expect_clean(done.stdout + done.stderr, "start")
