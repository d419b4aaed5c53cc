"""The ledger told by the day and by the month: whose midnight, and that the parts are the whole."""

from datetime import date, datetime

import pytest
import time_machine
from django.test import Client

from payments import selectors, services
from payments.selectors.books import entries_of
from payments.selectors.ledger import Account, Period
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import SYSTEM
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.test_cashier_pages import posted

LEDGER = "/mot-cua/so-thu/"


@pytest.fixture
def agency(db: None) -> Agency:
    return CollectingAgencyFactory()


@pytest.fixture
def books(client: Client, agency: Agency) -> Client:
    client.force_login(posted(agency, OfficerRole.ACCOUNTANT))
    return client


@pytest.fixture
def spread(agency: Agency) -> None:
    """Lines around midnight and the turn of a month in Vietnam (17:00 in Greenwich), and one of another agency."""
    with time_machine.travel(datetime(2026, 4, 30, 23, 59, tzinfo=clock.VIETNAM), tick=False):
        early = ChargeFactory(agency=agency, amount=70_000)
        ChargeFactory(agency=CollectingAgencyFactory(), amount=999_000)
    with time_machine.travel(datetime(2026, 5, 1, 0, 1, tzinfo=clock.VIETNAM), tick=False):
        ChargeFactory(agency=agency, amount=20_000)
        services.record_counter_payment(
            actor=actor_of(PayerFactory(), (agency, OfficerRole.CASHIER)),
            charge_id=early.pk,
            method="cash",
            received_amount=70_000,
            agency_id=agency.pk,
        )
    with time_machine.travel(datetime(2026, 5, 31, 23, 59, tzinfo=clock.VIETNAM), tick=False):
        services.cancel_charge(actor=SYSTEM, charge_id=ChargeFactory(agency=agency, amount=5_000).pk)


def test_days_and_months_are_those_of_vietnam_and_sum_up_to_the_whole(agency: Agency, spread: None) -> None:
    short = selectors.LedgerFilter([agency.pk], date(2026, 4, 30), date(2026, 5, 31))
    long = selectors.LedgerFilter([agency.pk], date(2026, 1, 1), date(2026, 12, 31))
    before, may_day, last = Account(charged=70_000), Account(charged=20_000, settled=70_000), Account(5_000, 5_000)
    assert selectors.ledger_periods(short) == [
        Period(date(2026, 4, 30), before),
        Period(date(2026, 5, 1), may_day),
        Period(date(2026, 5, 31), last),
    ]
    assert selectors.ledger_periods(long) == [
        Period(date(2026, 4, 1), before),
        Period(date(2026, 5, 1), may_day + last),
    ]
    assert selectors.account_of(entries_of(long)) == before + may_day + last == Account(95_000, 5_000, 70_000)


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (("30/04/2026", "31/05/2026"), ["Từng ngày", "30/04/2026", "70.000"]),
        (("01/01/2026", "31/12/2026"), ["Từng tháng", "05/2026", "25.000"]),
    ],
)
def test_the_page_tells_short_spans_by_the_day_and_long_ones_by_the_month(
    books: Client, spread: None, span: tuple[str, str], told: list[str]
) -> None:
    days = {"tu": span[0], "den": span[1]}
    page = books.get(LEDGER, days).content.decode()
    assert [words for words in told if words not in page] == []
    # What is open: 95.000 charged, 5.000 let go, 70.000 paid; of some kinds of lines alone it is not told.
    assert "<dt>Chưa thu</dt><dd>20.000" in page
    assert "Chưa thu" not in books.get(LEDGER, days | {"loai": "charged"}).content.decode()
