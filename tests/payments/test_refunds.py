"""Refunds: two people, never more back than came, and what each ending makes of attempt, charge and ledger."""

from typing import Any

import pytest
from django.db import IntegrityError, InternalError, transaction

from payments import event_handlers, services
from payments.enums import RefundReason, RefundRoute, RefundState
from payments.errors import (
    AttemptNotFound,
    MoveRefused,
    NothingToRefund,
    RefundAccountInvalid,
    RefundAccountMissing,
    RefundAlreadyDecided,
    RefundAmountInvalid,
    RefundChanged,
    RefundNeedsAnotherPerson,
    RefundNoteMissing,
    RefundNotFound,
    RefundNotPermitted,
    RefundReasonUnfit,
    RefundReferenceMissing,
    RefundRouteUnfit,
)
from payments.events import SurplusReceived
from payments.models import Charge, LedgerEntry, PaymentAttempt, Refund
from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from portal.core.actors import ANONYMOUS, SYSTEM, Absentee, Actor, ActorKind, Duty
from portal.core.errors import PortalError
from portal.core.models import OutboxEvent
from tests.factories.payments import CollectingAgencyFactory, OnlineAttemptFactory, PayerFactory, actor_of
from tests.payments.refunding import FakeGateway, Office, account, make_paid, make_surplus, propose

ACCOUNT = services.BankAccount(bank="970436", number="0123456789", name="NGUYEN THI AN")


def reserved(attempt: PaymentAttempt) -> int:
    attempt.refresh_from_db()
    return attempt.refund_reserved_amount


def test_a_proposal_reserves_its_part_and_moves_no_money(paid: PaymentAttempt, office: Office) -> None:
    refund = propose(office.mai, paid)
    assert (refund.state, refund.proposed_by_id, refund.decided_by_id) == ("proposed", office.mai.user_id, None)
    assert (len(refund.request_id), reserved(paid)) == (32, 35_000)
    assert account(paid.charge) == (135_000, 0, 135_000, 0, 0)


def test_cash_paid_out_in_part_reduces_what_was_owed_and_leaves_the_charge_settled(
    paid: PaymentAttempt, office: Office
) -> None:
    refund = propose(office.phuc, paid)
    services.approve_refund(actor=office.dung, refund_id=refund.pk, note="Đồng ý")
    services.confirm_paid_out(actor=office.phuc, refund_id=refund.pk, reference="PC-17")
    refund.refresh_from_db()
    paid.charge.refresh_from_db()
    assert (refund.state, refund.provider_transaction_no, paid.charge.state) == ("done", "PC-17", "settled")
    assert account(paid.charge) == (135_000, 35_000, 135_000, 35_000, 0)
    assert OutboxEvent.objects.get(name="payments.refund_finished").payload == {
        "refund_id": str(refund.pk),
        "charge_id": str(paid.charge_id),
        "subject_reference": "dossier:42",
        "amount": 35_000,
        "state": "done",
    }
    assert LedgerEntry.objects.get(kind="refunded").actor_id == office.phuc.user_id


def test_the_charge_is_refunded_when_the_last_dong_is_back(paid: PaymentAttempt, office: Office) -> None:
    for amount, state in ((35_000, "settled"), (100_000, "refunded")):
        refund = propose(office.mai, paid, amount=amount, reason=RefundReason.NOT_OWED)
        services.approve_refund(actor=office.dung, refund_id=refund.pk)
        services.confirm_paid_out(actor=office.mai, refund_id=refund.pk, reference="PC")
        paid.charge.refresh_from_db()
        assert paid.charge.state == state
    assert account(paid.charge) == (135_000, 135_000, 135_000, 135_000, 0)
    with pytest.raises(NothingToRefund):
        propose(office.mai, paid, amount=1)


@pytest.mark.parametrize("amount", [0, -1, 100_001, 10**19, True])
def test_never_more_than_is_left(paid: PaymentAttempt, office: Office, amount: int) -> None:
    propose(office.mai, paid, amount=35_000)
    with pytest.raises(RefundAmountInvalid) as raised:
        propose(office.hoa, paid, amount=amount)
    assert list(raised.value.fields) == ["amount"]
    assert (reserved(paid), Refund.objects.count()) == (35_000, 1)


def test_the_database_itself_refuses_to_promise_more_than_came(paid: PaymentAttempt) -> None:
    with pytest.raises(IntegrityError, match="payment_attempt_refunds_within_what_came"), transaction.atomic():
        PaymentAttempt.objects.filter(pk=paid.pk).update(refund_reserved_amount=135_001)


def test_a_second_click_proposes_nothing(paid: PaymentAttempt, office: Office) -> None:
    propose(office.mai, paid, seen_refundable_amount=135_000)
    with pytest.raises(RefundChanged):
        propose(office.mai, paid, seen_refundable_amount=135_000)
    assert reserved(paid) == 35_000


def test_nobody_decides_what_they_proposed(paid: PaymentAttempt, office: Office) -> None:
    refund = propose(office.mai, paid)
    for act in (
        lambda: services.approve_refund(actor=office.mai, refund_id=refund.pk),
        lambda: services.reject_refund(actor=office.mai, refund_id=refund.pk, note="Thôi"),
    ):
        with pytest.raises(RefundNeedsAnotherPerson):
            act()
    refund.refresh_from_db()
    assert (refund.state, refund.decided_at) == ("proposed", None)
    with pytest.raises(IntegrityError, match="refund_takes_two_people"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(
            state="approved", decided_by=office.mai.user_id, decided_at=refund.proposed_at
        )


def test_another_accountant_decides_as_well_as_the_head(paid: PaymentAttempt, office: Office) -> None:
    assert services.approve_refund(actor=office.hoa, refund_id=propose(office.mai, paid).pk).state == "approved"


def test_a_rejection_says_why_and_frees_the_money(paid: PaymentAttempt, office: Office) -> None:
    refund = propose(office.mai, paid)
    with pytest.raises(RefundNoteMissing):
        services.reject_refund(actor=office.dung, refund_id=refund.pk, note=" ")
    assert reserved(paid) == 35_000
    services.reject_refund(actor=office.dung, refund_id=refund.pk, note="Mức thu đúng")
    refund.refresh_from_db()
    assert (refund.state, refund.decision_note, reserved(paid)) == ("rejected", "Mức thu đúng", 0)
    assert refund.finished_at == refund.decided_at
    with pytest.raises(RefundAlreadyDecided) as raised:
        services.approve_refund(actor=office.hoa, refund_id=refund.pk)
    assert "Phạm Văn Dung đã quyết định trước: không duyệt" in str(raised.value.sentence)


def test_a_double_payment_goes_back_whole_and_leaves_the_charge_as_it_was(paid: PaymentAttempt, office: Office) -> None:
    surplus = make_surplus(paid.charge)
    assert account(paid.charge)[-1] == -135_000
    refund = propose(office.mai, surplus, amount=135_000, reason=RefundReason.DOUBLE_PAYMENT)
    services.approve_refund(actor=office.dung, refund_id=refund.pk)
    services.confirm_paid_out(actor=office.phuc, refund_id=refund.pk, reference="PC-1")
    surplus.refresh_from_db()
    paid.charge.refresh_from_db()
    assert (surplus.state, surplus.review_reason, paid.charge.state) == ("returned", "", "settled")
    assert account(paid.charge) == (135_000, 0, 270_000, 135_000, 0)


def test_a_surplus_is_returned_only_when_its_last_part_is_back(paid: PaymentAttempt, office: Office) -> None:
    surplus = make_surplus(paid.charge)
    for amount, state in ((100_000, "needs_review"), (35_000, "returned")):
        refund = propose(office.mai, surplus, amount=amount, reason=RefundReason.DOUBLE_PAYMENT)
        services.approve_refund(actor=office.dung, refund_id=refund.pk)
        services.confirm_paid_out(actor=office.phuc, refund_id=refund.pk, reference="PC")
        surplus.refresh_from_db()
        assert surplus.state == state


@pytest.mark.parametrize(
    ("state", "review_reason", "reason", "error"),
    [
        ("succeeded", "", RefundReason.DOUBLE_PAYMENT, RefundReasonUnfit),
        ("succeeded", "", RefundReason.REVERSED, RefundReasonUnfit),
        ("succeeded", "", "gold", RefundReasonUnfit),
        ("succeeded", "contradicted", RefundReason.NOT_OWED, RefundReasonUnfit),
        ("needs_review", "double_payment", RefundReason.NOT_OWED, RefundReasonUnfit),
        ("needs_review", "double_payment", RefundReason.PAID_AFTER_CANCELLATION, RefundReasonUnfit),
        ("needs_review", "suspected", RefundReason.NOT_OWED, NothingToRefund),
        ("expired", "", RefundReason.NOT_OWED, NothingToRefund),
        ("returned", "", RefundReason.DOUBLE_PAYMENT, NothingToRefund),
    ],
)
def test_a_reason_must_fit_what_became_of_the_attempt(
    charge: Charge,
    office: Office,
    provider: FakeGateway,
    state: str,
    review_reason: str,
    reason: str,
    error: type[PortalError],
) -> None:
    attempt = OnlineAttemptFactory(
        charge=charge, provider="fake", state=state, review_reason=review_reason, finished_at=charge.created_at
    )
    with pytest.raises(error):
        propose(office.mai, attempt, reason=reason)
    assert (Refund.objects.count(), reserved(attempt)) == (0, 0)


def test_money_goes_back_through_a_provider_only_where_it_came_through_one_that_can(
    paid: PaymentAttempt, office: Office, provider: FakeGateway
) -> None:
    provider.can_refund = False  # type: ignore[misc]
    with pytest.raises(RefundRouteUnfit):
        propose(office.mai, paid, route=RefundRoute.PROVIDER)
    with pytest.raises(RefundRouteUnfit):
        propose(office.mai, paid, route="pigeon")
    assert reserved(paid) == 0


class TestBankTransfer:
    """The payer's account may wait for the payer, the approval may not do without it."""

    @pytest.fixture
    def refund(self, paid: PaymentAttempt, office: Office) -> Refund:
        return propose(office.mai, paid, route=RefundRoute.BANK_TRANSFER)

    def test_the_payer_is_asked_and_the_approval_waits(self, refund: Refund, office: Office) -> None:
        assert OutboxEvent.objects.filter(name="payments.refund_account_asked").count() == 1
        with pytest.raises(RefundAccountMissing):
            services.approve_refund(actor=office.dung, refund_id=refund.pk)
        refund.refresh_from_db()
        assert refund.state == "proposed"

    def test_a_proposal_that_knows_the_account_asks_nobody(self, paid: PaymentAttempt, office: Office) -> None:
        propose(office.mai, paid, route=RefundRoute.BANK_TRANSFER, account=ACCOUNT)
        assert OutboxEvent.objects.filter(name="payments.refund_account_asked").count() == 0

    def test_the_payer_gives_the_account_and_the_transfer_is_confirmed(
        self, refund: Refund, office: Office, payer: Actor
    ) -> None:
        told = services.give_refund_account(actor=payer, refund_id=refund.pk, account=ACCOUNT).account
        services.approve_refund(actor=office.dung, refund_id=refund.pk, seen_account=told)
        with pytest.raises(RefundReferenceMissing):
            services.confirm_paid_out(actor=office.mai, refund_id=refund.pk, reference="  ")
        services.confirm_paid_out(actor=office.mai, refund_id=refund.pk, reference="FT25125")
        refund.refresh_from_db()
        assert (refund.state, refund.account_name) == ("done", "NGUYEN THI AN")

    def test_an_account_that_changed_under_the_approvers_eyes_is_looked_at_again(
        self, refund: Refund, office: Office, payer: Actor
    ) -> None:
        services.give_refund_account(actor=payer, refund_id=refund.pk, account=ACCOUNT)
        for seen in ("", "970405 0123456789 NGUYEN THI AN"):
            with pytest.raises(RefundChanged), transaction.atomic():
                services.approve_refund(actor=office.dung, refund_id=refund.pk, seen_account=seen)
        refund.refresh_from_db()
        assert refund.state == "proposed"

    def test_the_account_is_fixed_once_somebody_decided(self, refund: Refund, office: Office, payer: Actor) -> None:
        services.give_refund_account(actor=payer, refund_id=refund.pk, account=ACCOUNT)
        services.approve_refund(actor=office.dung, refund_id=refund.pk)
        other = services.BankAccount(bank="970405", number="999999", name="AI KHAC")
        with pytest.raises(RefundAlreadyDecided):
            services.give_refund_account(actor=payer, refund_id=refund.pk, account=other)
        refund.refresh_from_db()
        assert refund.account_number == "0123456789"

    def test_only_the_payer_gives_it(self, refund: Refund, office: Office, chi: User) -> None:
        for actor in (office.mai, office.dung, actor_of(chi), ANONYMOUS):
            with pytest.raises(RefundNotFound):
                services.give_refund_account(actor=actor, refund_id=refund.pk, account=ACCOUNT)
        refund.refresh_from_db()
        assert refund.account_number == ""

    def test_a_transfer_that_came_back_frees_the_money_for_another_try(
        self, refund: Refund, office: Office, payer: Actor, paid: PaymentAttempt
    ) -> None:
        services.give_refund_account(actor=payer, refund_id=refund.pk, account=ACCOUNT)
        services.approve_refund(actor=office.dung, refund_id=refund.pk)
        services.record_not_paid_out(actor=office.mai, refund_id=refund.pk, reference="FT-TRA-LAI")
        refund.refresh_from_db()
        assert (refund.state, refund.failure_code, reserved(paid)) == ("refused", "not_paid_out", 0)
        assert account(paid.charge) == (135_000, 0, 135_000, 0, 0)
        with pytest.raises(MoveRefused):
            services.confirm_paid_out(actor=office.mai, refund_id=refund.pk, reference="FT")


@pytest.mark.parametrize(
    ("bank", "number", "name", "fields"),
    [
        ("97043", "0123456789", "AN", ["account_bank"]),
        ("97043x", "012", "", ["account_bank", "account_name", "account_number"]),
        ("970436", "0" * 20, "AN", ["account_number"]),
        ("970436", "0123 456", "AN", ["account_number"]),
        ("970436", "١٢٣٤٥", "AN", ["account_number"]),
        ("970436", "012345", "A", ["account_name"]),
    ],
)
def test_an_account_that_no_bank_has_is_refused_field_by_field(
    bank: str, number: str, name: str, fields: list[str]
) -> None:
    with pytest.raises(RefundAccountInvalid) as raised:
        services.BankAccount(bank=bank, number=number, name=name)
    assert sorted(raised.value.fields) == fields


def test_the_system_proposes_once_for_money_nobody_owed(paid: PaymentAttempt, office: Office) -> None:
    surplus = make_surplus(paid.charge)
    event = SurplusReceived(
        charge_id=str(paid.charge_id),
        subject_reference=paid.charge.subject,
        amount=surplus.amount,
        attempt_id=str(surplus.pk),
    )
    for _ in range(3):
        event_handlers.propose_refund_of_surplus(event)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.route) == (135_000, "double_payment", "provider")
    assert (refund.proposed_by_id, refund.state, reserved(surplus)) == (None, "proposed", 135_000)
    services.reject_refund(actor=office.dung, refund_id=refund.pk, note="Chuyển khoản thay")
    event_handlers.propose_refund_of_surplus(event)
    assert Refund.objects.count() == 1


@pytest.mark.parametrize(("method", "route"), [("cash", "cash"), ("card_at_counter", "bank_transfer")])
def test_the_system_proposes_the_way_the_money_came(charge: Charge, office: Office, method: str, route: str) -> None:
    surplus = make_surplus(
        charge,
        "paid_after_cancellation",
        method=method,
        provider="",
        provider_reference="",
        recorded_by_id=office.phuc.user_id,
        agency=office.agency,
    )
    refund = services.propose_for_surplus(attempt_id=surplus.pk)
    assert refund is not None
    assert (refund.route, refund.reason) == (route, "paid_after_cancellation")


# --- Who may do what ------------------------------------------------------------------------------------------------

ACCESS: dict[str, set[OfficerRole]] = {
    "propose": {OfficerRole.ACCOUNTANT, OfficerRole.CASHIER},
    "approve": {OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD},
    "reject": {OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD},
    "pay_cash": {OfficerRole.ACCOUNTANT, OfficerRole.CASHIER},
    "pay_by_bank": {OfficerRole.ACCOUNTANT},
    "vouch": {OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD},
    "find_unpaid": {OfficerRole.ACCOUNTANT, OfficerRole.AGENCY_HEAD},
    "ask_again": {OfficerRole.ACCOUNTANT},
    "conclude": {OfficerRole.ACCOUNTANT},
}
SEES = {OfficerRole.ACCOUNTANT, OfficerRole.CASHIER, OfficerRole.AGENCY_HEAD}


def _do(action: str, actor: Actor, charge: Charge, office: Office) -> Any:
    """The action on a row that is ready for it."""
    if action in ("vouch", "find_unpaid"):
        attempt = OnlineAttemptFactory(
            charge=charge,
            provider="fake",
            state="needs_review",
            review_reason="suspected",
            finished_at=charge.created_at,
        )
        act = services.vouch_for_money if action == "vouch" else services.find_unpaid
        return act(actor=actor, attempt_id=attempt.pk, note="Đã hỏi ngân hàng")
    paid = make_paid(charge)
    if action == "propose":
        return propose(actor, paid)
    route = {"pay_cash": "cash", "pay_by_bank": "bank_transfer"}.get(action, "provider")
    refund = propose(office.phuc, paid, route=route, account=ACCOUNT)
    if action == "approve":
        return services.approve_refund(actor=actor, refund_id=refund.pk)
    if action == "reject":
        return services.reject_refund(actor=actor, refund_id=refund.pk, note="Không")
    services.approve_refund(actor=office.dung, refund_id=refund.pk)
    if action in ("pay_cash", "pay_by_bank"):
        return services.confirm_paid_out(actor=actor, refund_id=refund.pk, reference="PC")
    Refund.objects.filter(pk=refund.pk).update(state=RefundState.SENT, sent_at=refund.proposed_at, next_enquiry_at=None)
    if action == "ask_again":
        return services.ask_about_refund_again(actor=actor, refund_id=refund.pk)
    return services.conclude_unanswered(actor=actor, refund_id=refund.pk, is_done=True, reference="VNP1")


@pytest.mark.parametrize("role", list(OfficerRole))
@pytest.mark.parametrize("action", list(ACCESS))
def test_access_of_each_role_to_each_act(
    charge: Charge, office: Office, provider: FakeGateway, chi: User, action: str, role: OfficerRole
) -> None:
    actor = actor_of(chi, (office.agency, role))
    if role in ACCESS[action]:
        assert _do(action, actor, charge, office) is not None
        return
    with pytest.raises(RefundNotPermitted if role in SEES else (RefundNotFound, AttemptNotFound)):
        _do(action, actor, charge, office)


@pytest.mark.parametrize("action", list(ACCESS))
def test_nobody_acts_elsewhere_nor_for_their_own_charge_nor_without_an_account(
    charge: Charge, office: Office, provider: FakeGateway, chi: User, an: User, action: str
) -> None:
    elsewhere = CollectingAgencyFactory()
    role = min(ACCESS[action])
    strangers = [actor_of(chi, (elsewhere, role)), actor_of(chi), ANONYMOUS, SYSTEM]
    for stranger in strangers:
        with pytest.raises((RefundNotFound, AttemptNotFound)), transaction.atomic():
            _do(action, stranger, charge, office)
    with pytest.raises(RefundNotPermitted), transaction.atomic():
        _do(action, actor_of(an, (office.agency, role)), charge, office)


def test_whoever_stands_in_for_the_payer_does_not_decide_in_their_place(
    paid: PaymentAttempt, office: Office, an: User
) -> None:
    refund = propose(office.mai, paid)
    duty = Duty(office.agency.pk, OfficerRole.AGENCY_HEAD, on_behalf_of=Absentee(an.pk, "An"))
    stand_in = Actor(ActorKind.OFFICER, PayerFactory().pk, "Lan", frozenset({duty}))
    with pytest.raises(RefundNotPermitted):
        services.approve_refund(actor=stand_in, refund_id=refund.pk)


def test_what_was_proposed_never_changes_and_no_refund_is_deleted(paid: PaymentAttempt, office: Office) -> None:
    refund = propose(office.mai, paid)
    with pytest.raises(InternalError, match="Cannot update rows"), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).update(amount=1)
    with pytest.raises(InternalError), transaction.atomic():
        Refund.objects.filter(pk=refund.pk).delete()
