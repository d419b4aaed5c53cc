"""A transfer of another amount than was asked: it is in the books at once, pays nothing by itself, and a person decides."""

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from payments import services
from payments.enums import PaymentMethod, RefundReason, RefundRoute
from payments.errors import (
    AcceptedAmountTooSmall,
    AttemptNotFound,
    ChargeAlreadySettled,
    NothingToReview,
    PaymentUnderReview,
    RefundAmountInvalid,
    RefundNoteMissing,
    RefundNotPermitted,
)
from payments.models import Charge, LedgerEntry, PaymentAttempt, PaymentReceipt, Reconciliation, Refund, StatementLine
from payments.selectors.refunds import attempts_to_review
from portal.accounts.models import User
from portal.core.actors import SYSTEM, Actor
from portal.core.models import OutboxEvent
from tests.factories.payments import CollectingAgencyFactory, OnlineAttemptFactory
from tests.payments.bank import csv_file, movement, set_account, transfer_attempt
from tests.payments.provider import notification
from tests.payments.refunding import Office, account, make_office
from tests.payments.test_refund_pages import browser_of, page_of

pytestmark = pytest.mark.django_db
NOTE = "Người nộp gọi điện: chuyển cho khoản này"
AN_ACCOUNT = services.BankAccount(bank="970436", number="0123456789", name="NGUYEN THI AN")


def transferred(charge: Charge, office: Office, *amounts: str) -> PaymentAttempt:
    """The bank states transfers of these amounts under one reference."""
    attempt = transfer_attempt(charge)
    rows = [movement(attempt.provider_reference, amount, number=f"FT{n}") for n, amount in enumerate(amounts)]
    services.import_statement(actor=office.mai, source="bank", file_name="sao-ke.csv", content=csv_file(rows))
    attempt.refresh_from_db()
    return attempt


@pytest.fixture
def too_little(charge: Charge, office: Office) -> PaymentAttempt:
    return transferred(charge, office, "100.000")


@pytest.fixture
def too_much(charge: Charge, office: Office) -> PaymentAttempt:
    return transferred(charge, office, "150.000")


def events(name: str) -> list[dict[str, object]]:
    return list(OutboxEvent.objects.filter(name=f"payments.{name}").order_by("id").values_list("payload", flat=True))


def give_back(office: Office, attempt: PaymentAttempt, amount: int) -> Refund:
    """Proposed by one, approved by another, transferred."""
    refund = services.propose_refund(
        actor=office.mai,
        attempt_id=attempt.pk,
        amount=amount,
        reason=RefundReason.WRONG_AMOUNT,
        route=RefundRoute.BANK_TRANSFER,
        note="Chuyển sai số",
        account=AN_ACCOUNT,
    )
    return pay_out(office, refund)


def pay_out(office: Office, refund: Refund) -> Refund:
    services.approve_refund(actor=office.dung, refund_id=refund.pk)
    return services.confirm_paid_out(actor=office.mai, refund_id=refund.pk, reference="FT9")


def test_too_little_is_in_the_books_pays_nothing_and_is_told_once(too_little: PaymentAttempt, charge: Charge) -> None:
    assert (too_little.standing, too_little.amount, too_little.received_amount) == ("wrong_amount", 135_000, 100_000)
    line = StatementLine.objects.get()
    assert (line.verdict, line.attempt_id) == ("to_review", too_little.pk)
    assert account(charge) == (135_000, 0, 100_000, 0, 35_000)
    charge.refresh_from_db()
    assert charge.state == "owed"
    assert events("wrong_amount_received") == [
        {
            "charge_id": str(charge.pk),
            "subject_reference": "dossier:42",
            "amount": 100_000,
            "expected_amount": 135_000,
            "attempt_id": str(too_little.pk),
        }
    ]
    assert events("charge_settled") == events("surplus_received") == []
    # Statement and books agree: nothing to explain.
    assert (Reconciliation.objects.get().matched, Reconciliation.objects.get().differences.count()) == (1, 0)
    assert list(attempts_to_review([charge.agency_id or 0])) == [too_little]


def test_who_transferred_too_little_may_pay_again_and_gets_the_first_money_back(
    too_little: PaymentAttempt, charge: Charge, office: Office, payer: Actor
) -> None:
    with pytest.raises(AcceptedAmountTooSmall):
        services.accept_wrong_amount(actor=office.mai, attempt_id=too_little.pk, note=NOTE)
    services.start_online_payment(actor=payer, charge_id=charge.pk, client_address="203.0.113.7", language="vi")
    second = charge.attempts.get(method=PaymentMethod.VNPAY)
    services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(second))
    assert account(charge) == (135_000, 0, 235_000, 0, -100_000)
    refund = give_back(office, too_little, 100_000)
    too_little.refresh_from_db()
    charge.refresh_from_db()
    assert (refund.state, too_little.standing, charge.state) == ("done", "returned", "settled")
    assert account(charge) == (135_000, 0, 235_000, 100_000, 0)
    assert len(events("charge_settled")) == 1


def test_too_much_pays_the_charge_once_a_person_says_so_and_the_rest_goes_back(
    too_much: PaymentAttempt, charge: Charge, office: Office, payer: Actor
) -> None:
    with pytest.raises(PaymentUnderReview):
        services.start_online_payment(actor=payer, charge_id=charge.pk, client_address="203.0.113.7", language="vi")
    services.accept_wrong_amount(actor=office.mai, attempt_id=too_much.pk, note=f"  {NOTE}\n")
    too_much.refresh_from_db()
    charge.refresh_from_db()
    assert (too_much.standing, too_much.received_amount, charge.state) == ("succeeded", 150_000, "settled")
    assert (too_much.reviewed_by_id, too_much.review_note) == (office.mai.user_id, NOTE)
    assert account(charge) == (135_000, 0, 150_000, 0, -15_000)
    assert [event["amount"] for event in events("charge_settled")] == [135_000]
    rest = Refund.objects.get()
    assert (rest.amount, rest.reason, rest.state, rest.proposed_by_id) == (15_000, "wrong_amount", "proposed", None)
    assert [event["amount"] for event in events("refund_account_asked")] == [15_000]
    receipt = services.issue_receipt(attempt_id=too_much.pk)
    assert receipt is not None
    assert (receipt.amount, receipt.facts["amount"]) == (135_000, 135_000)
    services.give_refund_account(actor=payer, refund_id=rest.pk, account=AN_ACCOUNT)
    pay_out(office, rest)
    services.cancel_receipt_of_refund(refund_id=rest.pk)
    charge.refresh_from_db()
    receipt.refresh_from_db()
    assert (account(charge), charge.state, receipt.state) == ((135_000, 0, 150_000, 15_000, 0), "settled", "issued")


def test_of_an_accepted_transfer_the_fee_and_the_rest_go_back_each_on_its_own_account(
    too_much: PaymentAttempt, charge: Charge, office: Office
) -> None:
    services.accept_wrong_amount(actor=office.mai, attempt_id=too_much.pk, note=NOTE)
    services.issue_receipt(attempt_id=too_much.pk)

    def propose(amount: int, reason: RefundReason) -> Refund:
        return services.propose_refund(
            actor=office.mai,
            attempt_id=too_much.pk,
            amount=amount,
            reason=reason,
            route=RefundRoute.CASH,
            note="Được miễn",
        )

    for amount, reason in [(135_001, RefundReason.NOT_OWED), (1, RefundReason.WRONG_AMOUNT)]:
        with pytest.raises(RefundAmountInvalid):
            propose(amount, reason)
    fee = pay_out(office, propose(135_000, RefundReason.NOT_OWED))
    charge.refresh_from_db()
    assert (charge.state, account(charge)) == ("refunded", (135_000, 135_000, 150_000, 135_000, -15_000))
    services.cancel_receipt_of_refund(refund_id=fee.pk)
    assert PaymentReceipt.objects.get().state == "cancelled"
    # The head says no to the rest: it does not get lost.
    agencies = [charge.agency_id or 0]
    assert attempts_to_review(agencies).count() == 0
    services.reject_refund(actor=office.dung, refund_id=Refund.objects.get(amount=15_000).pk, note="Thiếu chứng từ")
    assert list(attempts_to_review(agencies)) == [too_much]
    pay_out(office, propose(15_000, RefundReason.WRONG_AMOUNT))
    assert account(charge) == (135_000, 135_000, 150_000, 150_000, 0)
    assert attempts_to_review(agencies).count() == 0


def test_what_is_promised_back_pays_nothing_and_what_is_left_may(
    too_much: PaymentAttempt, charge: Charge, office: Office
) -> None:
    give_back(office, too_much, 10_000)
    services.accept_wrong_amount(actor=office.dung, attempt_id=too_much.pk, note=NOTE)
    assert Refund.objects.get(state="proposed").amount == 5_000
    assert account(charge) == (135_000, 0, 150_000, 10_000, -5_000)


def test_a_transfer_that_is_being_given_back_cannot_be_accepted(
    too_much: PaymentAttempt, charge: Charge, office: Office, payer: Actor
) -> None:
    give_back(office, too_much, 15_001)
    with pytest.raises(AcceptedAmountTooSmall):
        services.accept_wrong_amount(actor=office.mai, attempt_id=too_much.pk, note=NOTE)
    # Nor does it hold up the payer any longer.
    services.start_online_payment(actor=payer, charge_id=charge.pk, client_address="203.0.113.7", language="vi")
    # What is left of it is still for a person to look at.
    assert list(attempts_to_review([charge.agency_id or 0])) == [too_much]


def test_two_transfers_of_a_part_are_not_put_together(charge: Charge, office: Office) -> None:
    transferred(charge, office, "100.000", "35.000")
    assert sorted(charge.attempts.values_list("review_reason", "received_amount")) == [
        ("wrong_amount", 35_000),
        ("wrong_amount", 100_000),
    ]
    assert account(charge) == (135_000, 0, 135_000, 0, 0)
    charge.refresh_from_db()
    assert charge.state == "owed"
    assert len(events("wrong_amount_received")) == 2
    assert list(StatementLine.objects.values_list("verdict", flat=True)) == ["to_review"] * 2


def test_the_right_amount_after_a_wrong_one_settles(charge: Charge, office: Office) -> None:
    transferred(charge, office, "100.000", "135.000")
    charge.refresh_from_db()
    assert (charge.state, account(charge)) == ("settled", (135_000, 0, 235_000, 0, -100_000))


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_another_amount_for_a_charge_that_is_owed_no_more_is_a_surplus_of_what_came(
    charge: Charge, office: Office, is_cancelled: bool
) -> None:
    if is_cancelled:
        services.cancel_charge(actor=SYSTEM, charge_id=charge.pk)
    else:
        paid = OnlineAttemptFactory(charge=charge)
        services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(paid))
    attempt = transferred(charge, office, "20.000")
    standing = "paid_after_cancellation" if is_cancelled else "double_payment"
    assert (attempt.standing, attempt.received_amount) == (standing, 20_000)
    assert [event["amount"] for event in events("surplus_received")] == [20_000]
    assert events("wrong_amount_received") == []
    refund = services.propose_for_surplus(attempt_id=attempt.pk)
    assert refund is not None
    assert (refund.amount, account(charge)[4]) == (20_000, -20_000)


def test_only_who_keeps_the_agencys_books_decides_and_once(
    too_much: PaymentAttempt, charge: Charge, office: Office
) -> None:
    others = make_office(CollectingAgencyFactory())
    for actor, error in [(office.phuc, RefundNotPermitted), (others.mai, AttemptNotFound)]:
        with pytest.raises(error):
            services.accept_wrong_amount(actor=actor, attempt_id=too_much.pk, note=NOTE)
    with pytest.raises(RefundNoteMissing):
        services.accept_wrong_amount(actor=office.mai, attempt_id=too_much.pk, note=" ")
    assert LedgerEntry.objects.count() == 2
    services.accept_wrong_amount(actor=office.dung, attempt_id=too_much.pk, note=NOTE)
    with pytest.raises(NothingToReview):
        services.accept_wrong_amount(actor=office.mai, attempt_id=too_much.pk, note=NOTE)
    assert len(events("charge_settled")) == 1


def test_a_charge_paid_otherwise_meanwhile_is_not_paid_again(too_much: PaymentAttempt, office: Office) -> None:
    online = OnlineAttemptFactory(charge=too_much.charge)
    services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(online))
    with pytest.raises(ChargeAlreadySettled):
        services.accept_wrong_amount(actor=office.mai, attempt_id=too_much.pk, note=NOTE)
    too_much.refresh_from_db()
    assert (too_much.standing, too_much.reviewed_at) == ("wrong_amount", None)


def test_the_database_lets_no_attempt_succeed_with_less_than_it_asked(too_little: PaymentAttempt) -> None:
    with pytest.raises(IntegrityError, match="payment_attempt_success_has_its_money"), transaction.atomic():
        PaymentAttempt.objects.filter(pk=too_little.pk).update(state="succeeded", review_reason="")


def test_the_officers_page_says_what_was_asked_and_what_came_and_offers_what_can_be_done(
    too_much: PaymentAttempt, charge: Charge, office: Office
) -> None:
    mai, phuc = browser_of(office.mai, office), browser_of(office.phuc, office)
    here = f"/mot-cua/hoan-tien/lan-nop/{too_much.pk}/"
    assert "150.000" in page_of(mai, "/mot-cua/hoan-tien/?loc=can-xem-xet")
    page = page_of(mai, here)
    assert "chuyển 150.000\u00a0đ, khoản phải nộp là 135.000\u00a0đ" in page
    assert f"{here}tinh-cho-khoan-thu/" in page
    assert f"{here}tinh-cho-khoan-thu/" not in page_of(phuc, here)
    assert phuc.post(f"{here}tinh-cho-khoan-thu/", {"note": NOTE}).status_code == 403
    assert mai.post(f"{here}tinh-cho-khoan-thu/", {"note": ""}).status_code == 422
    assert mai.post(f"{here}tinh-cho-khoan-thu/", {"note": NOTE}).status_code == 302
    charge.refresh_from_db()
    assert charge.state == "settled"
    assert mai.post(f"{here}tinh-cho-khoan-thu/", {"note": NOTE}, follow=True).status_code == 200


def test_the_officers_page_of_too_little_offers_to_give_it_back_only(
    too_little: PaymentAttempt, office: Office
) -> None:
    here = f"/mot-cua/hoan-tien/lan-nop/{too_little.pk}/"
    page = page_of(browser_of(office.mai, office), here)
    assert "chuyển 100.000\u00a0đ, khoản phải nộp là 135.000\u00a0đ" in page
    assert "tinh-cho-khoan-thu" not in page
    assert f"{here}de-nghi/" in page


@pytest.mark.parametrize(
    ("amount", "words", "may_pay"), [("100.000", "nộp lại đúng số", True), ("150.000", "Đừng nộp lại", False)]
)
def test_the_payer_reads_what_came_what_is_owed_and_what_to_do(
    charge: Charge, office: Office, an: User, settings: Settings, amount: str, words: str, may_pay: bool
) -> None:
    set_account(settings)
    transferred(charge, office, amount)
    browser = browser_of(office.mai, office)
    browser.force_login(an)
    page = page_of(browser, f"/thanh-toan/{charge.pk}/")
    assert f"đã nhận {amount}\u00a0đ, khoản phải nộp là 135.000\u00a0đ" in page
    assert words in page
    assert ('name="method"' in page) == may_pay
    assert "Có một khoản nộp thừa" not in page
