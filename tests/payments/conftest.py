"""An owes 135.000 đ and was sent to the provider."""

from collections.abc import Iterator

import pytest

from payments.models import Charge, PaymentAttempt
from portal.accounts.models import User
from portal.core.actors import Actor
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory, PayerFactory, actor_of
from tests.payments.refunding import FakeGateway, Office, make_office, make_paid, registered_provider


@pytest.fixture
def an(db: None) -> User:
    return PayerFactory(full_name="Nguyễn Thị An")


@pytest.fixture
def chi(db: None) -> User:
    return PayerFactory(full_name="Lê Thị Chi")


@pytest.fixture
def payer(an: User) -> Actor:
    return actor_of(an)


@pytest.fixture
def charge(an: User) -> Charge:
    return ChargeFactory(payer=an, subject="dossier:42", subject_label="H36-250505-0001")


@pytest.fixture
def attempt(charge: Charge) -> PaymentAttempt:
    return OnlineAttemptFactory(charge=charge)


@pytest.fixture
def provider() -> Iterator[FakeGateway]:
    with registered_provider() as gateway:
        yield gateway


@pytest.fixture
def office(charge: Charge) -> Office:
    assert charge.agency is not None
    return make_office(charge.agency)


@pytest.fixture
def paid(charge: Charge, provider: FakeGateway) -> PaymentAttempt:
    return make_paid(charge)
