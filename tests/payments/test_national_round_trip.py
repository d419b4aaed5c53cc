"""There and back again by the national platform: the charge's page, the platform's receipt, keys that stay hidden."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from payments import services
from payments.gateways import GatewayUnavailable
from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.accounts.models import User
from portal.core.actors import SYSTEM, Actor
from portal.core.models import OutboxDelivery
from portal.core.outbox import relay_due
from portal.documents.models import StoredDocument
from portal.documents.services import open_document
from tests.factories.payments import PayerFactory
from tests.payments.national_platform import (
    MISBEHAVIOURS,
    SECRET,
    TOKEN,
    Platform,
    confirmation,
)
from tests.payments.test_national_payment import start, sweep

NOTIFY = "/thanh-toan/nen-tang-quoc-gia/thong-bao/"


def _pay_through(client: Client, platform: Platform, attempt: PaymentAttempt) -> None:
    told = platform.pay(attempt.provider_reference)
    assert client.post(NOTIFY, told, content_type="application/json").json()["MaLoi"] == "00"


def test_there_and_back_again_with_the_platforms_receipt(
    client: Client, an: User, chi: User, charge: Charge, national: Platform
) -> None:
    client.force_login(an)
    page = client.get(f"/thanh-toan/{charge.pk}/").content.decode()
    assert page.count("Thanh toán qua nền tảng quốc gia") == 1
    leaving = client.post(f"/thanh-toan/{charge.pk}/", {"method": "national"})
    attempt = charge.attempts.get()
    assert leaving["Location"] == attempt.provider_url
    _pay_through(client, national, attempt)
    relay_due()
    attempt.refresh_from_db()
    document = attempt.provider_bill
    assert document is not None
    with open_document(document) as stored:
        assert stored.read() == national.bill
    assert (document.media_type, document.purpose) == ("application/pdf", "provider_bill")
    assert len(national.asked("GET_BILL")) == 1
    page = client.get(f"/thanh-toan/{charge.pk}/").content.decode()
    assert f'href="/thanh-toan/{charge.pk}/bien-lai-cong/"' in page
    assert "NP0000012345" in page
    paper = client.get(f"/thanh-toan/{charge.pk}/bien-lai-cong/")
    assert paper["Content-Type"] == "application/pdf"
    assert b"".join(paper) == national.bill
    client.force_login(chi)
    assert client.get(f"/thanh-toan/{charge.pk}/bien-lai-cong/").status_code == 404
    client.logout()
    assert client.get(f"/thanh-toan/{charge.pk}/bien-lai-cong/").status_code == 302


@pytest.mark.parametrize("name", ["html", "a redirect", "a server error", "a huge body"])
def test_a_receipt_that_does_not_come_is_asked_for_again(
    client: Client, national_attempt: PaymentAttempt, national: Platform, name: str
) -> None:
    national.answers["GET_BILL"] = MISBEHAVIOURS[name](national)
    _pay_through(client, national, national_attempt)
    relay_due()
    delivery = OutboxDelivery.objects.get(handler="payments.provider_bill")
    assert (delivery.state, delivery.attempts) == ("pending", 1)
    assert StoredDocument.objects.count() == 0
    assert PaymentAttempt.objects.get().state == "succeeded"
    national.answers.clear()
    assert services.keep_provider_bill(actor=SYSTEM, attempt_id=national_attempt.pk)
    assert not services.keep_provider_bill(actor=SYSTEM, attempt_id=national_attempt.pk)
    assert StoredDocument.objects.count() == 1


@pytest.mark.parametrize("bill", [b"%PDF-1.4\ncut off", b"%PDF-1.4\n1 0 obj << /OpenAction << /S /JavaScript >> >>"])
def test_a_receipt_that_is_no_harmless_pdf_is_not_kept(
    client: Client, national_attempt: PaymentAttempt, national: Platform, bill: bytes
) -> None:
    national.bill = bill
    _pay_through(client, national, national_attempt)
    with pytest.raises(GatewayUnavailable):
        services.keep_provider_bill(actor=SYSTEM, attempt_id=national_attempt.pk)
    assert StoredDocument.objects.count() == 0


def test_no_receipt_is_asked_for_before_the_money_is_here(national_attempt: PaymentAttempt, national: Platform) -> None:
    assert not services.keep_provider_bill(actor=SYSTEM, attempt_id=national_attempt.pk)
    assert national.asked("GET_BILL") == []


def test_a_platform_that_is_down_is_said_on_the_charges_page(
    client: Client, an: User, charge: Charge, national: Platform
) -> None:
    client.force_login(an)
    national.answers["INIT"] = MISBEHAVIOURS["html"](national)
    response = client.post(f"/thanh-toan/{charge.pk}/", {"method": "national"}, follow=True)
    assert response.redirect_chain == [(f"/thanh-toan/{charge.pk}/", 302)]
    assert response.status_code == 200
    assert [str(message) for message in response.context["messages"]] == [str(GatewayUnavailable().sentence)]


def test_off_it_is_not_on_the_page(client: Client, an: User, charge: Charge) -> None:
    client.force_login(an)
    assert (
        "quốc gia"
        not in client.get(f"/thanh-toan/{charge.pk}/").content.decode().partition("<main")[2].partition("</main")[0]
    )


def test_the_secret_and_the_token_are_in_no_log_error_row_or_page(
    client: Client,
    charge: Charge,
    payer: Actor,
    national: Platform,
    caplog: pytest.LogCaptureFixture,
    settings: Settings,
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in MISBEHAVIOURS:
        national.answers["INIT"] = MISBEHAVIOURS[name](national)
        with pytest.raises(GatewayUnavailable) as trouble:
            start(payer, charge)
        error: BaseException | None = trouble.value
        while error is not None:
            assert not any(key in repr(error) for key in (SECRET, TOKEN))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    national.answers.clear()
    start(payer, charge)
    attempt = charge.attempts.get()
    client.post(NOTIFY, confirmation(attempt.provider_reference, 1), content_type="application/json")
    client.post(NOTIFY, b"{", content_type="application/json")
    sweep()
    _pay_through(client, national, attempt)
    relay_due()
    client.force_login(PayerFactory(is_staff=True, is_superuser=True))
    pages = [
        client.get(reverse(f"admin:payments_{model._meta.model_name}_change", args=[row.pk])).content.decode()
        for model in (Charge, PaymentAttempt, ProviderMessage)
        for row in model.objects.all()
    ]
    rows = [json.dumps(list(model.objects.values()), default=str) for model in (PaymentAttempt, ProviderMessage)]
    rows += [json.dumps(list(OutboxDelivery.objects.values()), default=str)]
    assert len(pages) >= 4
    for text in (caplog.text, *pages, *rows):
        assert SECRET not in text
        assert TOKEN not in text


def test_money_nobody_owed_has_its_receipt_kept_too(
    client: Client, national_attempt: PaymentAttempt, national: Platform
) -> None:
    services.cancel_charge(actor=SYSTEM, charge_id=national_attempt.charge_id)
    _pay_through(client, national, national_attempt)
    relay_due()
    attempt = PaymentAttempt.objects.get()
    assert (attempt.state, attempt.review_reason) == ("needs_review", "paid_after_cancellation")
    assert attempt.provider_bill is not None
