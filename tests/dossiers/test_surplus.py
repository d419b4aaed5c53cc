"""Money that came twice, from the provider's notification to the officer's list: told, proposed, waiting for a person."""

from datetime import date

import pytest
from django.test import Client

from dossiers.models import Dossier
from payments import services as payment_services
from payments import tasks
from payments.models import Charge, PaymentAttempt, Refund
from portal.accounts.enums import OfficerRole
from portal.accounts.models import User
from portal.accounts.selectors import actor_for
from portal.core import clock, outbox
from portal.core.models import OutboxDelivery
from portal.notifications.models import MailDelivery
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.factories.dossiers import Cast, make_payment_requested
from tests.factories.payments import OnlineAttemptFactory
from tests.payments.provider import notification

pytestmark = pytest.mark.django_db
SURPLUS = "dossier/payment_surplus"
WAITING = "officer/refunds_waiting"


def pay(charge: Charge) -> PaymentAttempt:
    """A try whose money the provider tells of."""
    attempt: PaymentAttempt = OnlineAttemptFactory(charge=charge, state="expired", finished_at=clock.now())
    payment_services.record_provider_message(provider="vnpay", kind="notification", parameters=notification(attempt))
    return attempt


def relay() -> None:
    while True:
        OutboxDelivery.objects.filter(handler__startswith="dossiers.slip").update(state="done")
        OutboxDelivery.objects.filter(handler__startswith="payments.receipt.finish").update(state="done")
        if not outbox.relay_due():
            return


def mails(kind: str) -> list[MailDelivery]:
    return list(MailDelivery.objects.filter(kind=kind).order_by("recipient_email"))


@pytest.fixture
def dossier(cast: Cast, seeded_calendar: None) -> Dossier:
    return make_payment_requested(cast)


@pytest.fixture
def charge(dossier: Dossier) -> Charge:
    return Charge.objects.get(subject=dossier.subject)


@pytest.fixture
def mai(charge: Charge) -> User:
    """Keeps the books of the agency whose money it is."""
    mai: User = UserFactory.create(full_name="Vũ Thị Mai")
    OfficerPostingFactory.create(user=mai, agency=charge.agency, role=OfficerRole.ACCOUNTANT)
    return mai


def test_a_double_payment_is_told_once_proposed_once_and_waits_in_the_officers_mail_and_list(
    dossier: Dossier, charge: Charge, mai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(charge)
    second = pay(charge)
    for _ in range(3):
        relay()
        OutboxDelivery.objects.filter(handler__in=["dossiers.mail.surplus", "payments.propose_refund"]).update(
            state="pending", next_attempt_at=clock.now()
        )
    refund = Refund.objects.get()
    assert (refund.attempt_id, refund.amount, refund.state, refund.reason) == (
        second.pk,
        charge.amount,
        "proposed",
        "double_payment",
    )
    (mail,) = mails(SURPLUS)
    assert mail.user_id == dossier.applicant_id
    for words in ("được nộp hai lần", "135.000", "đã lập đề nghị hoàn lại", "trả về thẻ hoặc tài khoản bạn đã dùng"):
        assert words in mail.text_body
    assert f"/thanh-toan/{charge.pk}/" in mail.text_body

    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 4))
    for _ in range(2):
        tasks.tell_of_waiting_refunds()
    (digest,) = [one for one in mails(WAITING) if one.user_id == mai.pk]
    assert digest.subject == "1 đề nghị hoàn tiền chờ duyệt"
    assert f"{dossier.code}: 135.000" in digest.text_body.replace("\u00a0đ", "")
    assert "Nguyễn Thị An" not in digest.text_body

    officer = Client()
    officer.force_login(mai, backend="django.contrib.auth.backends.ModelBackend")
    page = officer.get("/mot-cua/hoan-tien/?xem=cho-duyet").content.decode()
    assert f"/mot-cua/hoan-tien/{refund.pk}/" in page


def test_money_for_a_charge_that_was_let_go_is_told_as_that(charge: Charge) -> None:
    payment_services.cancel_charge(actor=actor_for(UserFactory.create()), charge_id=charge.pk)
    pay(charge)
    relay()
    (mail,) = mails(SURPLUS)
    assert "đã được hủy" in mail.text_body
    assert "hai lần" not in mail.text_body


def test_the_mail_waits_for_no_other_handler(charge: Charge) -> None:
    """Whichever of the two comes first, the proposal the mail speaks of is there."""
    pay(charge)
    relay()
    pay(charge)
    OutboxDelivery.objects.filter(handler="payments.propose_refund").update(state="parked")
    relay()
    assert (len(mails(SURPLUS)), Refund.objects.count()) == (1, 1)


def test_one_mail_a_morning_for_all_that_waits_none_of_ones_own_and_none_on_a_day_off(
    dossier: Dossier, charge: Charge, mai: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert charge.agency is not None
    paid = pay(charge)
    for number in range(2):
        pay(charge)
        relay()
        assert Refund.objects.count() == number + 1
    head: User = UserFactory.create(full_name="Phạm Văn Dung")
    OfficerPostingFactory.create(user=head, agency=charge.agency, role=OfficerRole.AGENCY_HEAD)
    payment_services.propose_refund(
        actor=actor_for(mai),
        attempt_id=paid.pk,
        amount=1_000,
        reason="overcharged",
        route="cash",
        note="Thu theo mức cũ",
    )
    # The first Sunday of May.
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 3))
    tasks.tell_of_waiting_refunds()
    assert mails(WAITING) == []
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 4))
    tasks.tell_of_waiting_refunds()
    subjects = {one.user_id: one.subject for one in mails(WAITING)}
    assert subjects[mai.pk] == "2 đề nghị hoàn tiền chờ duyệt"
    assert subjects[head.pk] == "3 đề nghị hoàn tiền chờ duyệt"
    assert len(subjects) == len(mails(WAITING))
    monkeypatch.setattr(clock, "today", lambda: date(2026, 5, 5))
    tasks.tell_of_waiting_refunds()
    assert len([one for one in mails(WAITING) if one.user_id == mai.pk]) == 2
