"""The ledger in the admin: found by the provider's reference, changed by nobody, no key in sight."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from payments import services
from payments.enums import PaymentMethod
from payments.models import CashShift, Charge, LedgerEntry, PaymentAttempt, PaymentReceipt, ProviderMessage, ReceiptBook
from portal.accounts.enums import OfficerRole
from tests.factories.payments import OnlineAttemptFactory, PayerFactory, actor_of
from tests.payments.provider import SECRET, notification
from tests.payments.refunding import Office, make_refund

MODELS = [Charge, PaymentAttempt, ProviderMessage]


@pytest.fixture
def administrator(client: Client, db: None) -> Client:
    client.force_login(PayerFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def told(attempt: PaymentAttempt) -> PaymentAttempt:
    services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(attempt))
    return attempt


@pytest.mark.parametrize("model", MODELS)
def test_every_row_can_be_read_and_none_changed(
    administrator: Client, told: PaymentAttempt, model: type[Charge | PaymentAttempt | ProviderMessage]
) -> None:
    row = model.objects.get()
    base = f"admin:payments_{model._meta.model_name}"
    page = administrator.get(reverse(f"{base}_change", args=[row.pk]))
    assert page.status_code == 200
    assert SECRET not in page.content.decode()
    assert 'name="_save"' not in page.content.decode()
    for address in (reverse(f"{base}_add"), reverse(f"{base}_delete", args=[row.pk])):
        assert administrator.get(address).status_code == 403
    assert administrator.post(reverse(f"{base}_change", args=[row.pk]), {"state": "owed"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_the_providers_reference_finds_the_row(
    administrator: Client, told: PaymentAttempt, model: type[Charge | PaymentAttempt | ProviderMessage]
) -> None:
    OnlineAttemptFactory(provider_reference="KHAC-1")
    address = reverse(f"admin:payments_{model._meta.model_name}_changelist")
    response = administrator.get(address, {"q": told.provider_reference})
    assert response.status_code == 200
    assert response.context["cl"].result_count == 1


def test_names_are_vietnamese_in_the_source() -> None:
    with translation.override("vi"):
        names = [str(model._meta.verbose_name_plural) for model in MODELS]
    assert names == ["khoản thu", "lần thanh toán", "thông điệp của cổng"]
    assert all(model in admin.site._registry for model in MODELS)


def test_a_refund_is_read_without_the_payers_account(
    administrator: Client, paid: PaymentAttempt, office: Office
) -> None:
    refund = services.propose_refund(
        actor=office.mai,
        attempt_id=paid.pk,
        amount=35_000,
        reason="overcharged",
        route="bank_transfer",
        note="Thu theo mức cũ",
        account=services.BankAccount(bank="970436", number="9990001112", name="NGUYEN THI AN"),
    )
    page = administrator.get(reverse("admin:payments_refund_change", args=[refund.pk])).content.decode()
    assert ("Thu theo mức cũ" in page, "9990001112" in page) == (True, False)
    assert administrator.get(reverse("admin:payments_refund_changelist"), {"q": refund.request_id}).status_code == 200


@pytest.mark.parametrize("model", [LedgerEntry, ReceiptBook, PaymentReceipt, CashShift])
def test_receipts_and_shifts_can_be_read_and_not_changed(
    administrator: Client, charge: Charge, model: type[LedgerEntry | ReceiptBook | PaymentReceipt | CashShift]
) -> None:
    cashier = actor_of(PayerFactory(), (charge.agency, OfficerRole.CASHIER))
    attempt = services.record_counter_payment(
        actor=cashier,
        charge_id=charge.pk,
        method=PaymentMethod.CASH,
        received_amount=charge.amount,
        agency_id=charge.agency_id,
    )
    services.issue_receipt(attempt_id=attempt.pk)
    base = f"admin:payments_{model._meta.model_name}"
    row = model.objects.first()
    assert row is not None
    assert administrator.get(reverse(f"{base}_changelist")).status_code == 200
    page = administrator.get(reverse(f"{base}_change", args=[row.pk]))
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    for address in (reverse(f"{base}_add"), reverse(f"{base}_delete", args=[row.pk])):
        assert administrator.get(address).status_code == 403


def test_refunds_are_read_and_tell_no_whole_account(administrator: Client, told: PaymentAttempt) -> None:
    told.refresh_from_db()
    refund = make_refund(told, 1_000)
    page = administrator.get(reverse("admin:payments_refund_change", args=[refund.pk])).content.decode()
    assert "…6789" in page
    for hidden in ("0123456789", "NGUYEN THI AN", refund.request_id, 'name="_save"'):
        assert hidden not in page
    found = administrator.get(reverse("admin:payments_refund_changelist"), {"q": told.provider_reference})
    assert found.context["cl"].result_count == 1
    assert administrator.post(reverse("admin:payments_refund_delete", args=[refund.pk])).status_code == 403
