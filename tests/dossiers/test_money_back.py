"""Money that goes back, as the dossier tells it: one line, one mail, however often the event comes."""

import pytest

from dossiers import event_handlers, services
from dossiers.models import Dossier, JournalEntry
from payments import services as payment_services
from payments.enums import RefundReason, RefundRoute
from payments.events import ChargeReopened, RefundAccountAsked, RefundFinished
from payments.models import Charge, PaymentAttempt
from portal.accounts.enums import OfficerRole
from portal.core.models import OutboxEvent
from portal.notifications.models import MailDelivery
from tests.factories.dossiers import Cast, make_cast, make_payment_requested
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
