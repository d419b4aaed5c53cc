"""From a bank's line to a settled charge: exactly once, with the right amount, or to a person."""

from datetime import date, timedelta
from typing import Any

import pytest

from payments import services
from payments.enums import LineVerdict
from payments.errors import (
    ChargeNotFound,
    LineAlreadyDecided,
    LineAmountDiffers,
    NoteMissing,
    StatementAlreadyImported,
    StatementImportNotPermitted,
    StatementInvalid,
    StatementNotFound,
)
from payments.gateways import StatementUnreadable
from payments.models import Charge, LedgerEntry, PaymentAttempt, ProviderMessage, Statement, StatementLine
from payments.services import placing
from payments.services import statements as statement_services
from portal.accounts.enums import OfficerRole
from portal.core import clock
from portal.core.actors import SYSTEM, Actor
from portal.core.models import OutboxEvent
from tests.factories.payments import (
    ChargeFactory,
    CollectingAgencyFactory,
    OnlineAttemptFactory,
    PayerFactory,
    actor_of,
)
from tests.payments.bank import csv_file, movement, transfer_attempt, xlsx_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def attempt(charge: Charge) -> PaymentAttempt:
    return transfer_attempt(charge)


@pytest.fixture
def accountant(charge: Charge) -> Actor:
    assert charge.agency is not None
    return actor_of(PayerFactory(), (charge.agency, OfficerRole.ACCOUNTANT))


def bring(actor: Actor, *rows: Any, **more: Any) -> Statement:
    return services.import_statement(actor=actor, source="bank", file_name="sao-ke.csv", content=csv_file(rows), **more)


def settled_events() -> int:
    return OutboxEvent.objects.filter(name="payments.charge_settled").count()


def test_a_transfer_settles_its_charge(accountant: Actor, attempt: PaymentAttempt) -> None:
    statement = bring(accountant, movement(f"ibft {attempt.provider_reference.lower()} -ck", "135.000", number="FT1"))
    attempt.refresh_from_db()
    line = statement.lines.get()
    assert (attempt.state, attempt.received_amount, attempt.charge.state) == ("succeeded", 135_000, "settled")
    assert attempt.provider_transaction_no == line.movement_id[:40]
    assert (line.verdict, line.attempt_id) == ("settled", attempt.pk)
    assert LedgerEntry.objects.filter(kind="settled").values_list("amount", "attempt_id").get() == (135_000, attempt.pk)
    assert settled_events() == 1
    message = ProviderMessage.objects.get()
    assert (message.kind, message.verdict, message.attempt_id) == ("statement_line", "settled", attempt.pk)
    assert message.raw == {"statement_line": line.pk, "movement_id": line.movement_id, "amount": 135_000}
    assert (statement.first_day, statement.last_day) == (date(2025, 5, 5), date(2025, 5, 5))


def test_the_same_file_again_is_refused_and_changes_nothing(accountant: Actor, attempt: PaymentAttempt) -> None:
    row = movement(attempt.provider_reference, "135.000")
    bring(accountant, row)
    with pytest.raises(StatementAlreadyImported):
        bring(accountant, row)
    assert (Statement.objects.count(), StatementLine.objects.count(), LedgerEntry.objects.count()) == (1, 1, 2)


def test_an_overlapping_file_of_another_kind_brings_no_movement_twice(
    accountant: Actor, attempt: PaymentAttempt
) -> None:
    row = movement(attempt.provider_reference, "135.000", number="FT1")
    bring(accountant, row)
    content = xlsx_file([row, movement("khac", 5000, number="FT2")])
    later = services.import_statement(actor=accountant, source="bank", file_name="b.xlsx", content=content)
    assert list(later.lines.values_list("text", flat=True)) == ["khac"]
    assert (StatementLine.objects.count(), PaymentAttempt.objects.count(), settled_events()) == (2, 1, 1)


def test_one_line_that_is_not_understood_keeps_out_the_whole_file(accountant: Actor, attempt: PaymentAttempt) -> None:
    with pytest.raises(StatementUnreadable):
        bring(accountant, movement(attempt.provider_reference, "135.000"), movement("b", "x"))
    assert (Statement.objects.count(), StatementLine.objects.count(), settled_events()) == (0, 0, 0)


@pytest.mark.parametrize("amount", ["134.999", "135.001", "270.000"])
def test_another_amount_settles_nothing_and_waits_for_a_person(
    accountant: Actor, attempt: PaymentAttempt, amount: str
) -> None:
    line = bring(accountant, movement(attempt.provider_reference, amount)).lines.get()
    attempt.refresh_from_db()
    assert (line.verdict, line.attempt_id) == ("to_review", attempt.pk)
    assert (attempt.standing, attempt.received_amount, line.amount) == ("wrong_amount", line.amount, line.amount)
    assert (attempt.charge.state, settled_events()) == ("owed", 0)


@pytest.mark.parametrize("state", ["expired", "cancelled", "failed"])
def test_late_money_counts(accountant: Actor, charge: Charge, state: str) -> None:
    attempt = transfer_attempt(charge, state=state, finished_at=clock.now())
    assert bring(accountant, movement(attempt.provider_reference, "135.000")).lines.get().verdict == "settled"
    charge.refresh_from_db()
    assert charge.state == "settled"


def test_money_for_a_cancelled_charge_is_a_surplus(accountant: Actor, attempt: PaymentAttempt) -> None:
    services.cancel_charge(actor=SYSTEM, charge_id=attempt.charge_id)
    line = bring(accountant, movement(attempt.provider_reference, "135.000")).lines.get()
    attempt.refresh_from_db()
    assert (line.verdict, attempt.state, attempt.review_reason) == (
        "to_review",
        "needs_review",
        "paid_after_cancellation",
    )
    assert OutboxEvent.objects.filter(name="payments.surplus_received").count() == 1
    assert settled_events() == 0


def test_a_second_transfer_is_money_of_its_own(accountant: Actor, attempt: PaymentAttempt) -> None:
    bring(
        accountant,
        movement(attempt.provider_reference, "135.000", number="FT1"),
        movement(attempt.provider_reference, "135.000", number="FT2"),
    )
    assert sorted(attempt.charge.attempts.values_list("state", "review_reason", "received_amount")) == [
        ("needs_review", "double_payment", 135_000),
        ("succeeded", "", 135_000),
    ]
    assert sorted(StatementLine.objects.values_list("verdict", flat=True)) == ["settled", "to_review"]
    assert LedgerEntry.objects.filter(kind="settled").count() == 2
    assert (settled_events(), OutboxEvent.objects.filter(name="payments.surplus_received").count()) == (1, 1)


def test_texts_without_a_reference_and_money_out(accountant: Actor) -> None:
    bring(accountant, movement("luong thang 5", "1.000"), movement("phi dich vu", debit="5.500"))
    assert sorted(StatementLine.objects.values_list("text", "verdict")) == [
        ("luong thang 5", "unknown"),
        ("phi dich vu", "not_ours"),
    ]


def test_a_period_without_movements_is_said_by_whoever_brings_it(accountant: Actor) -> None:
    with pytest.raises(StatementInvalid):
        bring(accountant)
    statement = bring(accountant, first_day=date(2025, 5, 1), last_day=date(2025, 5, 4))
    assert statement.lines.count() == 0


@pytest.mark.parametrize(
    ("first_day", "last_day"),
    [
        (date(2025, 5, 6), date(2025, 5, 7)),
        (date(2025, 5, 1), date(2025, 5, 4)),
        (date(2025, 5, 6), date(2025, 5, 5)),
        (date(2023, 5, 6), date(2025, 5, 5)),
    ],
)
def test_a_period_that_does_not_fit_is_refused(accountant: Actor, first_day: date, last_day: date) -> None:
    with pytest.raises(StatementInvalid):
        bring(accountant, movement("a", "1000"), first_day=first_day, last_day=last_day)
    with pytest.raises(StatementInvalid):
        bring(accountant, movement("a", "1000"), last_day=clock.today() + timedelta(days=1))
    assert Statement.objects.count() == 0


@pytest.mark.parametrize("role", [role for role in OfficerRole if role != OfficerRole.ACCOUNTANT])
def test_only_an_accountant_brings_statements(charge: Charge, role: OfficerRole) -> None:
    assert charge.agency is not None
    with pytest.raises(StatementImportNotPermitted):
        bring(actor_of(PayerFactory(), (charge.agency, role)), movement("a", "1000"))


def test_lines_beyond_the_first_are_left_to_the_sweep(
    accountant: Actor, attempt: PaymentAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statement_services, "PLACED_AT_ONCE", 0)
    bring(accountant, movement(attempt.provider_reference, "135.000"), movement("b", "1000"))
    assert set(StatementLine.objects.values_list("verdict", flat=True)) == {"pending"}
    assert services.place_and_compare(actor=SYSTEM) == 1
    assert sorted(StatementLine.objects.values_list("verdict", flat=True)) == ["settled", "unknown"]
    assert services.place_and_compare(actor=SYSTEM) == 0
    assert settled_events() == 1


def test_a_line_that_cannot_be_placed_keeps_none_of_the_others(
    accountant: Actor, attempt: PaymentAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = transfer_attempt()
    real = placing.take_money

    def take(charge: Charge, *args: Any, **more: Any) -> LineVerdict:
        if charge.pk == broken.charge_id:
            raise RuntimeError
        return real(charge, *args, **more)

    monkeypatch.setattr(placing, "take_money", take)
    bring(accountant, *[movement(one.provider_reference, "135.000") for one in (broken, attempt)])
    assert sorted(StatementLine.objects.values_list("verdict", flat=True)) == ["pending", "settled"]


def test_a_provider_statement_settles_nothing_but_makes_us_ask(accountant: Actor, charge: Charge) -> None:
    attempt = OnlineAttemptFactory(charge=charge, next_enquiry_at=clock.now() + timedelta(hours=1))
    heads = "Mã GD VNPAY,Mã tham chiếu,Loại giao dịch,Số tiền,Trạng thái,Thời gian giao dịch"
    row = f"14422574,{attempt.provider_reference},Thanh toán,135000,Thành công,05/05/2025 08:35:12"
    statement = services.import_statement(
        actor=accountant, source="vnpay", file_name="v.csv", content=f"{heads}\n{row}\n".encode()
    )
    attempt.refresh_from_db()
    assert statement.lines.get().verdict == "to_review"
    assert (attempt.state, settled_events()) == ("redirected", 0)
    assert attempt.next_enquiry_at is not None
    assert attempt.next_enquiry_at <= clock.now()


# --- A person's word --------------------------------------------------------------------------------------------------


@pytest.fixture
def unknown(accountant: Actor) -> StatementLine:
    return bring(accountant, movement("nop le phi nguyen thi an", "135.000")).lines.get()


def test_an_accountant_assigns_a_line_and_the_waiting_transfer_is_settled(
    accountant: Actor, attempt: PaymentAttempt, unknown: StatementLine
) -> None:
    services.assign_line(actor=accountant, line_id=unknown.pk, charge_id=attempt.charge_id, note="gọi điện hỏi")
    unknown.refresh_from_db()
    attempt.refresh_from_db()
    assert (unknown.verdict, unknown.attempt_id, unknown.note) == ("settled", attempt.pk, "gọi điện hỏi")
    assert (unknown.decided_by_id, unknown.decided_at is not None) == (accountant.user_id, True)
    assert (attempt.state, attempt.charge.state, settled_events()) == ("succeeded", "settled", 1)
    assert LedgerEntry.objects.get(kind="settled").actor_id == accountant.user_id


def test_a_charge_nobody_tried_to_pay_is_settled_by_a_try_of_its_own(
    accountant: Actor, charge: Charge, unknown: StatementLine
) -> None:
    services.assign_line(actor=accountant, line_id=unknown.pk, charge_id=charge.pk)
    attempt = charge.attempts.get()
    assert (attempt.method, attempt.state, attempt.provider_reference) == ("vietqr", "succeeded", f"LINE-{unknown.pk}")
    with pytest.raises(LineAlreadyDecided):
        services.assign_line(actor=accountant, line_id=unknown.pk, charge_id=charge.pk)
    assert settled_events() == 1


def test_a_line_of_another_amount_is_not_assigned(accountant: Actor, charge: Charge) -> None:
    line = bring(accountant, movement("a", "100.000")).lines.get()
    with pytest.raises(LineAmountDiffers):
        services.assign_line(actor=accountant, line_id=line.pk, charge_id=charge.pk)
    line.refresh_from_db()
    assert (line.verdict, line.decided_at, charge.attempts.count()) == ("unknown", None, 0)


def test_a_charge_of_another_agency_is_not_to_be_had(accountant: Actor, unknown: StatementLine) -> None:
    other = ChargeFactory()
    with pytest.raises(ChargeNotFound):
        services.assign_line(actor=accountant, line_id=unknown.pk, charge_id=other.pk)
    assert other.attempts.count() == 0


def test_setting_aside_says_why_and_can_be_put_right(accountant: Actor, charge: Charge, unknown: StatementLine) -> None:
    with pytest.raises(NoteMissing):
        services.set_line_aside(actor=accountant, line_id=unknown.pk, note="  ")
    services.set_line_aside(actor=accountant, line_id=unknown.pk, note="tiền thuê nhà")
    unknown.refresh_from_db()
    assert (unknown.verdict, unknown.note, unknown.decided_by_id) == ("not_ours", "tiền thuê nhà", accountant.user_id)
    services.assign_line(actor=accountant, line_id=unknown.pk, charge_id=charge.pk, note="nhầm")
    unknown.refresh_from_db()
    assert (unknown.verdict, unknown.note) == ("settled", "tiền thuê nhà; nhầm")


def test_a_wrong_amount_is_in_the_books_and_cannot_be_set_aside_or_given_to_another_charge(
    accountant: Actor, attempt: PaymentAttempt
) -> None:
    line = bring(accountant, movement(attempt.provider_reference, "1.000")).lines.get()
    other = ChargeFactory(amount=1_000, agency=attempt.charge.agency)
    with pytest.raises(LineAlreadyDecided):
        services.set_line_aside(actor=accountant, line_id=line.pk, note="đã trả lại")
    with pytest.raises(LineAlreadyDecided):
        services.assign_line(actor=accountant, line_id=line.pk, charge_id=other.pk)
    assert (LedgerEntry.objects.filter(kind="settled").count(), other.attempts.count()) == (1, 0)


def test_a_wrong_amount_of_another_agency_is_nobody_elses(accountant: Actor) -> None:
    other = transfer_attempt()
    line = bring(accountant, movement(other.provider_reference, "1.000")).lines.get()
    with pytest.raises(StatementNotFound):
        services.set_line_aside(actor=accountant, line_id=line.pk, note="x")


def test_who_keeps_no_books_places_nothing(charge: Charge, unknown: StatementLine) -> None:
    agency = charge.agency or CollectingAgencyFactory()
    for actor in (actor_of(charge.payer), actor_of(PayerFactory(), (agency, OfficerRole.CASHIER))):
        with pytest.raises(StatementNotFound):
            services.assign_line(actor=actor, line_id=unknown.pk, charge_id=charge.pk)


def test_transfers_nobody_made_in_time_end(charge: Charge) -> None:
    due = transfer_attempt(charge, expires_at=clock.now())
    waiting, asked = transfer_attempt(), OnlineAttemptFactory(expires_at=clock.now())
    assert services.close_expired_transfers(actor=SYSTEM) == 1
    for attempt in (due, waiting, asked):
        attempt.refresh_from_db()
    assert (due.state, due.failure_code) == ("expired", "no_answer")
    assert (waiting.state, asked.state) == ("redirected", "redirected")
