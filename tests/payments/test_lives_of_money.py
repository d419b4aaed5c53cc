"""Anything may happen to a charge, in any order: after each step the books must balance and agree with the states.

charged - reduced = settled - refunded + owed, to the đồng; what is owed follows from the states alone; and no attempt ever
promises more than came. Acts that must be refused are, and change nothing. Every act is the real service; only the
provider and the bank are played.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck
from hypothesis import settings as run_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from payments import services, tasks
from payments.enums import (
    OPEN_ATTEMPT_STATES,
    RESERVING_REFUND_STATES,
    SURPLUS_REASONS,
    AttemptState,
    EntryKind,
    LineVerdict,
    MessageKind,
    PaymentMethod,
    RefundReason,
    RefundRoute,
    RefundState,
    StatementSource,
)
from payments.events import SurplusReceived
from payments.gateways import RefundOutcome
from payments.models import Charge, LedgerEntry, PaymentAttempt, Refund, Statement, StatementLine
from payments.selectors import ledger
from portal.accounts.models import User
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.errors import PortalError
from portal.core.models import OutboxEvent
from tests.factories.payments import ChargeFactory, CollectingAgencyFactory, PayerFactory, actor_of
from tests.payments.bank import set_account
from tests.payments.refunding import FakeGateway, Office, answer, make_office, registered_provider

pytestmark = pytest.mark.django_db

ONLINE = PaymentMethod.VNPAY
PICK = st.integers(min_value=0, max_value=11)
OUTCOMES = ["paid", "paid", "paid", "failed", "cancelled", "expired", "suspected", "pending", "not_found"]


class LivesOfMoney(RuleBasedStateMachine):
    """One charge of 135.000 đ, its tries, and everybody who has to do with it."""

    # Who is there before anything happens, the same people in every life.
    provider: FakeGateway
    office: Office
    payer: User
    statement: Statement

    def __init__(self) -> None:
        super().__init__()
        self._block = transaction.atomic()
        self._block.__enter__()

    def teardown(self) -> None:
        if hasattr(self, "charge"):
            account = ledger.account_of_charge(self.charge.pk)
            assert ledger.account_of_agencies([self.office.agency.pk]) == account
        transaction.set_rollback(True)
        self._block.__exit__(None, None, None)

    @initialize()
    def owe(self) -> None:
        self.charge: Charge = ChargeFactory(payer=self.payer, agency=self.office.agency)
        self.told: list[dict[str, str]] = []

    # --- the payer, the provider, the bank, the desk, the agency ---------------------------------------------------

    @rule(method=st.sampled_from([ONLINE, ONLINE, PaymentMethod.VIETQR]))
    def try_to_pay(self, method: PaymentMethod) -> None:
        """A new try, or the one that is open still; another way ends that one, though its money may be on the way."""
        before = self._money()
        with suppress(PortalError), transaction.atomic():
            services.start_online_payment(
                actor=actor_of(self.payer),
                charge_id=self.charge.pk,
                client_address="203.0.113.7",
                language="vi",
                method=method,
            )
        assert self._money() == before

    @precondition(lambda self: self._tries(ONLINE))
    @rule(
        which=PICK,
        outcome=st.sampled_from(OUTCOMES),
        is_wrong_amount=st.sampled_from([False] * 5 + [True]),
        kind=st.sampled_from([MessageKind.NOTIFICATION] * 4 + [MessageKind.RETURN]),
    )
    def hear_from_provider(self, which: int, outcome: str, is_wrong_amount: bool, kind: MessageKind) -> None:
        attempt = self._pick(self._tries(ONLINE), which)
        amount = attempt.amount + 1 if is_wrong_amount else attempt.amount
        message = {"reference": attempt.provider_reference, "amount": str(amount), "outcome": outcome}
        before = self._money()
        services.record_provider_message(provider=ONLINE, kind=kind, parameters=message)
        if is_wrong_amount or outcome != "paid" or kind == MessageKind.RETURN:
            assert self._money() == before
        if kind == MessageKind.NOTIFICATION:
            self.told.append(message)

    @precondition(lambda self: self.told)
    @rule(which=PICK)
    def hear_it_again(self, which: int) -> None:
        """A message delivered again, however old, moves no money twice."""
        message = self.told[which % len(self.told)]
        attempt = PaymentAttempt.objects.get(provider_reference=message["reference"])
        had_money = attempt.received_amount
        services.record_provider_message(provider=ONLINE, kind=MessageKind.NOTIFICATION, parameters=message)
        attempt.refresh_from_db()
        assert attempt.received_amount in (had_money, attempt.amount)

    @precondition(lambda self: self._tries(PaymentMethod.VIETQR))
    @rule(which=PICK, amount=st.sampled_from([135_000, 135_000, 100_000, 150_000]))
    def be_transferred(self, which: int, amount: int) -> None:
        """The bank states a transfer for a try of whatever state: that much money more is in the books, once."""
        attempt = self._pick(self._tries(PaymentMethod.VIETQR), which)
        line = StatementLine.objects.create(
            statement=self.statement,
            source=StatementSource.BANK,
            movement_id=f"20250505-{StatementLine.objects.count()}",
            reference=attempt.provider_reference,
            happened_at=clock.now(),
            amount=amount,
            verdict=LineVerdict.PENDING,
        )
        before = self._money()
        for _ in range(2):
            tasks.place_statement_lines()
        assert self._money() == [*before, (EntryKind.SETTLED, amount)]
        line.refresh_from_db()
        assert line.verdict in (LineVerdict.SETTLED, LineVerdict.TO_REVIEW)

    @rule()
    def let_time_pass(self) -> None:
        """Tries run out and nobody at the provider answers."""
        past = clock.now() - timedelta(seconds=1)
        PaymentAttempt.objects.filter(state__in=OPEN_ATTEMPT_STATES).update(expires_at=past)
        PaymentAttempt.objects.filter(next_enquiry_at__isnull=False).update(next_enquiry_at=past)
        before = self._money()
        tasks.ask_about_open_attempts()
        tasks.close_expired_transfers()
        assert self._money() == before
        assert not PaymentAttempt.objects.filter(state__in=OPEN_ATTEMPT_STATES).exists()

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
        amount=st.sampled_from([1, 15_000, 35_000, 100_000, 135_000, 135_001, 150_000]),
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

    @precondition(lambda self: self._has_refunds())
    @rule(
        outcome=st.sampled_from([RefundOutcome.DONE, RefundOutcome.REFUSED, RefundOutcome.PENDING, None]),
        is_authentic=st.sampled_from([True, True, True, False]),
    )
    def send(self, outcome: RefundOutcome | None, is_authentic: bool) -> None:
        self.provider.answers = [answer(outcome, is_authentic=is_authentic) if outcome else None]
        Refund.objects.filter(next_enquiry_at__isnull=False).update(next_enquiry_at=clock.now())
        tasks.send_refunds()

    @precondition(lambda self: self._has_refunds())
    @rule(which=PICK, outcome=st.sampled_from([RefundOutcome.DONE, RefundOutcome.REFUSED]))
    def answer_late(self, which: int, outcome: RefundOutcome) -> None:
        """An answer to a refund that was sent, whatever became of it since."""
        refund = self._pick(Refund.objects.filter(sent_at__isnull=False), which)
        if refund is not None:
            services.record_refund_answer(refund_id=refund.pk, provider=ONLINE, report=answer(outcome, number="late"))

    @precondition(lambda self: self._has_refunds())
    @rule(which=PICK, is_done=st.booleans(), has_given_up=st.booleans())
    def pay_out(self, which: int, is_done: bool, has_given_up: bool) -> None:
        """A person pays out by hand; or concludes a refund the provider said nothing of, once nobody asks any more."""
        sent = Refund.objects.filter(state=RefundState.SENT)
        if has_given_up:
            sent.update(next_enquiry_at=None)
        refund = self._pick(sent | Refund.objects.filter(state=RefundState.APPROVED), which)
        if refund is None:
            return
        with suppress(PortalError), transaction.atomic():
            if refund.state == RefundState.SENT:
                services.conclude_unanswered(
                    actor=self.office.mai, refund_id=refund.pk, is_done=is_done, reference="PC"
                )
            else:
                act = services.confirm_paid_out if is_done else services.record_not_paid_out
                act(actor=self.office.mai, refund_id=refund.pk, reference="PC")

    @rule(which=PICK, act=st.sampled_from(["vouch_for_money", "find_unpaid", "accept_wrong_amount"]))
    def review(self, which: int, act: str) -> None:
        attempt = self._pick(self.charge.attempts.exclude(review_reason=""), which)
        if attempt is None:
            return
        with suppress(PortalError), transaction.atomic():
            service: Callable[..., PaymentAttempt] = getattr(services, act)
            service(actor=self.office.hoa, attempt_id=attempt.pk, note="x")

    # --- what must always hold -------------------------------------------------------------------------------------

    @invariant()
    def every_dong_is_accounted_for(self) -> None:
        if not hasattr(self, "charge"):
            return
        self.charge.refresh_from_db()
        self.attempts = list(self.charge.attempts.all())
        self.refunds = list(Refund.objects.filter(attempt__charge=self.charge))
        self.events = list(OutboxEvent.objects.values_list("name", "payload"))
        self._money_is_conserved()
        self._no_attempt_promises_more_than_came()
        self._a_charge_is_paid_by_one_attempt_and_said_so_once()
        self._every_end_is_told_once()

    def _money_is_conserved(self) -> None:
        account = ledger.account_of_charge(self.charge.pk)
        assert account.charged == self.charge.amount
        assert account.charged - account.reduced == account.settled - account.refunded + account.owed
        assert account.owed == self._owed_by_states()
        assert account.settled == sum(one.received_amount for one in self.attempts)
        assert account.refunded == self._refunded(self.refunds)
        assert min(account.charged, account.reduced, account.settled, account.refunded, account.kept) >= 0

    def _owed_by_states(self) -> int:
        owed = self.charge.amount if self.charge.state == "owed" else 0
        for attempt in self.attempts:
            of_attempt = [one for one in self.refunds if one.attempt_id == attempt.pk]
            if attempt.standing in SURPLUS_REASONS:
                owed -= attempt.received_amount - self._refunded(of_attempt)
            beyond = [one for one in of_attempt if one.reason == RefundReason.WRONG_AMOUNT]
            if attempt.state == AttemptState.SUCCEEDED:
                owed -= attempt.excess_amount - self._refunded(beyond)
        return owed

    def _no_attempt_promises_more_than_came(self) -> None:
        for attempt in self.attempts:
            reserving = [
                one for one in self.refunds if one.attempt_id == attempt.pk and one.state in RESERVING_REFUND_STATES
            ]
            reserved = sum(one.amount for one in reserving)
            assert attempt.refund_reserved_amount == reserved <= attempt.received_amount
            if attempt.state == AttemptState.SUCCEEDED:
                beyond = sum(one.amount for one in reserving if one.reason == RefundReason.WRONG_AMOUNT)
                assert beyond <= attempt.excess_amount
                assert reserved - beyond <= attempt.amount

    def _a_charge_is_paid_by_one_attempt_and_said_so_once(self) -> None:
        is_paid = self.charge.state in ("settled", "refunded")
        states = Counter(attempt.state for attempt in self.attempts)
        assert states[AttemptState.SUCCEEDED] == int(is_paid)
        assert sum(states[state] for state in OPEN_ATTEMPT_STATES) <= 1
        told = Counter(name for name, _payload in self.events)
        assert told["payments.charge_settled"] == int(is_paid) + states[AttemptState.REVERSED]
        # Money that paid nothing when it came, each said once, whatever was decided about it since.
        held = [
            str(attempt.pk)
            for attempt in self.attempts
            if (attempt.received_amount and attempt.state in (AttemptState.NEEDS_REVIEW, AttemptState.RETURNED))
            or attempt.excess_amount
        ]
        names = (SurplusReceived.name, "payments.wrong_amount_received")
        assert sorted(payload["attempt_id"] for name, payload in self.events if name in names) == sorted(held)

    def _every_end_is_told_once(self) -> None:
        ended = [
            str(one.pk)
            for one in self.refunds
            if one.state in (RefundState.DONE, RefundState.REFUSED) and one.reason != RefundReason.REVERSED
        ]
        told = [payload["refund_id"] for name, payload in self.events if name == "payments.refund_finished"]
        assert sorted(told) == sorted(ended)

    @staticmethod
    def _refunded(refunds: list[Refund]) -> int:
        return sum(refund.amount for refund in refunds if refund.state == RefundState.DONE)

    def _tries(self, method: PaymentMethod) -> Any:
        """The tries made this way; a list as long as the invariant has just read them, so that a look costs nothing."""
        return [one for one in getattr(self, "attempts", []) if one.method == method]

    def _has_refunds(self) -> bool:
        return bool(getattr(self, "refunds", []))

    def _money(self) -> list[tuple[str, int]]:
        moves = LedgerEntry.objects.filter(kind__in=(EntryKind.SETTLED, EntryKind.REFUNDED))
        return list(moves.order_by("id").values_list("kind", "amount"))

    @staticmethod
    def _pick(rows: Any, which: int) -> Any:
        found = rows if isinstance(rows, list) else list(rows.order_by("pk"))
        return found[which % len(found)] if found else None


def test_no_order_of_events_loses_or_makes_a_dong(settings: Settings) -> None:
    set_account(settings)
    LivesOfMoney.office = make_office(CollectingAgencyFactory())
    LivesOfMoney.payer = PayerFactory()
    today = clock.today()
    LivesOfMoney.statement = Statement.objects.create(
        source=StatementSource.BANK, file_name="a.csv", sha256="0" * 64, first_day=today, last_day=today
    )
    with registered_provider(ONLINE) as provider:
        LivesOfMoney.provider = provider
        run_state_machine_as_test(
            LivesOfMoney,
            settings=run_settings(
                max_examples=25,
                stateful_step_count=24,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
