"""An owes 135.000 đ and was sent to the provider."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from payments import services
from payments.enums import PaymentMethod
from payments.models import Charge, PaymentAttempt
from portal.accounts.models import User
from portal.core.actors import Actor
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory, PayerFactory, actor_of
from tests.payments.national_platform import PARTNER, SECRET, TOKEN, Platform, running_platform
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


@pytest.fixture
def national(settings: Settings) -> Iterator[Platform]:
    """The national platform is there and the portal has its keys."""
    with running_platform() as platform:
        settings.NATIONAL_PAYMENT_PARTNER_CODE = PARTNER
        settings.NATIONAL_PAYMENT_SECRET = SECRET
        settings.NATIONAL_PAYMENT_INIT_URL = f"{platform.url}/init"
        settings.NATIONAL_PAYMENT_QUERY_URL = f"{platform.url}/query"
        settings.NATIONAL_PAYMENT_BILL_URL = f"{platform.url}/bill"
        settings.NATIONAL_PAYMENT_PAGE_URL = platform.url
        settings.NATIONAL_PAYMENT_ACCOUNT = "0011004455667"
        settings.NATIONAL_PAYMENT_ACCOUNT_NAME = "SO XAY DUNG"
        settings.NATIONAL_PAYMENT_ACCOUNT_BANK = "VCB"
        settings.NATIONAL_PAYMENT_ACCESS_TOKEN = TOKEN
        yield platform


@pytest.fixture
def national_attempt(national: Platform, charge: Charge, payer: Actor) -> PaymentAttempt:
    """An was sent to the national platform."""
    services.start_online_payment(
        actor=payer, charge_id=charge.pk, client_address="203.0.113.7", language="vi", method=PaymentMethod.NATIONAL
    )
    return charge.attempts.get()
