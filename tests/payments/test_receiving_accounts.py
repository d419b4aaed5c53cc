"""Accounts of agencies: two people, who is told to pay where, whose statements are whose."""

from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from payments import selectors, services
from payments.enums import PaymentMethod, StatementSource
from payments.errors import (
    OnlinePaymentNotConfigured,
    ReceivingAccountNeedsAnotherPerson,
    ReceivingAccountSettled,
    StatementInvalid,
    StatementNotFound,
)
from payments.models import Charge, PaymentAttempt, ReceivingAccount, Statement
from payments.selectors.receiving_accounts import account_for
from payments.selectors.statements import lines_to_place_page, statement_with_counts, statements_page
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency, OfficerPosting, User
from portal.core.actors import SYSTEM, Actor
from portal.core.clock import VIETNAM
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.bank import csv_file, movement, set_account
from tests.payments.refunding import make_paid, make_refund

pytestmark = pytest.mark.django_db
DAY = date(2025, 5, 5)
TRANSFER = PaymentMethod.VIETQR


def written(agency: Agency, number: str = "111122223333", **more: Any) -> ReceivingAccount:
    return services.write_receiving_account(
        actor=actor_of(PayerFactory()),
        agency_id=agency.pk,
        bank_bin="970405",
        account_number=number,
        account_name="SO XAY DUNG",
        **more,
    )


def in_use(agency: Agency, number: str = "111122223333") -> ReceivingAccount:
    account = written(agency, number)
    return services.confirm_receiving_account(actor=actor_of(PayerFactory()), account_id=account.pk)


def accountant(agency: Agency) -> Actor:
    return actor_of(PayerFactory(), (agency, OfficerRole.ACCOUNTANT))


def started(charge: Charge) -> PaymentAttempt:
    services.start_online_payment(
        actor=actor_of(charge.payer), charge_id=charge.pk, client_address="1.2.3.4", language="vi", method=TRANSFER
    )
    return charge.attempts.order_by("-created_at").first()


@pytest.fixture
def above() -> Agency:
    return CollectingAgencyFactory(name="Tỉnh")


@pytest.fixture
def agency(above: Agency) -> Agency:
    return CollectingAgencyFactory(name="Sở Xây dựng", parent=above)


@pytest.fixture
def charge(agency: Agency) -> Charge:
    return ChargeFactory(agency=agency)


def test_nobody_is_told_of_an_account_before_a_second_person_has_confirmed_it(agency: Agency) -> None:
    account = written(agency)
    assert (account.bank_name, account_for(agency.pk)) == ("Agribank", None)
    with pytest.raises(ReceivingAccountNeedsAnotherPerson):
        services.confirm_receiving_account(actor=actor_of(account.created_by), account_id=account.pk)
    services.confirm_receiving_account(actor=actor_of(PayerFactory()), account_id=account.pk)
    assert account_for(agency.pk) == account
    with pytest.raises(ReceivingAccountSettled):
        services.confirm_receiving_account(actor=actor_of(PayerFactory()), account_id=account.pk)


def test_the_database_holds_what_an_account_is(agency: Agency) -> None:
    account = in_use(agency)
    with pytest.raises(InternalError, match="Cannot update rows"), transaction.atomic():
        ReceivingAccount.objects.update(account_number="9999")
    with pytest.raises(IntegrityError, match="takes_two_people"), transaction.atomic():
        ReceivingAccount.objects.update(confirmed_by=account.created_by)
    with pytest.raises(IntegrityError, match="one_agencys"), transaction.atomic():
        written(CollectingAgencyFactory())
    with pytest.raises(IntegrityError, match="number_is_one"), transaction.atomic():
        written(agency, "12-34")


def test_another_account_ends_the_one_before_and_the_agency_above_stands_in(agency: Agency, above: Agency) -> None:
    highest, first = in_use(above, "1000"), in_use(agency, "2000")
    second = in_use(agency, "3000")
    first.refresh_from_db()
    assert (first.is_in_use, account_for(agency.pk), account_for(above.pk)) == (False, second, highest)
    services.end_receiving_account(actor=SYSTEM, account_id=second.pk)
    assert account_for(agency.pk) == highest
    services.end_receiving_account(actor=SYSTEM, account_id=highest.pk)
    assert account_for(agency.pk) is None


def test_the_payer_is_told_the_agencys_account_although_the_portal_has_none(agency: Agency, charge: Charge) -> None:
    assert TRANSFER not in selectors.online_methods(charge)
    with pytest.raises(OnlinePaymentNotConfigured):
        started(charge)
    account = in_use(agency)
    assert TRANSFER in selectors.online_methods(charge)
    attempt = started(charge)
    told = services.transfer_instructions(attempt)
    assert (attempt.receiving_account, told.account_number, told.bank_name) == (account, "111122223333", "Agribank")
    assert "0006970405011211112222" in told.payload


def test_a_try_goes_on_with_its_account_and_a_new_account_is_a_new_try(
    agency: Agency, charge: Charge, settings: Settings
) -> None:
    set_account(settings)
    first = started(charge)
    assert (first.receiving_account, started(charge)) == (None, first)
    account = in_use(agency)
    second = started(charge)
    first.refresh_from_db()
    assert (second.receiving_account, first.state) == (account, "expired")


class TestStatements:
    @pytest.fixture
    def account(self, agency: Agency) -> ReceivingAccount:
        return in_use(agency)

    def bring(self, actor: Actor, account: ReceivingAccount | None, *rows: Any, **more: Any) -> Statement:
        return services.import_statement(
            actor=actor,
            source="bank",
            file_name="a.csv",
            content=csv_file(rows),
            account_id=account.pk if account else None,
            **more,
        )

    def test_money_settles_by_the_statement_of_the_account_it_was_sent_to(
        self, agency: Agency, charge: Charge, account: ReceivingAccount
    ) -> None:
        attempt, actor = started(charge), accountant(agency)
        row = movement(attempt.provider_reference, "135.000", number="FT1")
        # The portal's own account, by mistake of whoever brought it or of the payer: a person looks.
        assert self.bring(actor, None, row).lines.get().verdict == "unknown"
        assert self.bring(actor, account, row).lines.get().verdict == "settled"
        attempt.refresh_from_db()
        assert attempt.state == "succeeded"

    def test_each_account_is_compared_with_its_own_money(
        self, agency: Agency, charge: Charge, account: ReceivingAccount
    ) -> None:
        noon = datetime(2025, 5, 5, 12, tzinfo=VIETNAM)
        paid = make_paid(charge, method="vietqr", provider="vietqr", receiving_account=account)
        for of in (account, None):
            self.bring(accountant(agency), of, first_day=DAY, last_day=DAY)
        refund = make_refund(paid, 35_000, paid_from=account, finished_at=noon)
        days = {
            of: services.reconcile(
                actor=SYSTEM,
                source=StatementSource.BANK,
                day=paid.entries.get().at.astimezone(VIETNAM).date(),
                account_id=of.pk if of else None,
            )
            for of in (account, None)
        }
        assert (days[account].ledger_amount, days[None].ledger_amount) == (135_000, 0)
        assert refund.paid_from == account

    def test_two_accounts_may_use_one_number_and_one_file_for_two_days(
        self, agency: Agency, account: ReceivingAccount
    ) -> None:
        actor = accountant(agency)
        self.bring(actor, None, movement("a", "1.000", number="7"))
        assert self.bring(actor, account, movement("a", "1.000", number="7")).lines.count() == 1
        for day in (6, 7):
            self.bring(actor, account, first_day=date(2025, 5, day), last_day=date(2025, 5, day))
        assert Statement.objects.filter(account=account).count() == 3

    def test_they_concern_those_whose_money_goes_there(
        self, agency: Agency, above: Agency, account: ReceivingAccount
    ) -> None:
        below = accountant(CollectingAgencyFactory(parent=agency))
        statement = self.bring(below, account, movement("khong ma", "1.000"))
        for stranger in (accountant(above), accountant(CollectingAgencyFactory())):
            with pytest.raises(StatementInvalid):
                self.bring(stranger, account, movement("b", "1.000"))
            with pytest.raises(StatementNotFound):
                statement_with_counts(actor=stranger, statement_id=statement.pk)
            assert statements_page(actor=stranger, before=None, size=5) == []
            assert lines_to_place_page(actor=stranger, after=0, size=5)[0] == []
        own = accountant(agency)
        assert statements_page(actor=own, before=None, size=5) == [statement]
        assert len(lines_to_place_page(actor=own, after=0, size=5)[0]) == 1

    def test_the_days_of_an_account_have_a_page_for_those_alone(
        self, client: Client, agency: Agency, account: ReceivingAccount
    ) -> None:
        self.bring(accountant(agency), account, movement("khong ma", "1.000"))
        address = f"/mot-cua/doi-chieu/bank/2025-05-05/?tk={account.pk}"
        client.force_login(officer(CollectingAgencyFactory()))
        assert client.get(address).status_code == 404
        client.force_login(officer(agency))
        shown = client.get(address).content.decode()
        assert "111122223333" in shown
        assert "Sao kê có, sổ không có" in shown
        assert client.post(address)["Location"] == address
        assert f"tk={account.pk}" in client.get("/mot-cua/doi-chieu/").content.decode()
        assert client.get(f"/mot-cua/doi-chieu/vnpay/2025-05-05/?tk={account.pk}").status_code == 404


def officer(agency: Agency) -> User:
    user = PayerFactory()
    OfficerPosting.objects.create(user=user, agency=agency, role=OfficerRole.ACCOUNTANT)
    return user


def test_administrators_write_and_confirm_in_the_admin(client: Client, agency: Agency) -> None:
    one, other = (PayerFactory(is_staff=True, is_superuser=True) for _ in range(2))
    add, listed = (reverse(f"admin:payments_receivingaccount_{name}") for name in ("add", "changelist"))
    typed = {"agency": agency.pk, "bank_bin": "970405", "account_number": "1234abcd", "account_name": "SO XAY DUNG"}
    client.force_login(one)
    assert client.post(add, typed).status_code == 302
    account = ReceivingAccount.objects.get()
    assert (account.account_number, account.created_by, account.is_in_use) == ("1234ABCD", one, False)
    assert "đã được ghi" in client.post(add, typed).content.decode()
    chosen = {"action": "confirm", "_selected_action": [account.pk]}
    refused = client.post(listed, chosen)
    assert any("Người khác" in str(message) for message in get_messages(refused.wsgi_request))
    client.force_login(other)
    client.post(listed, chosen)
    account.refresh_from_db()
    assert (account.confirmed_by, account.is_in_use) == (other, True)
    change = reverse("admin:payments_receivingaccount_change", args=[account.pk])
    assert client.post(change, typed).status_code == 403
