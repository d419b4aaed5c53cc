"""Who may be the second person where somebody stands in, and what the system itself proposes."""

import pytest
from django.db import IntegrityError, transaction

from payments import services
from payments.errors import MoveRefused, RefundNeedsAnotherPerson, RefundNotPermitted
from payments.models import Charge, PaymentAttempt, Refund
from payments.selectors.refunds import attempts_to_review
from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import SYSTEM, Absentee, Actor, ActorKind, Duty
from portal.core.models import OutboxEvent
from tests.factories.payments import PayerFactory, actor_of
from tests.payments.refunding import Office, make_paid, make_surplus, propose


class TestWhoeverStandsIn:
    """Lan holds Mai's or Dung's duty while they are away."""

    @pytest.fixture
    def lan(self) -> User:
        return PayerFactory(full_name="Hồ Thị Lan")

    def in_place_of(self, lan: User, absent: Actor, role: OfficerRole, office: Office, *own: Duty) -> Actor:
        assert absent.user_id is not None
        duty = Duty(office.agency.pk, role, on_behalf_of=Absentee(absent.user_id, "vắng"))
        return Actor(ActorKind.OFFICER, lan.pk, "Lan", frozenset({duty, *own}))

    def test_nobody_decides_by_the_duty_of_the_one_who_proposed(
        self, paid: PaymentAttempt, office: Office, lan: User
    ) -> None:
        refund = propose(office.mai, paid)
        as_mai = self.in_place_of(lan, office.mai, OfficerRole.ACCOUNTANT, office)
        for decide in (services.approve_refund, services.reject_refund):
            with pytest.raises(RefundNeedsAnotherPerson), transaction.atomic():
                decide(actor=as_mai, refund_id=refund.pk, note="Đồng ý")
        refund.refresh_from_db()
        assert refund.state == "proposed"

    def test_what_was_proposed_in_ones_place_one_does_not_decide(
        self, paid: PaymentAttempt, office: Office, lan: User
    ) -> None:
        refund = propose(self.in_place_of(lan, office.mai, OfficerRole.ACCOUNTANT, office), paid)
        assert (refund.proposed_by_id, refund.proposed_in_place_of_id) == (lan.pk, office.mai.user_id)
        with pytest.raises(RefundNeedsAnotherPerson), transaction.atomic():
            services.approve_refund(actor=office.mai, refund_id=refund.pk)
        with pytest.raises(RefundNeedsAnotherPerson), transaction.atomic():
            services.approve_refund(actor=actor_of(lan, (office.agency, OfficerRole.AGENCY_HEAD)), refund_id=refund.pk)
        assert services.approve_refund(actor=office.hoa, refund_id=refund.pk).decided_in_place_of_id is None

    def test_who_decides_in_the_heads_place_says_so(self, paid: PaymentAttempt, office: Office, lan: User) -> None:
        refund = propose(office.mai, paid)
        as_dung = self.in_place_of(lan, office.dung, OfficerRole.AGENCY_HEAD, office)
        decided = services.approve_refund(actor=as_dung, refund_id=refund.pk)
        assert (decided.decided_by_id, decided.decided_in_place_of_id) == (lan.pk, office.dung.user_id)

    def test_a_duty_of_ones_own_is_nobodys_place(self, paid: PaymentAttempt, office: Office, lan: User) -> None:
        own = Duty(office.agency.pk, OfficerRole.CASHIER)
        refund = propose(self.in_place_of(lan, office.mai, OfficerRole.ACCOUNTANT, office, own), paid)
        assert refund.proposed_in_place_of_id is None

    def test_the_database_knows_it_too(self, paid: PaymentAttempt, office: Office, lan: User) -> None:
        refund = propose(self.in_place_of(lan, office.mai, OfficerRole.ACCOUNTANT, office), paid)
        for columns in (
            {"decided_by_id": office.mai.user_id},
            {"decided_by_id": office.dung.user_id, "decided_in_place_of_id": lan.pk},
            {"decided_by_id": office.dung.user_id, "decided_in_place_of_id": office.mai.user_id},
        ):
            with pytest.raises(IntegrityError, match="stands_in_for_nobody"), transaction.atomic():
                Refund.objects.filter(pk=refund.pk).update(state="approved", decided_at=clock.now(), **columns)


def test_a_surplus_given_back_in_part_stays_in_sight(paid: PaymentAttempt, office: Office) -> None:
    twice = make_surplus(paid.charge)
    wanted = {"amount": 100_000, "reason": "double_payment", "route": "cash", "note": "Nộp hai lần"}
    refund = services.propose_refund(actor=office.mai, attempt_id=twice.pk, **wanted)
    services.approve_refund(actor=office.dung, refund_id=refund.pk)
    services.confirm_paid_out(actor=office.phuc, refund_id=refund.pk, reference="PC-1")
    assert list(attempts_to_review([office.agency.pk])) == [twice]
    services.propose_refund(actor=office.mai, attempt_id=twice.pk, **(wanted | {"amount": 35_000}))
    assert list(attempts_to_review([office.agency.pk])) == []


class TestWhatEndedUndecided:
    """The system asks; a person says."""

    def test_all_that_is_kept_is_asked_about_once(self, paid: PaymentAttempt, office: Office) -> None:
        propose(office.mai, paid)
        for _ in range(2):
            services.propose_for_unserved(actor=SYSTEM, subject="dossier:42", note="Người nộp rút hồ sơ.")
        refund = Refund.objects.get(reason="not_served")
        assert (refund.amount, refund.state, refund.note) == (100_000, "proposed", "Người nộp rút hồ sơ.")
        services.reject_refund(actor=office.dung, refund_id=refund.pk, note="Lệ phí không hoàn")
        services.propose_for_unserved(actor=SYSTEM, subject="dossier:42", note="Người nộp rút hồ sơ.")
        assert Refund.objects.filter(reason="not_served").count() == 1

    def test_what_is_owed_or_given_back_is_not_asked_about(self, charge: Charge, office: Office) -> None:
        services.propose_for_unserved(actor=SYSTEM, subject="dossier:42", note="")
        assert not Refund.objects.exists()

    def test_the_officer_who_ended_it_does_not_approve(self, paid: PaymentAttempt, office: Office) -> None:
        (refund,) = services.propose_for_unserved(actor=office.dung, subject="dossier:42", note="Dừng")
        with pytest.raises(RefundNeedsAnotherPerson), transaction.atomic():
            services.approve_refund(actor=office.dung, refund_id=refund.pk)
        services.approve_refund(actor=office.mai, refund_id=refund.pk)

    def test_the_payer_is_asked_for_the_account_when_a_person_has_found_it_due(
        self, charge: Charge, office: Office
    ) -> None:
        make_paid(charge, method="vietqr", provider="vietqr")
        (refund,) = services.propose_for_unserved(actor=SYSTEM, subject="dossier:42", note="Rút")
        asked = OutboxEvent.objects.filter(name="payments.refund_account_asked")
        assert (refund.route, refund.asks_account, asked.count()) == ("bank_transfer", False, 0)
        assert services.ask_for_refund_account(actor=office.mai, refund_id=refund.pk).asks_account
        with pytest.raises(MoveRefused), transaction.atomic():
            services.ask_for_refund_account(actor=office.mai, refund_id=refund.pk)
        with pytest.raises(RefundNotPermitted), transaction.atomic():
            services.ask_for_refund_account(actor=office.phuc, refund_id=refund.pk)
        assert asked.count() == 1


@pytest.mark.parametrize(("owed", "given_back"), [(100_000, 35_000), (0, 135_000), (135_000, None), (200_000, None)])
def test_what_costs_less_after_it_was_paid_goes_back(
    paid: PaymentAttempt, office: Office, owed: int, given_back: int | None
) -> None:
    refund = services.propose_for_overcharge(
        actor=office.dung, charge_id=paid.charge_id, owed_amount=owed, note="Đếm lại"
    )
    assert (refund.amount if refund else None) == given_back
    again = services.propose_for_overcharge(
        actor=office.dung, charge_id=paid.charge_id, owed_amount=owed, note="Đếm lại"
    )
    assert again is None
