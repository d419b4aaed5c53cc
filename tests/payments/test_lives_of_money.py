"""Anything may happen to a charge, in any order: after each step the books must balance and agree with the states.

charged - reduced = settled - refunded + owed, to the đồng; what is owed follows from the states alone; and no attempt ever
promises more than came. Acts that must be refused are, and change nothing.
"""

from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from payments import services, tasks
from payments.enums import (
    RESERVING_REFUND_STATES,
    AttemptState,
    EntryKind,
    MessageKind,
    PaymentMethod,
    RefundReason,
    RefundRoute,
    RefundState,
    ReviewReason,
)
from payments.events import SurplusReceived
from payments.gateways import RefundOutcome
from payments.models import Charge, LedgerEntry, PaymentAttempt, Refund
from payments.selectors import ledger
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.errors import PortalError
from portal.core.models import OutboxEvent
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory
from tests.payments.refunding import FakeGateway, answer, make_office, registered_provider

pytestmark = pytest.mark.django_db

PICK = st.integers(min_value=0, max_value=11)
OUTCOMES = ["paid", "paid", "paid", "failed", "cancelled", "expired", "suspected", "pending", "not_found"]


class LivesOfMoney(RuleBasedStateMachine):
    """One charge of 135.000 đ, its tries, and everybody who has to do with it."""

    provider: FakeGateway

    def __init__(self) -> None:
        super().__init__()
        self._block = transaction.atomic()
        self._block.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self._block.__exit__(None, None, None)

    @initialize()
    def owe(self) -> None:
        self.charge: Charge = ChargeFactory()
        assert self.charge.agency is not None
        self.office = make_office(self.charge.agency)
        self.tries = 0
        self.told: list[dict[str, str]] = []

    # --- the payer, the provider, the desk, the agency -------------------------------------------------------------

    @rule()
    def try_to_pay(self) -> None:
        """A new try; an older one that is still open ends, though its money may be on the way."""
        self.charge.refresh_from_db()
        if self.charge.state != "owed":
            return
        for still_open in self.charge.attempts.filter(state__in=("created", "redirected")):
            PaymentAttempt.objects.filter(pk=still_open.pk).update(state="expired", finished_at=clock.now())
        self.tries += 1
        OnlineAttemptFactory(charge=self.charge, provider="fake", provider_reference=f"L-{self.charge.pk}-{self.tries}")

    @precondition(lambda self: self.tries)
    @rule(which=PICK, outcome=st.sampled_from(OUTCOMES), is_wrong_amount=st.sampled_from([False] * 5 + [True]))
    def hear_from_provider(self, which: int, outcome: str, is_wrong_amount: bool) -> None:
        attempt = self._pick(self.charge.attempts.filter(provider="fake"), which)
        amount = attempt.amount + 1 if is_wrong_amount else attempt.amount
        message = {"reference": attempt.provider_reference, "amount": str(amount), "outcome": outcome}
        before = self._money()
        services.record_provider_message(provider="fake", kind=MessageKind.NOTIFICATION, parameters=message)
        if is_wrong_amount or outcome != "paid":
            assert self._money() == before
        self.told.append(message)

    @precondition(lambda self: self.told)
    @rule(which=PICK)
    def hear_it_again(self, which: int) -> None:
        """A message delivered again, however old, moves no money twice."""
        message = self.told[which % len(self.told)]
        attempt = PaymentAttempt.objects.get(provider_reference=message["reference"])
        had_money = attempt.received_amount
        services.record_provider_message(provider="fake", kind=MessageKind.NOTIFICATION, parameters=message)
        attempt.refresh_from_db()
        assert attempt.received_amount in (had_money, attempt.amount)

    @rule()
    def pay_at_the_counter(self) -> None:
        with suppress(PortalError), transaction.atomic():
            services.record_counter_payment(
                actor=self.office.phuc,
                charge_id=self.charge.pk,
                method=PaymentMethod.CASH,
                received_amount=self.charge.amount,
                agency_id=self.office.agency.pk,
                knows_of_other_tries=True,
            )

    @rule()
    def cancel(self) -> None:
        with suppress(PortalError), transaction.atomic():
            services.cancel_charge(actor=SYSTEM, charge_id=self.charge.pk)

    @rule()
    def work_off_the_outbox(self) -> None:
        for event in OutboxEvent.objects.filter(name=SurplusReceived.name):
            services.propose_for_surplus(attempt_id=event.payload["attempt_id"])

    # --- refunds and reviews ---------------------------------------------------------------------------------------

    @rule(
        which=PICK,
        amount=st.sampled_from([1, 35_000, 100_000, 135_000, 135_001]),
        reason=st.sampled_from(RefundReason.values),
        route=st.sampled_from(RefundRoute.values),
    )
    def propose(self, which: int, amount: int, reason: str, route: str) -> None:
        attempt = self._pick(self.charge.attempts.all(), which)
        if attempt is None:
            return
        account = services.BankAccount(bank="970436", number="0123456789", name="AN")
        with suppress(PortalError), transaction.atomic():
            services.propose_refund(
                actor=self.office.mai,
                attempt_id=attempt.pk,
                amount=amount,
                reason=reason,
                route=route,
                note="x",
                account=account,
            )

    @rule(which=PICK, is_yes=st.sampled_from([True, True, False]), is_same_person=st.sampled_from([False] * 4 + [True]))
    def decide(self, which: int, is_yes: bool, is_same_person: bool) -> None:
        refund = self._pick(Refund.objects.filter(state=RefundState.PROPOSED), which)
        if refund is None:
            return
        actor = self.office.mai if is_same_person else self.office.dung
        before = self._money()
        with suppress(PortalError), transaction.atomic():
            if is_yes:
                services.approve_refund(actor=actor, refund_id=refund.pk)
            else:
                services.reject_refund(actor=actor, refund_id=refund.pk, note="Không")
        refund.refresh_from_db()
        if is_same_person and refund.proposed_by_id is not None:
            assert (refund.state, self._money()) == (RefundState.PROPOSED, before)

    @rule(
        outcome=st.sampled_from([RefundOutcome.DONE, RefundOutcome.REFUSED, RefundOutcome.PENDING, None]),
        is_authentic=st.sampled_from([True, True, True, False]),
    )
    def send(self, outcome: RefundOutcome | None, is_authentic: bool) -> None:
        self.provider.answers = [answer(outcome, is_authentic=is_authentic) if outcome else None]
        Refund.objects.filter(next_enquiry_at__isnull=False).update(next_enquiry_at=clock.now())
        tasks.send_refunds()

    @rule(which=PICK, outcome=st.sampled_from([RefundOutcome.DONE, RefundOutcome.REFUSED]))
    def answer_late(self, which: int, outcome: RefundOutcome) -> None:
        """An answer to a refund that was sent, whatever became of it since."""
        refund = self._pick(Refund.objects.filter(sent_at__isnull=False), which)
        if refund is not None:
            services.record_refund_answer(refund_id=refund.pk, provider="fake", report=answer(outcome, number="late"))

    @rule(which=PICK, is_done=st.booleans())
    def pay_out(self, which: int, is_done: bool) -> None:
        refund = self._pick(Refund.objects.filter(state=RefundState.APPROVED), which)
        if refund is None:
            return
        act = services.confirm_paid_out if is_done else services.record_not_paid_out
        with suppress(PortalError), transaction.atomic():
            act(actor=self.office.mai, refund_id=refund.pk, reference="PC")

    @rule(which=PICK, is_there=st.booleans())
    def review(self, which: int, is_there: bool) -> None:
        attempt = self._pick(self.charge.attempts.exclude(review_reason=""), which)
        if attempt is None:
            return
        act = services.vouch_for_money if is_there else services.find_unpaid
        with suppress(PortalError), transaction.atomic():
            act(actor=self.office.hoa, attempt_id=attempt.pk, note="x")

    # --- what must always hold -------------------------------------------------------------------------------------

    @invariant()
    def money_is_conserved(self) -> None:
        if not hasattr(self, "charge"):
            return
        self.charge.refresh_from_db()
        account = ledger.account_of_charge(self.charge.pk)
        assert account.charged == self.charge.amount
        assert account.charged - account.reduced == account.settled - account.refunded + account.owed
        assert account.owed == self._owed_by_states()
        assert account.settled == _sum(self.charge.attempts.all(), "received_amount")
        assert account.refunded == _sum(self._refunds(RefundState.DONE), "amount")
        assert min(account.charged, account.reduced, account.settled, account.refunded, account.kept) >= 0
        assert ledger.account_of_agencies([self.office.agency.pk]) == account

    @invariant()
    def no_attempt_promises_more_than_came(self) -> None:
        if not hasattr(self, "charge"):
            return
        self.charge.refresh_from_db()
        for attempt in self.charge.attempts.all():
            reserved = _sum(attempt.refunds.filter(state__in=RESERVING_REFUND_STATES), "amount")
            assert attempt.refund_reserved_amount == reserved <= attempt.received_amount

    @invariant()
    def a_charge_is_paid_by_one_attempt_and_said_so_once(self) -> None:
        if not hasattr(self, "charge"):
            return
        self.charge.refresh_from_db()
        is_paid = self.charge.state in ("settled", "refunded")
        assert self.charge.attempts.filter(state=AttemptState.SUCCEEDED).count() == int(is_paid)
        reversals = self.charge.attempts.filter(state=AttemptState.REVERSED).count()
        assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == int(is_paid) + reversals
        surplus = self.charge.attempts.filter(state__in=("needs_review", "returned"), received_amount__gt=0).count()
        assert OutboxEvent.objects.filter(name=SurplusReceived.name).count() == surplus

    @invariant()
    def every_end_is_told_once(self) -> None:
        if not hasattr(self, "charge"):
            return
        self.charge.refresh_from_db()
        ended = self._refunds(RefundState.DONE, RefundState.REFUSED).exclude(reason=RefundReason.REVERSED).count()
        assert OutboxEvent.objects.filter(name="payments.refund_finished").count() == ended

    def _owed_by_states(self) -> int:
        owed = self.charge.amount if self.charge.state == "owed" else 0
        for attempt in self.charge.attempts.filter(
            review_reason__in=(ReviewReason.DOUBLE_PAYMENT, ReviewReason.PAID_AFTER_CANCELLATION)
        ):
            owed -= attempt.received_amount - _sum(attempt.refunds.filter(state=RefundState.DONE), "amount")
        return owed

    def _refunds(self, *states: RefundState) -> Any:
        return Refund.objects.filter(attempt__charge=self.charge, state__in=states)

    def _money(self) -> list[tuple[str, int]]:
        moves = LedgerEntry.objects.filter(kind__in=(EntryKind.SETTLED, EntryKind.REFUNDED))
        return list(moves.order_by("id").values_list("kind", "amount"))

    @staticmethod
    def _pick(rows: Any, which: int) -> Any:
        found = list(rows.order_by("pk"))
        return found[which % len(found)] if found else None


def _sum(rows: Any, column: str) -> int:
    return int(rows.aggregate(total=Sum(column))["total"] or 0)


def test_no_order_of_events_loses_or_makes_a_dong() -> None:
    with registered_provider() as provider:
        LivesOfMoney.provider = provider
        run_state_machine_as_test(
            LivesOfMoney,
            settings=settings(
                max_examples=25,
                stateful_step_count=24,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
