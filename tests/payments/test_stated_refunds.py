"""Money out on a statement: which refund it is, and what is named where it is none, or another amount."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from payments import services
from payments.enums import EntryKind, StatementSource
from payments.models import LedgerEntry, PaymentAttempt, Refund, Statement, StatementLine
from payments.services.placing import place_pending_lines
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import SYSTEM
from portal.core.clock import VIETNAM
from tests.factories.payments import ChargeFactory, PayerFactory, actor_of
from tests.payments.bank import csv_file, movement, transfer_attempt
from tests.payments.refunding import make_paid, make_refund

pytestmark = pytest.mark.django_db
DAY = date(2025, 5, 5)
NOON = datetime(2025, 5, 5, 12, tzinfo=VIETNAM)
BANK, VNPAY = StatementSource.BANK, StatementSource.VNPAY


def by_transfer() -> PaymentAttempt:
    """135.000 đ that came by a transfer."""
    blank = transfer_attempt()
    return make_paid(
        ChargeFactory(), method="vietqr", provider="vietqr", provider_reference=blank.provider_reference[:-1] + "X"
    )


def in_ledger(refund: Refund) -> Refund:
    LedgerEntry.objects.create(
        charge=refund.attempt.charge,
        kind=EntryKind.REFUNDED,
        amount=refund.amount,
        attempt=refund.attempt,
        refund=refund,
        at=NOON,
    )
    return refund


def line(
    source: StatementSource, amount: int, *, attempt: PaymentAttempt | None = None, number: str = "", **more: Any
) -> StatementLine:
    """A line that nobody has looked at yet."""
    statement, _new = Statement.objects.get_or_create(
        source=source, defaults={"file_name": "s.csv", "sha256": source, "first_day": DAY, "last_day": DAY}
    )
    count = StatementLine.objects.count()
    movement_id = number if source == VNPAY else f"20250505-{count:012d}-{number}"
    return StatementLine.objects.create(
        **{
            "statement": statement,
            "source": source,
            "movement_id": movement_id or f"m{count}",
            "reference": attempt.provider_reference if attempt else "",
            "happened_at": NOON,
            "amount": amount,
            "is_refund": True,
            "verdict": "pending",
        }
        | more
    )


def placed(one: StatementLine) -> tuple[str, Any]:
    place_pending_lines(actor=SYSTEM)
    one.refresh_from_db()
    return one.verdict, one.refund_id


def named(source: StatementSource) -> list[tuple[str, int | None, int | None]]:
    row = services.reconcile(actor=SYSTEM, source=source, day=DAY)
    return [(one.kind, one.stated_amount, one.ledger_amount) for one in row.differences.order_by("id")]


@pytest.mark.parametrize("other", ["proposed", "rejected"])
def test_a_refund_that_never_left_takes_no_line_from_one_that_did(other: str) -> None:
    attempt = by_transfer()
    done = make_refund(attempt, 50_000)
    late = clock.now() + timedelta(hours=1)
    make_refund(attempt, 50_000, state=other, **({"finished_at": late} if other == "rejected" else {}))
    assert placed(line(BANK, 50_000, attempt=attempt)) == ("already_known", done.pk)


def test_a_refund_that_is_done_comes_before_one_that_waits() -> None:
    attempt = by_transfer()
    make_refund(attempt, 50_000, state="approved")
    done = make_refund(attempt, 50_000)
    assert placed(line(BANK, 50_000, attempt=attempt)) == ("already_known", done.pk)


def test_the_number_says_which_of_two_alike() -> None:
    attempt = by_transfer()
    make_refund(attempt, 50_000, provider_transaction_no="FT1")
    second = make_refund(attempt, 50_000, provider_transaction_no="FT2")
    assert placed(line(BANK, 50_000, number="FT2")) == ("already_known", second.pk)


@pytest.mark.parametrize("source", [BANK, VNPAY])
def test_a_refund_of_another_amount_is_named_as_another_amount(source: StatementSource) -> None:
    attempt = by_transfer() if source == BANK else make_paid(provider="vnpay")
    refund = in_ledger(make_refund(attempt, 50_000, route="bank_transfer" if source == BANK else "provider"))
    assert placed(line(source, 45_000, attempt=attempt, number="X9")) == ("already_known", refund.pk)
    (kind, stated, ledger) = next(one for one in named(source) if one[0] != "not_in_statement")
    assert (kind, stated, ledger) == ("amount_differs", -45_000, -50_000)


def test_a_refund_transferred_twice_is_named() -> None:
    attempt = by_transfer()
    in_ledger(make_refund(attempt, 50_000))
    line(BANK, 50_000, attempt=attempt)
    second = line(BANK, 50_000, attempt=attempt)
    assert placed(second) == ("to_review", None)
    assert named(BANK) == [("refund_not_in_ledger", -50_000, None)]


def test_what_the_bank_takes_for_itself_is_no_difference() -> None:
    assert placed(line(BANK, 1_100)) == ("not_ours", None)
    assert named(BANK) == []


def test_a_try_that_failed_at_the_provider_keeps_no_refund_from_the_one_that_went() -> None:
    attempt = make_paid(provider="vnpay")
    refund = in_ledger(make_refund(attempt, 50_000, route="provider"))
    assert placed(line(VNPAY, 50_000, attempt=attempt, number="1", is_successful=False)) == ("to_review", refund.pk)
    assert placed(line(VNPAY, 50_000, attempt=attempt, number="2")) == ("already_known", refund.pk)
    assert {kind for kind, _stated, _ledger in named(VNPAY)} <= {"not_in_statement"}


def test_our_own_transfer_that_comes_back_is_no_second_payment() -> None:
    attempt = transfer_attempt()
    accountant = actor_of(PayerFactory(), (attempt.charge.agency, OfficerRole.ACCOUNTANT))

    def bring(*rows: Any) -> StatementLine:
        content = csv_file(rows)
        return services.import_statement(
            actor=accountant, source="bank", file_name="a.csv", content=content
        ).lines.get()

    bring(movement(attempt.provider_reference, "135.000", number="FT1"))
    attempt.refresh_from_db()
    assert attempt.state == "succeeded"
    make_refund(attempt, 135_000, state="refused")
    back = bring(movement(f"TRA LAI {attempt.provider_reference}", "135.000", number="FT2"))
    assert (back.verdict, back.attempt_id) == ("unknown", attempt.pk)
    assert PaymentAttempt.objects.count() == 1
    assert services.set_line_aside(actor=accountant, line_id=back.pk, note="Tiền hoàn bị trả lại").verdict == "not_ours"
