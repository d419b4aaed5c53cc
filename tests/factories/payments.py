"""Charges, attempts and the people around them. The cast: An pays, Bình works at the desk, Chi is a stranger."""

from datetime import timedelta
from typing import Any

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

from payments.enums import (
    SURPLUS_REASONS,
    AttemptState,
    ChargeKind,
    CollectionPoint,
    EntryKind,
    PaymentMethod,
)
from payments.models import Charge, LedgerEntry, PaymentAttempt
from portal.accounts.models import Agency, User
from portal.core import clock
from portal.core.actors import Actor, ActorKind, Duty

_WITH_MONEY = frozenset({AttemptState.SUCCEEDED, AttemptState.RETURNED, AttemptState.REVERSED})


class PayerFactory(DjangoModelFactory):
    """A person with an account."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    email = factory.Sequence(lambda number: f"nguoi-nop-{number}@example.vn")
    full_name = "Nguyễn Thị An"
    password = factory.django.Password("mot-mat-khau-dai")


class CollectingAgencyFactory(DjangoModelFactory):
    """An agency whose desk takes money."""

    class Meta:
        model = Agency

    code = factory.Sequence(lambda number: f"H36.{number + 100}")
    name = factory.Sequence(lambda number: f"Sở số {number}")
    level = "department"


class ChargeFactory(DjangoModelFactory):
    """135.000 đ owed for a dossier, payable online."""

    class Meta:
        model = Charge
        skip_postgeneration_save = True

    subject = factory.Sequence(lambda number: f"dossier:{number}")
    subject_label = factory.Sequence(lambda number: f"H36-250505-{number:04d}")
    return_path = factory.LazyAttribute(lambda charge: f"/ho-so/{charge.subject_label}/")
    payer = factory.SubFactory(PayerFactory)
    kind = ChargeKind.STATE_DUTY
    amount = 135_000
    description = "Lệ phí cấp giấy phép lái xe"
    rule: Any = factory.LazyFunction(lambda: {"working": "135.000 đ × 1 giấy phép", "legal_basis": "Thông tư 37/2023"})
    collection = CollectionPoint.ON_REQUEST
    agency = factory.SubFactory(CollectingAgencyFactory)

    @factory.post_generation
    def entered(charge: Charge, create: bool, extracted: Any, **_: Any) -> None:  # noqa: N805 - factory_boy passes the row
        """The ledger's first line, as create_charge writes it."""
        if create:
            LedgerEntry.objects.get_or_create(
                charge=charge, kind=EntryKind.CHARGED, defaults={"amount": charge.amount, "at": clock.now()}
            )


class OnlineAttemptFactory(DjangoModelFactory):
    """A payer who was sent to the provider a minute ago."""

    class Meta:
        model = PaymentAttempt

    charge = factory.SubFactory(ChargeFactory)
    method = PaymentMethod.VNPAY
    state = AttemptState.REDIRECTED
    review_reason = ""
    amount = factory.SelfAttribute("charge.amount")
    received_amount = factory.LazyAttribute(
        lambda attempt: (
            attempt.amount if attempt.state in _WITH_MONEY or attempt.review_reason in SURPLUS_REASONS else 0
        )
    )
    idempotency_key = factory.Sequence(lambda number: f"test:{number}")
    provider = "vnpay"
    provider_reference = factory.Sequence(lambda number: f"H36-250505-{number:04d}-1")
    provider_created_at = "20250505083000"
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(minutes=14))
    next_enquiry_at = factory.LazyFunction(lambda: clock.now() + timedelta(minutes=2))


def actor_of(user: User, *duties: tuple[Agency, str]) -> Actor:
    """The actor a user stands for, with the roles given."""
    return Actor(
        kind=ActorKind.OFFICER if duties else ActorKind.CITIZEN,
        user_id=user.pk,
        display_name=user.full_name,
        duties=frozenset(Duty(agency_id=agency.pk, role=role) for agency, role in duties),
    )
