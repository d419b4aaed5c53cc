"""What is owed, and what the database will not let anybody write."""

from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, InternalError, transaction

from payments import selectors, services
from payments.enums import ChargeKind, ChargeState, CollectionPoint
from payments.errors import ChargeAlreadyCancelled, ChargeAlreadySettled, ChargeInvalid, ChargeNotFound
from payments.gateways import gateway_named
from payments.models import Charge, PaymentAttempt, ProviderMessage
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, OnlineAttemptFactory


def _wanted(payer: User, **changes: Any) -> dict[str, Any]:
    return {
        "actor": SYSTEM,
        "subject": "dossier:42",
        "subject_label": "H36-250505-0001",
        "return_path": "/ho-so/H36-250505-0001/",
        "payer_id": payer.pk,
        "kind": ChargeKind.STATE_DUTY,
        "amount": 135_000,
        "description": "Lệ phí",
        "rule": {"amount": 135_000},
        "collection": CollectionPoint.ON_REQUEST,
        "agency_id": CollectingAgencyFactory().pk,
    } | changes


def test_a_charge_is_owed_in_whole_dong_with_a_copy_of_its_rule(an: User) -> None:
    charge = services.create_charge(**_wanted(an))
    charge.refresh_from_db()
    assert (charge.state, charge.amount, charge.currency) == (ChargeState.OWED, 135_000, "VND")
    assert charge.rule == {"amount": 135_000}
    assert (charge.settled_at, charge.cancelled_at, charge.created_by_id) == (None, None, None)
    assert charge.accepts_online


@time_machine.travel("2025-05-05T01:30:00Z", tick=False)
def test_charges_of_one_instant_stay_in_the_order_they_were_made_in(an: User) -> None:
    agency_id = CollectingAgencyFactory().pk
    made = [services.create_charge(**_wanted(an, agency_id=agency_id)).pk for _ in range(12)]
    assert [charge.pk for charge in selectors.charges_for("dossier:42")] == made
    assert [charge.pk for charge in Charge.objects.all()] == made[::-1]
    # The number at a provider is a try's own, though the keys begin alike.
    assert len({gateway_named("vnpay").reference_for("H36-250505-0001", pk, 1) for pk in made}) == 12


def test_a_charge_collected_at_return_is_not_payable_online_unless_it_says_so(an: User) -> None:
    assert not services.create_charge(**_wanted(an, collection=CollectionPoint.AT_RETURN)).accepts_online
    at_return = _wanted(an, collection=CollectionPoint.AT_RETURN, accepts_online=True)
    assert services.create_charge(**at_return).accepts_online
    assert not services.create_charge(**_wanted(an, accepts_online=False)).accepts_online


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0},
        {"amount": -135_000},
        {"amount": 135_000.0},
        {"amount": "135000"},
        {"amount": True},
        {"return_path": "https://xau.example/"},
        {"return_path": "//xau.example/"},
        {"return_path": "/\\xau.example/"},
        {"return_path": ""},
        {"subject": ""},
    ],
)
def test_a_charge_that_makes_no_sense_is_refused_and_not_written(an: User, change: dict[str, Any]) -> None:
    with pytest.raises(ChargeInvalid):
        services.create_charge(**_wanted(an, **change))
    assert Charge.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"amount": 0}, "charge_amount_positive"),
        ({"currency": "USD"}, "charge_currency_is_vnd"),
        ({"state": "paid"}, "charge_state_known"),
        ({"kind": "gift"}, "charge_kind_known"),
        ({"collection": "never"}, "charge_collection_known"),
        ({"state": "settled"}, "charge_settled_exactly_when_stamped"),
        ({"settled_at": clock.now()}, "charge_settled_exactly_when_stamped"),
        ({"state": "cancelled"}, "charge_cancelled_exactly_when_stamped"),
        ({"return_path": "//xau.example"}, "charge_return_path_is_local"),
    ],
)
def test_the_database_itself_refuses_a_false_charge(change: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ChargeFactory(**change)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"amount": 0}, "payment_attempt_amount_positive"),
        ({"state": "done", "finished_at": clock.now()}, "payment_attempt_state_known"),
        ({"method": "gold"}, "payment_attempt_method_known"),
        ({"state": "failed"}, "payment_attempt_finished_exactly_when_stamped"),
        ({"finished_at": clock.now()}, "payment_attempt_finished_exactly_when_stamped"),
        ({"state": "needs_review", "finished_at": clock.now()}, "payment_attempt_review_has_reason"),
        ({"provider_reference": ""}, "payment_attempt_online_names_provider_and_reference"),
        ({"method": "cash"}, "payment_attempt_counter_names_officer_and_agency"),
    ],
)
def test_the_database_itself_refuses_a_false_attempt(charge: Charge, change: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OnlineAttemptFactory(charge=charge, **change)


def test_a_second_success_a_second_open_try_and_a_used_reference_cannot_be_written(attempt: PaymentAttempt) -> None:
    done = {"state": "succeeded", "finished_at": clock.now(), "charge": attempt.charge}
    OnlineAttemptFactory(**done)
    with pytest.raises(IntegrityError, match="payment_attempt_one_success_per_charge"), transaction.atomic():
        OnlineAttemptFactory(**done)
    with pytest.raises(IntegrityError, match="payment_attempt_one_open_per_charge"), transaction.atomic():
        OnlineAttemptFactory(charge=attempt.charge)
    with pytest.raises(IntegrityError, match="payment_attempt_provider_reference_unique"), transaction.atomic():
        OnlineAttemptFactory(provider_reference=attempt.provider_reference)
    with pytest.raises(IntegrityError, match="payment_attempt_idempotency_key_unique"), transaction.atomic():
        OnlineAttemptFactory(idempotency_key=attempt.idempotency_key)


@pytest.mark.parametrize("field", ["amount", "currency", "subject", "kind", "collection"])
def test_what_was_promised_cannot_be_changed_in_the_database(charge: Charge, field: str) -> None:
    value = {"amount": 1, "currency": "USD", "kind": "service_fee", "collection": "at_return"}.get(field, "dossier:1")
    with pytest.raises(InternalError, match="charge_promise_is_frozen"), transaction.atomic():
        Charge.objects.filter(pk=charge.pk).update(**{field: value})


def test_a_message_is_written_once(attempt: PaymentAttempt) -> None:
    message = ProviderMessage.objects.create(
        provider="vnpay", kind="return", fingerprint="0" * 64, raw={}, is_authentic=True, verdict="shown_only"
    )
    for change in (
        lambda: ProviderMessage.objects.filter(pk=message.pk).update(verdict="settled"),
        lambda: message.delete(),
    ):
        with pytest.raises(InternalError, match="provider_message_is_written_once"), transaction.atomic():
            change()


def test_no_forged_message_and_no_browser_return_can_be_written_as_settling(attempt: PaymentAttempt) -> None:
    base = {"provider": "vnpay", "fingerprint": "0" * 64, "raw": {}, "verdict": "settled"}
    with pytest.raises(IntegrityError, match="only_authentic_ones_settle"), transaction.atomic():
        ProviderMessage.objects.create(kind="notification", is_authentic=False, **base)
    with pytest.raises(IntegrityError, match="return_settles_nothing"), transaction.atomic():
        ProviderMessage.objects.create(kind="return", is_authentic=True, **base)


def test_an_owed_charge_can_be_cancelled_once(charge: Charge, payer: Actor) -> None:
    cancelled = services.cancel_charge(actor=SYSTEM, charge_id=charge.pk)
    assert (cancelled.state, cancelled.cancelled_at is not None) == (ChargeState.CANCELLED, True)
    with pytest.raises(ChargeAlreadyCancelled):
        services.cancel_charge(actor=SYSTEM, charge_id=charge.pk)


def test_a_settled_charge_cannot_be_cancelled(an: User) -> None:
    charge = ChargeFactory(payer=an, state="settled", settled_at=clock.now())
    with pytest.raises(ChargeAlreadySettled):
        services.cancel_charge(actor=SYSTEM, charge_id=charge.pk)
    charge.refresh_from_db()
    assert (charge.state, charge.cancelled_at) == (ChargeState.SETTLED, None)


def test_cancelling_what_does_not_exist_is_not_found(db: None) -> None:
    with pytest.raises(ChargeNotFound):
        services.cancel_charge(actor=SYSTEM, charge_id="00000000-0000-4000-8000-000000000000")


def test_charges_of_a_subject_come_oldest_first(an: User) -> None:
    first, second = ChargeFactory(payer=an, subject="dossier:7"), ChargeFactory(payer=an, subject="dossier:7")
    ChargeFactory(payer=an, subject="dossier:77")
    assert list(selectors.charges_for("dossier:7")) == [first, second]
