"""A day's statement against the ledger: every difference by its name, the totals, and what comparing again does."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings

from payments import services
from payments.enums import EntryKind, StatementSource
from payments.errors import DifferenceAlreadyAnswered, DifferenceNotFound, NoteMissing
from payments.models import Difference, LedgerEntry, PaymentAttempt, Reconciliation, Refund, Statement, StatementLine
from payments.selectors import reconciliations as selectors
from payments.services.comparison import compare
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.clock import VIETNAM
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory, PayerFactory, actor_of
from tests.payments.bank import transfer_attempt

pytestmark = pytest.mark.django_db
DAY = date(2025, 5, 5)
NOON = datetime(2025, 5, 5, 12, tzinfo=VIETNAM)
VNPAY, BANK = StatementSource.VNPAY, StatementSource.BANK


@pytest.fixture
def statement() -> Statement:
    return _statement(VNPAY)


def _statement(source: StatementSource, day: date = DAY) -> Statement:
    return Statement.objects.create(
        source=source, file_name="s.csv", sha256=f"{source}{day}", first_day=day, last_day=day
    )


def settled(amount: int = 135_000, *, at: datetime = NOON, **more: Any) -> PaymentAttempt:
    """A try whose money the ledger has."""
    attempt = OnlineAttemptFactory(
        **{"charge": ChargeFactory(amount=amount), "state": "succeeded", "finished_at": at, "next_enquiry_at": None}
        | more
    )
    LedgerEntry.objects.create(charge=attempt.charge, kind=EntryKind.SETTLED, amount=amount, attempt=attempt, at=at)
    return attempt


def refund_of(attempt: PaymentAttempt, amount: int, *, route: str = "provider", at: datetime = NOON) -> Refund:
    officer = PayerFactory()
    refund = Refund.objects.create(
        attempt=attempt,
        amount=amount,
        reason="overcharged",
        route=route,
        state="done",
        request_id=f"r{Refund.objects.count()}",
        account_bank="970436",
        account_number="123456",
        account_name="NGUYEN THI AN",
        provider_transaction_no=f"CT{Refund.objects.count()}",
        decided_by=officer,
        decided_at=at,
        finished_at=at,
    )
    LedgerEntry.objects.create(
        charge=attempt.charge, kind=EntryKind.REFUNDED, amount=amount, attempt=attempt, refund=refund, at=at
    )
    return refund


def line(statement: Statement, attempt: PaymentAttempt | None = None, amount: int = 135_000, **more: Any) -> Any:
    return StatementLine.objects.create(
        **{
            "statement": statement,
            "source": statement.source,
            "movement_id": f"m{StatementLine.objects.count()}",
            "reference": attempt.provider_reference if attempt else "",
            "happened_at": NOON,
            "amount": amount,
            "verdict": "already_known" if attempt else "unknown",
            "attempt": attempt,
        }
        | more
    )


def found(source: StatementSource = VNPAY, day: date = DAY) -> list[tuple[str, int | None, int | None]]:
    row = services.reconcile(actor=SYSTEM, source=source, day=day)
    differences = list(row.differences.order_by("id"))
    gap = sum((one.stated_amount or 0) - (one.ledger_amount or 0) for one in differences)
    if selectors.is_covered(source, day):
        assert row.stated_amount - row.ledger_amount == gap
    return [(one.kind, one.stated_amount, one.ledger_amount) for one in differences]


def test_what_both_sides_have_agrees(statement: Statement) -> None:
    line(statement, settled())
    assert found() == []
    row = Reconciliation.objects.get()
    assert (row.stated_amount, row.ledger_amount, row.matched) == (135_000, 135_000, 1)


def test_what_only_the_statement_has(statement: Statement) -> None:
    line(statement)
    assert found() == [("not_in_ledger", 135_000, None)]


def test_what_only_the_ledger_has(statement: Statement) -> None:
    settled()
    assert found() == [("not_in_statement", None, 135_000)]


def test_another_amount_on_either_side(statement: Statement) -> None:
    line(statement, settled(), 100_000)
    assert found() == [("amount_differs", 100_000, 135_000)]


def test_a_wrong_amount_that_was_not_settled(statement: Statement) -> None:
    line(statement, OnlineAttemptFactory(), 100_000)
    assert found() == [("amount_differs", 100_000, None)]


def test_paid_there_and_not_settled_here(statement: Statement) -> None:
    line(statement, OnlineAttemptFactory())
    assert found() == [("paid_but_not_settled", 135_000, None)]


def test_settled_here_and_not_paid_there(statement: Statement) -> None:
    line(statement, settled(), is_successful=False)
    assert found() == [("settled_but_not_paid", None, 135_000)]


def test_one_payment_twice_on_the_statement(statement: Statement) -> None:
    attempt = settled()
    line(statement, attempt)
    line(statement, attempt)
    assert found() == [("twice_in_statement", 135_000, None)]
    assert Reconciliation.objects.get().matched == 1


def test_refunds_that_only_one_side_has(statement: Statement) -> None:
    attempt, other = settled(), settled()
    line(statement, attempt)
    line(statement, other)
    refund_of(attempt, 35_000)
    line(statement, other, 20_000, is_refund=True, verdict="unknown")
    assert found() == [("refund_not_in_ledger", -20_000, None), ("refund_not_in_statement", None, -35_000)]


def test_a_refund_that_both_sides_have_agrees_although_it_was_written_down_later(statement: Statement) -> None:
    attempt = settled()
    line(statement, attempt)
    out = line(statement, attempt, 35_000, is_refund=True, verdict="unknown")
    assert found() == [("refund_not_in_ledger", -35_000, None)]
    refund = refund_of(attempt, 35_000, at=NOON + timedelta(days=2))
    assert found() == []
    out.refresh_from_db()
    assert (out.refund_id, out.verdict) == (refund.pk, "already_known")
    row = Reconciliation.objects.get()
    assert (row.stated_amount, row.ledger_amount, row.matched) == (100_000, 100_000, 2)


def test_a_refund_by_transfer_is_looked_for_at_the_bank_whoever_brought_the_money(statement: Statement) -> None:
    attempt = settled()
    line(statement, attempt)
    refund_of(attempt, 35_000, route="bank_transfer")
    refund_of(attempt, 5_000, route="cash")
    _statement(BANK)
    assert found(VNPAY) == []
    assert found(BANK) == [("refund_not_in_statement", None, -35_000)]


def test_a_try_that_failed_on_both_sides_is_nothing(statement: Statement) -> None:
    line(statement, OnlineAttemptFactory(state="failed", finished_at=NOON), is_successful=False)
    line(statement, is_successful=False)
    assert found() == []


def test_midnight_between_payment_and_notification_is_no_difference(statement: Statement) -> None:
    attempt = settled(at=NOON + timedelta(hours=12, seconds=5))
    line(statement, attempt, happened_at=NOON + timedelta(hours=11, minutes=59, seconds=58))
    _statement(VNPAY, DAY + timedelta(days=1))
    assert found() == []
    assert found(day=DAY + timedelta(days=1)) == []
    assert [row.matched for row in Reconciliation.objects.order_by("day")] == [1, 0]


def test_days_are_vietnamese(statement: Statement) -> None:
    line(statement, happened_at=datetime(2025, 5, 5, 0, 0, tzinfo=VIETNAM))
    line(statement, happened_at=datetime(2025, 5, 5, 23, 59, 59, tzinfo=VIETNAM))
    line(statement, happened_at=datetime(2025, 5, 6, 0, 0, tzinfo=VIETNAM))
    assert len(found()) == 2


def test_what_a_person_said_is_not_ours_is_no_difference() -> None:
    line(_statement(BANK), verdict="not_ours")
    assert found(BANK) == []
    assert Reconciliation.objects.get().stated_amount == 0


def test_of_a_day_without_a_statement_nothing_is_said_to_be_missing() -> None:
    settled()
    assert found() == []
    row = Reconciliation.objects.get()
    assert (row.stated_amount, row.ledger_amount) == (0, 135_000)
    (shown,) = selectors.days_before(VNPAY, DAY, 1)
    assert (shown.is_covered, shown.open_count) == (False, 0)


def test_comparing_again_gives_the_same_rows(statement: Statement) -> None:
    line(statement)
    settled()
    first = found()
    known = list(Difference.objects.order_by("id").values_list("id", "key"))
    assert found() == first
    assert list(Difference.objects.order_by("id").values_list("id", "key")) == known
    assert Reconciliation.objects.count() == 1


def test_what_is_gone_goes_and_what_was_answered_stays(statement: Statement) -> None:
    paid, other = OnlineAttemptFactory(), OnlineAttemptFactory()
    line(statement, paid)
    line(statement, other)
    assert len(found()) == 2
    difference = Difference.objects.get(attempt=paid)
    services.answer_difference(actor=_accountant(paid), difference_id=difference.pk, answer="cổng đã báo lại")
    for attempt in (paid, other):
        LedgerEntry.objects.create(
            charge=attempt.charge, kind=EntryKind.SETTLED, amount=135_000, attempt=attempt, at=NOON
        )
    services.reconcile(actor=SYSTEM, source=VNPAY, day=DAY)
    kept = Difference.objects.get()
    assert (kept.pk, kept.answer) == (difference.pk, "cổng đã báo lại")


def _accountant(attempt: PaymentAttempt) -> Actor:
    assert attempt.charge.agency is not None
    return actor_of(PayerFactory(), (attempt.charge.agency, OfficerRole.ACCOUNTANT))


def test_an_answer_says_who_and_what_and_is_given_once(statement: Statement) -> None:
    attempt = settled()
    found()
    difference, accountant = Difference.objects.get(), _accountant(attempt)
    with pytest.raises(NoteMissing):
        services.answer_difference(actor=accountant, difference_id=difference.pk, answer=" ")
    services.answer_difference(actor=accountant, difference_id=difference.pk, answer="sao kê ngày sau có")
    difference.refresh_from_db()
    assert (difference.answered_by_id, difference.answer) == (accountant.user_id, "sao kê ngày sau có")
    with pytest.raises(DifferenceAlreadyAnswered):
        services.answer_difference(actor=accountant, difference_id=difference.pk, answer="khác")


def test_only_those_who_keep_the_agencys_books_answer(statement: Statement) -> None:
    attempt = settled()
    found()
    difference, other = Difference.objects.get(), ChargeFactory()
    for actor in (_accountant(transfer_attempt(other)), actor_of(attempt.charge.payer)):
        with pytest.raises(DifferenceNotFound):
            services.answer_difference(actor=actor, difference_id=difference.pk, answer="x")


def test_the_daily_round_looks_at_every_source_that_is_on(settings: Settings) -> None:
    assert services.reconcile_recent_days(actor=SYSTEM) == 7
    assert set(Reconciliation.objects.values_list("source", flat=True)) == {"vnpay"}
    days = sorted(Reconciliation.objects.values_list("day", flat=True))
    assert (days[0], days[-1]) == (clock.today() - timedelta(days=7), clock.today() - timedelta(days=1))


@pytest.mark.parametrize("count", [1, 3])
def test_a_comparison_costs_the_same_whatever_the_day_holds(
    statement: Statement, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        line(statement, settled())
        settled()
    with django_assert_num_queries(5):
        assert compare(VNPAY, DAY).matched == count
    with django_assert_num_queries(2):
        assert len(selectors.days_before(VNPAY, DAY, 31)) == 31


_ACTS: dict[str, Callable[[Statement], object]] = {
    "agreed": lambda statement: line(statement, settled()),
    "agreed at midnight": lambda statement: line(statement, settled(at=NOON + timedelta(days=1))),
    "nobody's": line,
    "unstated": lambda statement: settled(7_000),
    "another amount": lambda statement: line(statement, settled(), 1_000),
    "wrong and unsettled": lambda statement: line(statement, OnlineAttemptFactory(), 1_000),
    "not settled": lambda statement: line(statement, OnlineAttemptFactory()),
    "not paid": lambda statement: line(statement, settled(), is_successful=False),
    "twice": lambda statement: (lambda one: (line(statement, one), line(statement, one)))(settled()),
    "refund here": lambda statement: refund_of(settled(), 5_000),
    "refund there": lambda statement: line(statement, settled(), 5_000, is_refund=True, verdict="unknown"),
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(sorted(_ACTS)), max_size=8))
def test_the_gap_of_the_totals_is_the_sum_of_the_differences(db: None, acts: list[str]) -> None:
    with transaction.atomic():
        statement = _statement(VNPAY)
        for act in acts:
            _ACTS[act](statement)
        assert found() == found()
        transaction.set_rollback(True)
