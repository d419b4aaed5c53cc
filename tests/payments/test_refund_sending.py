"""The provider is told once per refund, asked until its last word, and its every answer has one end."""

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from payments import event_handlers, services, tasks
from payments.enums import RefundReason, RefundRoute
from payments.errors import MoveRefused, RefundStillAsked
from payments.events import RefundFinished
from payments.gateways import RefundOutcome
from payments.models import LedgerEntry, PaymentAttempt, ProviderMessage, Refund
from portal.accounts.models import OfficerPosting, User
from portal.core import clock
from portal.core.models import OutboxEvent
from portal.notifications.models import MailDelivery, MailWording
from tests.payments.refunding import FakeGateway, Office, account, answer

DONE, PENDING, REFUSED, UNKNOWN = (
    RefundOutcome.DONE,
    RefundOutcome.PENDING,
    RefundOutcome.REFUSED,
    RefundOutcome.UNKNOWN,
)


@pytest.fixture
def refund(paid: PaymentAttempt, office: Office) -> Refund:
    """35.000 đ approved to go back through the provider."""
    PaymentAttempt.objects.filter(pk=paid.pk).update(provider_transaction_no="14422574")
    proposed = services.propose_refund(
        actor=office.mai,
        attempt_id=paid.pk,
        amount=35_000,
        reason=RefundReason.OVERCHARGED,
        route=RefundRoute.PROVIDER,
        note="Thu theo mức cũ",
    )
    return services.approve_refund(actor=office.dung, refund_id=proposed.pk)


def sweep(refund: Refund) -> Refund:
    """The next sweep, when its time has come."""
    Refund.objects.filter(pk=refund.pk, next_enquiry_at__isnull=False).update(next_enquiry_at=clock.now())
    tasks.send_refunds()
    return Refund.objects.select_related("attempt__charge").get(pk=refund.pk)


def test_nothing_is_sent_inside_the_approval_and_a_worker_is_nudged_after_it(
    refund: Refund, provider: FakeGateway, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert (refund.state, provider.orders) == ("approved", [])
    assert refund.next_enquiry_at == refund.decided_at


def test_a_provider_that_gives_back_at_once_ends_it(refund: Refund, provider: FakeGateway, office: Office) -> None:
    after = sweep(refund)
    assert (after.state, after.provider_transaction_no, after.next_enquiry_at) == ("done", "R1", None)
    assert account(after.attempt.charge) == (135_000, 35_000, 135_000, 35_000, 0)
    (order,) = provider.orders
    assert (order.request_id, order.amount, order.paid_amount) == (refund.request_id, 35_000, 135_000)
    assert (order.transaction_no, order.created_at) == ("14422574", "20250505083000")
    assert (order.reference, order.approved_by) == (after.attempt.provider_reference, str(office.dung.user_id))
    message = ProviderMessage.objects.get()
    assert (message.kind, message.verdict, message.refund_id) == ("refund_answer", "refund_done", refund.pk)
    tasks.send_refunds()
    assert len(provider.orders) == 1


def test_a_provider_that_does_not_answer_is_asked_about_the_same_request_until_it_does(
    refund: Refund, provider: FakeGateway
) -> None:
    provider.answers = [None, None, answer(PENDING), answer(DONE)]
    states = [(after := sweep(refund)).state for _ in range(4)]
    assert states == ["sent", "sent", "sent", "done"]
    assert (len(provider.orders), len(provider.questions)) == (1, 3)
    assert {order.request_id for order in (*provider.orders, *provider.questions)} == {refund.request_id}
    assert account(after.attempt.charge) == (135_000, 35_000, 135_000, 35_000, 0)
    assert LedgerEntry.objects.filter(kind="refunded").count() == 1


def test_a_request_that_never_reached_the_provider_is_sent_again_under_its_id(
    refund: Refund, provider: FakeGateway
) -> None:
    provider.answers = [None, answer(UNKNOWN), answer(DONE)]
    sweep(refund)
    assert sweep(refund).state == "done"
    assert [order.request_id for order in provider.orders] == [refund.request_id] * 2


def test_a_repeated_request_that_is_refused_may_have_been_done_the_first_time(
    refund: Refund, provider: FakeGateway
) -> None:
    provider.answers = [None, answer(UNKNOWN), answer(REFUSED, code="95"), answer(DONE)]
    sweep(refund)
    after = sweep(refund)
    assert (after.state, after.attempt.refund_reserved_amount) == ("sent", 35_000)
    assert ProviderMessage.objects.get().verdict == "refund_pending"
    assert sweep(refund).state == "done"
    assert LedgerEntry.objects.filter(kind="refunded").count() == 1


def test_a_refusal_gives_the_reservation_back_and_moves_no_money(
    refund: Refund, provider: FakeGateway, office: Office
) -> None:
    provider.answers = [answer(REFUSED, code="95")]
    after = sweep(refund)
    assert (after.state, after.failure_code, after.attempt.refund_reserved_amount) == ("refused", "95", 0)
    assert account(after.attempt.charge) == (135_000, 0, 135_000, 0, 0)
    assert OutboxEvent.objects.get(name="payments.refund_finished").payload["state"] == "refused"
    again = services.propose_refund(
        actor=office.mai,
        attempt_id=after.attempt_id,
        amount=135_000,
        reason=RefundReason.NOT_OWED,
        route=RefundRoute.CASH,
        note="Cổng từ chối",
    )
    assert again.request_id != refund.request_id


def test_an_answer_that_nobody_signed_changes_nothing(refund: Refund, provider: FakeGateway) -> None:
    provider.answers = [answer(DONE, is_authentic=False)]
    after = sweep(refund)
    assert (after.state, ProviderMessage.objects.get().verdict) == ("sent", "not_authentic")
    assert account(after.attempt.charge) == (135_000, 0, 135_000, 0, 0)


@pytest.mark.parametrize("late", [DONE, REFUSED])
def test_an_answer_after_the_end_is_kept_and_changes_nothing(
    refund: Refund, provider: FakeGateway, late: RefundOutcome
) -> None:
    after = sweep(refund)
    verdict = services.record_refund_answer(refund_id=refund.pk, provider="fake", report=answer(late, number="R2"))
    assert verdict == "already_final"
    assert account(after.attempt.charge) == (135_000, 35_000, 135_000, 35_000, 0)
    assert ProviderMessage.objects.count() == 2
    assert OutboxEvent.objects.filter(name="payments.refund_finished").count() == 1


def test_when_the_portal_stops_asking_a_person_concludes(refund: Refund, provider: FakeGateway, office: Office) -> None:
    provider.answers = [None]
    sweep(refund)
    with pytest.raises(RefundStillAsked), transaction.atomic():
        services.conclude_unanswered(actor=office.mai, refund_id=refund.pk, is_done=True, reference="VNP1")
    while sweep(refund).next_enquiry_at is not None:
        pass
    assert (len(provider.orders), len(provider.questions)) == (1, 11)
    services.ask_about_refund_again(actor=office.mai, refund_id=refund.pk)
    assert sweep(refund).next_enquiry_at is None
    services.conclude_unanswered(actor=office.mai, refund_id=refund.pk, is_done=False, reference="VNP1")
    after = Refund.objects.select_related("attempt").get(pk=refund.pk)
    assert (after.state, after.attempt.refund_reserved_amount) == ("refused", 0)
    with pytest.raises(MoveRefused):
        services.ask_about_refund_again(actor=office.mai, refund_id=refund.pk)


def test_one_provider_that_is_down_costs_three_silences_a_sweep(
    paid: PaymentAttempt, office: Office, provider: FakeGateway
) -> None:
    provider.answers = [None]
    for _ in range(5):
        one = services.propose_refund(
            actor=office.mai,
            attempt_id=paid.pk,
            amount=1_000,
            reason=RefundReason.OVERCHARGED,
            route=RefundRoute.PROVIDER,
            note="x",
        )
        services.approve_refund(actor=office.dung, refund_id=one.pk)
    tasks.send_refunds()
    assert len(provider.orders) == 3
    assert set(Refund.objects.values_list("state", flat=True)) == {"sent"}
    provider.answers = [answer(UNKNOWN), answer(DONE)]


def test_the_refusal_is_worded_as_the_agency_words_it(refund: Refund, provider: FakeGateway, office: Office) -> None:
    OfficerPosting.objects.create(user_id=office.mai.user_id, agency=office.agency, role="accountant")
    MailWording.objects.create(
        kind="officer/refund_refused",
        language="vi",
        agency=office.agency,
        version=1,
        subject="Kế toán xem {{khoan_thu}}",
        body="Không hoàn được {{so_tien}}.",
        written_by_id=office.dung.user_id,
    )
    provider.answers = [answer(REFUSED, code="95")]
    sweep(refund)
    event_handlers.tell_officers_of_refusal(
        RefundFinished(**OutboxEvent.objects.get(name="payments.refund_finished").payload)
    )
    assert MailDelivery.objects.get().subject == "Kế toán xem H36-250505-0001"


def test_the_accountants_hear_of_a_refusal_once(refund: Refund, provider: FakeGateway, office: Office) -> None:
    for actor, role in ((office.mai, "accountant"), (office.hoa, "accountant"), (office.dung, "agency_head")):
        user = User.objects.get(pk=actor.user_id)
        OfficerPosting.objects.create(user=user, agency=office.agency, role=role)
    provider.answers = [answer(REFUSED, code="95")]
    sweep(refund)
    event = RefundFinished(**OutboxEvent.objects.get(name="payments.refund_finished").payload)
    for _ in range(2):
        event_handlers.tell_officers_of_refusal(event)
    mails = list(MailDelivery.objects.order_by("recipient_email"))
    assert [mail.user_id for mail in mails] == sorted([office.mai.user_id, office.hoa.user_id])
    assert "35.000" in mails[0].text_body
    assert "95" in mails[0].text_body
    assert "H36-250505-0001" in mails[0].subject
