"""Refunds through the real sandbox, however it misbehaves: how the ledger ends, and who is told."""

from typing import Any

import pytest

from payments import services, tasks
from payments.enums import RefundReason, RefundRoute
from payments.models import Charge, LedgerEntry, PaymentAttempt, Refund
from portal.accounts.enums import OfficerRole
from portal.accounts.selectors import actor_for
from portal.core import clock, outbox
from portal.notifications.models import MailDelivery
from tests.factories.accounts import OfficerPostingFactory, UserFactory
from tests.payments.provider import behave
from tests.payments.test_misbehaviours import Payer, payer  # noqa: F401 - the fixture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def front(payer: Payer) -> Payer:  # noqa: F811 - the fixture
    return payer


def approved(front: Payer, misbehave: str, amount: int | None = None) -> Refund:
    """Paid; the accountant proposed, the head approved; the provider will misbehave so."""
    front.press("pay", "")
    front.sandbox.wait_for("answered 00")
    behave(front.sandbox.address, front.page, misbehave)
    charge = Charge.objects.get()
    accountant, head = UserFactory.create(full_name="Vũ Thị Mai"), UserFactory.create(full_name="Phạm Văn Dung")
    OfficerPostingFactory.create(user=accountant, agency=charge.agency, role=OfficerRole.ACCOUNTANT)
    OfficerPostingFactory.create(user=head, agency=charge.agency, role=OfficerRole.AGENCY_HEAD)
    proposed = services.propose_refund(
        actor=actor_for(accountant),
        attempt_id=PaymentAttempt.objects.get().pk,
        amount=amount or charge.amount,
        reason=RefundReason.OVERCHARGED if amount else RefundReason.NOT_OWED,
        route=RefundRoute.PROVIDER,
        note="Thu theo mức cũ",
    )
    refund: Refund = services.approve_refund(actor=actor_for(head), refund_id=proposed.pk)
    return refund


def sweep() -> str:
    """The next question, when its time has come; the state of the refund after it."""
    Refund.objects.filter(next_enquiry_at__isnull=False).update(next_enquiry_at=clock.now())
    tasks.send_refunds()
    return str(Refund.objects.get().state)


def end() -> tuple[Any, ...]:
    """Refund, charge, what came and went, mails of the payment and mails to officers."""
    while outbox.relay_due():
        pass
    money = dict.fromkeys(("settled", "refunded"), 0)
    for kind, amount in LedgerEntry.objects.filter(kind__in=money).values_list("kind", "amount"):
        money[kind] += amount
    mails = list(MailDelivery.objects.values_list("kind", flat=True))
    told = (mails.count("dossier/payment_settled"), mails.count("officer/refund_refused"))
    return (Refund.objects.get().state, Charge.objects.get().state, money["settled"], money["refunded"], *told)


@pytest.mark.parametrize(
    ("misbehave", "amount", "states", "expected"),
    [
        ("", None, ["done"], ("done", "refunded", 1)),
        ("", 35_000, ["done"], ("done", "settled", 1)),
        ("refund_pending", None, ["sent", "sent", "done"], ("done", "refunded", 1)),
        ("refund_pending", 35_000, ["sent", "sent", "done"], ("done", "settled", 1)),
        ("refund_refused", None, ["refused"], ("refused", "settled", 0)),
        ("refund_denied", 35_000, ["sent", "refused"], ("refused", "settled", 0)),
    ],
)
def test_a_refund_ends_as_the_provider_says(
    front: Payer, misbehave: str, amount: int | None, states: list[str], expected: tuple[str, str, int]
) -> None:
    refund = approved(front, misbehave, amount)
    assert [sweep() for _ in states] == states
    refund_state, charge_state, went = expected
    paid = PaymentAttempt.objects.get().received_amount
    once = (refund_state, charge_state, paid, refund.amount * went, 1, 0 if went else 1)
    assert end() == once
    # Whatever comes again changes nothing.
    sweep()
    front.come_back()
    assert end() == once


@pytest.mark.parametrize("amount", [None, 35_000], ids=["full", "partial"])
def test_a_refund_whose_answers_are_lost_is_found_and_booked_once(front: Payer, amount: int | None) -> None:
    refund = approved(front, "time_out", amount)
    assert [sweep(), sweep()] == ["sent", "sent"]
    behave(front.sandbox.address, front.page, "")
    assert sweep() == "done"
    paid = PaymentAttempt.objects.get().received_amount
    assert end() == ("done", "settled" if amount else "refunded", paid, refund.amount, 1, 0)
