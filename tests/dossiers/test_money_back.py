"""Money that goes back, as the dossier tells it: one line, one mail, however often the event comes."""

from typing import Any

import pytest

from dossiers import event_handlers, services
from dossiers.events import DossierStopped, DossierWithdrawn, IntakeRefused
from dossiers.models import Dossier, JournalEntry
from dossiers.services import money_back
from payments import services as payment_services
from payments.enums import RefundReason, RefundRoute
from payments.events import ChargeReopened, RefundAccountAsked, RefundFinished, WrongAmountReceived
from payments.models import Charge, PaymentAttempt, Refund
from portal.accounts.enums import OfficerRole
from portal.core.models import OutboxEvent
from portal.core.money import format_vnd
from portal.notifications.models import MailDelivery
from tests.factories.dossiers import Cast, make_cast, make_filed, make_offering, make_payment_requested
from tests.factories.payments import PayerFactory, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def paid(cast: Cast, seeded_calendar: None) -> PaymentAttempt:
    """An's dossier, its fee taken at the counter."""
    dossier = make_payment_requested(cast)
    charge = Charge.objects.get(subject=dossier.subject)
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=charge.amount,
    )
    return PaymentAttempt.objects.select_related("charge__agency").get()


def refund(paid: PaymentAttempt, *, route: str = RefundRoute.CASH, is_done: bool = True) -> None:
    agency = paid.charge.agency
    assert agency is not None
    accountant = actor_of(PayerFactory(), (agency, OfficerRole.ACCOUNTANT))
    head = actor_of(PayerFactory(), (agency, OfficerRole.AGENCY_HEAD))
    proposed = payment_services.propose_refund(
        actor=accountant,
        attempt_id=paid.pk,
        amount=35_000,
        reason=RefundReason.OVERCHARGED,
        route=route,
        note="Thu theo mức cũ",
    )
    if route == RefundRoute.BANK_TRANSFER:
        return
    payment_services.approve_refund(actor=head, refund_id=proposed.pk)
    act = payment_services.confirm_paid_out if is_done else payment_services.record_not_paid_out
    act(actor=accountant, refund_id=proposed.pk, reference="PC-1")


def lines(act: str) -> list[JournalEntry]:
    return list(JournalEntry.objects.filter(act=act))


def mails(kind: str) -> list[MailDelivery]:
    return list(MailDelivery.objects.filter(kind=kind))


def test_a_refund_that_is_done_is_one_line_and_one_mail(paid: PaymentAttempt) -> None:
    refund(paid)
    event = RefundFinished(**OutboxEvent.objects.get(name=RefundFinished.name).payload)
    for _ in range(3):
        event_handlers.note_refund(event)
    (line,) = lines("refund_fee")
    assert (line.public_note, line.details["amount"]) == ("Đã hoàn 35.000\u00a0đ.", 35_000)
    (mail,) = mails("dossier/refund_done")
    assert "35.000" in mail.text_body
    # Paid out in cash: nothing is on its way to a card.
    assert "Tiền mặt đã được trả tại quầy." in mail.text_body
    assert "thẻ hoặc tài khoản" not in mail.text_body
    assert f"/thanh-toan/{paid.charge_id}/" in mail.text_body
    assert mail.user_id == paid.charge.payer_id


def test_a_refund_that_did_not_go_through_is_the_offices_own_business(paid: PaymentAttempt) -> None:
    refund(paid, is_done=False)
    event_handlers.note_refund(RefundFinished(**OutboxEvent.objects.get(name=RefundFinished.name).payload))
    (line,) = lines("refund_not_done")
    assert (line.public_note, bool(line.internal_note)) == ("", True)
    assert mails("dossier/refund_done") == []


def test_the_payer_is_asked_once_for_an_account(paid: PaymentAttempt) -> None:
    refund(paid, route=RefundRoute.BANK_TRANSFER)
    event = RefundAccountAsked(**OutboxEvent.objects.get(name=RefundAccountAsked.name).payload)
    for _ in range(2):
        event_handlers.mail_refund_account(event)
    (mail,) = mails("dossier/refund_account")
    assert "đăng nhập" in mail.text_body


@pytest.mark.parametrize(("came", "words"), [(100_000, "nộp lại đúng số"), (150_000, "đừng nộp lại")])
def test_a_transfer_of_a_wrong_amount_is_told_once_with_what_to_do(paid: PaymentAttempt, came: int, words: str) -> None:
    event = WrongAmountReceived(
        charge_id=str(paid.charge_id),
        subject_reference=paid.charge.subject,
        amount=came,
        expected_amount=135_000,
        attempt_id=str(paid.pk),
    )
    for _ in range(2):
        event_handlers.mail_wrong_amount(event)
    (mail,) = mails("dossier/payment_wrong_amount")
    for body in (mail.text_body, mail.html_body):
        assert f"{format_vnd(came)} chuyển khoản" in body
        assert "khoản phải nộp là 135.000\u00a0đ" in body
        assert words in body
    assert mail.user_id == paid.charge.payer_id


def test_a_payment_that_the_bank_took_back_is_told_once(paid: PaymentAttempt) -> None:
    event = ChargeReopened(
        charge_id=str(paid.charge_id),
        subject_reference=paid.charge.subject,
        amount=paid.amount,
        attempt_id=str(paid.pk),
    )
    for _ in range(2):
        event_handlers.note_payment_taken_back(event)
    assert len(lines("payment_taken_back")) == 1
    assert len(mails("dossier/payment_taken_back")) == 1


def test_money_that_is_no_dossiers_is_none_of_our_business(paid: PaymentAttempt) -> None:
    before = Dossier.objects.get().version
    event_handlers.note_refund(
        RefundFinished(refund_id="x", charge_id="x", subject_reference="library:1", amount=1, state="done")
    )
    assert Dossier.objects.get().version == before


def told(event_class: type[Any]) -> Any:
    return event_class(**OutboxEvent.objects.get(name=event_class.name).payload)


def test_what_was_paid_for_a_dossier_taken_back_is_put_before_a_person_once(cast: Cast, paid: PaymentAttempt) -> None:
    dossier = Dossier.objects.get()
    services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk, reason="Nguyễn Thị An đổi ý")
    for _ in range(2):
        event_handlers.ask_what_goes_back_after_withdrawal(told(DossierWithdrawn))
    asked = Refund.objects.get()
    assert (asked.reason, asked.state, asked.amount, asked.proposed_by) == ("not_served", "proposed", paid.amount, None)
    # In words of the agency, without what the citizen wrote.
    assert asked.note == "Người nộp rút hồ sơ. Khi đó hồ sơ đang được giải quyết."


def test_the_officer_who_stopped_the_dossier_does_not_give_the_money_back(cast: Cast, paid: PaymentAttempt) -> None:
    dossier = Dossier.objects.get()
    services.stop(actor=cast.actor("hoa"), dossier_id=dossier.pk, reason="Theo quy định")
    event_handlers.ask_what_goes_back_after_stop(told(DossierStopped))
    assert Refund.objects.get().proposed_by_id == cast.actor("hoa").user_id


def test_a_dossier_refused_at_intake_asks_about_what_came_before_receipt(cast: Cast, seeded_calendar: None) -> None:
    offering = make_offering(cast, rules=[{"amount": 50_000, "collection": "before_receipt"}])
    dossier = make_filed(cast, offering=offering)
    charge = Charge.objects.get(subject=dossier.subject)
    services.take_counter_payment(
        actor=cast.actor("giang"),
        dossier_id=dossier.pk,
        charge_id=str(charge.pk),
        method="cash",
        received_amount=charge.amount,
    )
    services.refuse_intake(actor=cast.actor("binh"), dossier_id=dossier.pk, reason="Không thuộc thẩm quyền")
    event_handlers.ask_what_goes_back_after_refusal(told(IntakeRefused))
    asked = Refund.objects.get()
    assert (asked.amount, asked.note) == (
        50_000,
        "Hồ sơ không được tiếp nhận. Khi đó hồ sơ chưa được tiếp nhận.",
    )


def test_a_refusal_that_was_taken_back_asks_nothing(cast: Cast, paid: PaymentAttempt) -> None:
    dossier = Dossier.objects.get()
    money_back.ask_what_goes_back(dossier_id=dossier.pk, sequence=1)
    assert not Refund.objects.exists()


def test_of_a_dossier_that_is_over_nothing_is_owed_when_the_bank_takes_a_payment_back(
    cast: Cast, paid: PaymentAttempt
) -> None:
    dossier = Dossier.objects.get()
    services.withdraw(actor=cast.actor("an"), dossier_id=dossier.pk)
    Charge.objects.filter(pk=paid.charge_id).update(state="owed", settled_at=None)
    event_handlers.note_payment_taken_back(
        ChargeReopened(
            charge_id=str(paid.charge_id),
            subject_reference=paid.charge.subject,
            amount=paid.amount,
            attempt_id=str(paid.pk),
        )
    )
    assert Charge.objects.get().state == "cancelled"
    assert len(lines("payment_taken_back")) == 1
    assert mails("dossier/payment_taken_back") == []


def test_an_account_that_is_known_by_now_is_not_asked_for(paid: PaymentAttempt) -> None:
    refund(paid, route=RefundRoute.BANK_TRANSFER)
    event = told(RefundAccountAsked)
    payment_services.give_refund_account(
        actor=actor_of(paid.charge.payer),
        refund_id=event.refund_id,
        account=payment_services.BankAccount(bank="970436", number="0123456789", name="NGUYEN THI AN"),
    )
    event_handlers.mail_refund_account(event)
    assert mails("dossier/refund_account") == []
