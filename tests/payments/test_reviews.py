"""What a person finds out about an attempt in doubt, and what late or contradictory words of a provider do."""

import pytest

from payments import services
from payments.enums import RefundReason, RefundRoute
from payments.errors import NothingToReview, RefundAmountInvalid, RefundNoteMissing
from payments.models import Charge, LedgerEntry, PaymentAttempt, Refund
from portal.core.actors import SYSTEM, Actor
from portal.core.models import OutboxEvent
from tests.factories.payments import OnlineAttemptFactory
from tests.payments.provider import notification
from tests.payments.refunding import Office, account

NOTE = "Sao kê ngày 05/05 có khoản này"


def tell(attempt: PaymentAttempt, **changes: str) -> str:
    """A signed notification arrives."""
    received = services.record_provider_message(
        provider="vnpay", kind="notification", parameters=notification(attempt, **changes)
    )
    attempt.refresh_from_db()
    attempt.charge.refresh_from_db()
    return received.verdict


@pytest.fixture
def suspected(attempt: PaymentAttempt) -> PaymentAttempt:
    assert tell(attempt, ResponseCode="07", TransactionStatus="07") == "sent_to_review"
    return attempt


@pytest.fixture
def contradicted(attempt: PaymentAttempt) -> PaymentAttempt:
    tell(attempt)
    tell(attempt, ResponseCode="24", TransactionStatus="02")
    assert attempt.standing == "contradicted"
    return attempt


def test_suspected_money_that_is_there_settles_the_charge(suspected: PaymentAttempt, office: Office) -> None:
    services.vouch_for_money(actor=office.mai, attempt_id=suspected.pk, note=NOTE)
    suspected.refresh_from_db()
    suspected.charge.refresh_from_db()
    assert (suspected.standing, suspected.charge.state) == ("succeeded", "settled")
    assert (suspected.reviewed_by_id, suspected.review_note) == (office.mai.user_id, NOTE)
    assert account(suspected.charge) == (135_000, 0, 135_000, 0, 0)
    assert LedgerEntry.objects.get(kind="settled").actor_id == office.mai.user_id
    assert OutboxEvent.objects.filter(name="payments.charge_settled").count() == 1
    # The provider's own word, late, is the same money.
    assert tell(suspected) == "already_final"
    assert account(suspected.charge) == (135_000, 0, 135_000, 0, 0)


def test_suspected_money_of_a_charge_cancelled_meanwhile_is_a_surplus(
    suspected: PaymentAttempt, office: Office
) -> None:
    services.cancel_charge(actor=SYSTEM, charge_id=suspected.charge_id)
    services.vouch_for_money(actor=office.mai, attempt_id=suspected.pk, note=NOTE)
    suspected.refresh_from_db()
    assert suspected.standing == "paid_after_cancellation"
    assert account(suspected.charge) == (135_000, 135_000, 135_000, 0, -135_000)
    assert OutboxEvent.objects.filter(name="payments.surplus_received").count() == 1


def test_suspected_money_that_never_came_lets_the_payer_try_again(
    suspected: PaymentAttempt, office: Office, payer: Actor
) -> None:
    services.find_unpaid(actor=office.dung, attempt_id=suspected.pk, note="Ngân hàng xác nhận không có")
    suspected.refresh_from_db()
    assert (suspected.standing, suspected.failure_code) == ("failed", "found_unpaid")
    # The same suspicion delivered again does not shut the door again.
    assert tell(suspected, ResponseCode="07", TransactionStatus="07") == "already_final"
    url = services.start_online_payment(
        actor=payer, charge_id=suspected.charge_id, client_address="203.0.113.7", language="vi"
    )
    assert "vnp_TxnRef=H36-250505-0001" in url
    assert account(suspected.charge) == (135_000, 0, 0, 0, 135_000)


def test_money_found_missing_that_arrives_after_all_still_counts(suspected: PaymentAttempt, office: Office) -> None:
    services.find_unpaid(actor=office.dung, attempt_id=suspected.pk, note="Không có")
    assert tell(suspected) == "settled"
    assert (suspected.standing, suspected.charge.state) == ("succeeded", "settled")


def test_contradicted_money_that_is_there_stays_and_is_not_doubted_again(
    contradicted: PaymentAttempt, office: Office
) -> None:
    services.vouch_for_money(actor=office.mai, attempt_id=contradicted.pk, note=NOTE)
    tell(contradicted, ResponseCode="24", TransactionStatus="02")
    assert (contradicted.standing, contradicted.charge.state) == ("succeeded", "settled")
    assert account(contradicted.charge) == (135_000, 0, 135_000, 0, 0)


def test_money_that_the_provider_took_back_is_owed_again_after_two_people_said_so(
    contradicted: PaymentAttempt, office: Office, payer: Actor
) -> None:
    def propose(amount: int) -> Refund:
        return services.propose_refund(
            actor=office.mai,
            attempt_id=contradicted.pk,
            amount=amount,
            reason=RefundReason.REVERSED,
            route=RefundRoute.PROVIDER,
            note="Sao kê ghi đảo giao dịch",
        )

    with pytest.raises(RefundAmountInvalid):
        propose(100_000)
    refund = services.approve_refund(actor=office.dung, refund_id=propose(135_000).pk)
    contradicted.refresh_from_db()
    contradicted.charge.refresh_from_db()
    assert (refund.state, contradicted.standing, contradicted.charge.state) == ("done", "reversed", "owed")
    assert account(contradicted.charge) == (135_000, 0, 135_000, 135_000, 135_000)
    assert OutboxEvent.objects.filter(name="payments.charge_reopened").count() == 1
    assert OutboxEvent.objects.filter(name="payments.refund_finished").count() == 0
    # The old success, delivered once more, is not new money; a new try is.
    assert tell(contradicted) == "already_final"
    services.start_online_payment(
        actor=payer, charge_id=contradicted.charge_id, client_address="203.0.113.7", language="vi"
    )
    assert tell(contradicted.charge.attempts.exclude(pk=contradicted.pk).get()) == "settled"
    assert account(contradicted.charge) == (135_000, 0, 270_000, 135_000, 0)


def test_a_refund_under_way_is_not_taken_for_a_contradiction(contradicted: PaymentAttempt, office: Office) -> None:
    services.vouch_for_money(actor=office.mai, attempt_id=contradicted.pk, note=NOTE)
    PaymentAttempt.objects.filter(pk=contradicted.pk).update(reviewed_at=None, reviewed_by=None, review_note="")
    refund = services.propose_refund(
        actor=office.mai,
        attempt_id=contradicted.pk,
        amount=1_000,
        reason=RefundReason.OVERCHARGED,
        route=RefundRoute.CASH,
        note="x",
    )
    services.approve_refund(actor=office.dung, refund_id=refund.pk)
    services.confirm_paid_out(actor=office.phuc, refund_id=refund.pk, reference="PC")
    tell(contradicted, ResponseCode="00", TransactionStatus="05")
    assert contradicted.standing == "succeeded"


@pytest.mark.parametrize("act", [services.vouch_for_money, services.find_unpaid])
def test_only_what_is_in_doubt_is_reviewed_and_with_words(attempt: PaymentAttempt, office: Office, act: object) -> None:
    assert callable(act)
    with pytest.raises(RefundNoteMissing):
        act(actor=office.mai, attempt_id=attempt.pk, note="  ")
    with pytest.raises(NothingToReview):
        act(actor=office.mai, attempt_id=attempt.pk, note=NOTE)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.reviewed_at) == ("redirected", None)


@pytest.mark.parametrize("state", ["failed", "cancelled", "expired"])
def test_a_late_success_settles_what_is_still_owed(charge: Charge, state: str) -> None:
    late = OnlineAttemptFactory(charge=charge, state=state, finished_at=charge.created_at)
    assert tell(late) == "settled"
    assert (late.standing, charge.attempts.count(), account(charge)) == ("succeeded", 1, (135_000, 0, 135_000, 0, 0))


@pytest.mark.parametrize("state", ["failed", "cancelled", "expired"])
def test_a_late_success_after_cancellation_and_after_another_payment_is_a_surplus(charge: Charge, state: str) -> None:
    late = OnlineAttemptFactory(charge=charge, state=state, finished_at=charge.created_at)
    services.cancel_charge(actor=SYSTEM, charge_id=charge.pk)
    assert tell(late) == "sent_to_review"
    assert (late.standing, account(charge)) == ("paid_after_cancellation", (135_000, 135_000, 135_000, 0, -135_000))
