"""Refunds through the real sandbox, however it misbehaves: how the ledger ends, and who is told."""

from collections import Counter
from typing import Any

import pytest

from payments import services, tasks
from payments.enums import RefundReason, RefundRoute
from payments.gateways import RefundOutcome, RefundReport
from payments.models import Charge, LedgerEntry, PaymentAttempt, ProviderMessage, Refund
from portal.accounts.enums import OfficerRole
from portal.accounts.selectors import actor_for
from portal.core import clock, outbox
from portal.core.models import OutboxDelivery
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
    """Refund, charge, what came and went, and how many mails of every kind."""
    while outbox.relay_due():
        pass
    money = dict.fromkeys(("settled", "refunded"), 0)
    for kind, amount in LedgerEntry.objects.filter(kind__in=money).values_list("kind", "amount"):
        money[kind] += amount
    told = Counter(MailDelivery.objects.values_list("kind", flat=True))
    return (Refund.objects.get().state, Charge.objects.get().state, money["settled"], money["refunded"], told)


def each_once(*, is_done: bool) -> Counter[str]:
    """Of every kind that such a refund tells, one: what was there before it, the money that came, how it went back."""
    return Counter(
        {
            "dossier/submitted": 1,
            "dossier/received": 1,
            "dossier/payment_requested": 1,
            "dossier/payment_settled": 1,
            "dossier/refund_done" if is_done else "officer/refund_refused": 1,
        }
    )


def repeat(front: Payer) -> None:  # noqa: F811 - the fixture
    """Everything once more that a provider, a browser or a worker may do twice."""
    for _ in range(2):
        sweep()
        front.come_back()
        front.sweep()
    for answer in ProviderMessage.objects.filter(kind="refund_answer", is_authentic=True):
        refund = Refund.objects.get()
        services.record_refund_answer(
            refund_id=refund.pk, provider=refund.attempt.provider, report=_heard_again(answer.raw)
        )
    OutboxDelivery.objects.filter(state="done").update(state="pending", next_attempt_at=clock.now())


def _heard_again(raw: dict[str, str]) -> RefundReport:
    status = raw.get("vnp_TransactionStatus", "")
    outcome = RefundOutcome.DONE if status == "00" else RefundOutcome.REFUSED
    return RefundReport(is_authentic=True, outcome=outcome, code=status, raw=raw)


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
    once = (refund_state, charge_state, paid, refund.amount * went, each_once(is_done=bool(went)))
    assert end() == once
    # Whatever comes again changes nothing: sweeps, the return, answers, and the events themselves.
    repeat(front)
    assert end() == once


@pytest.mark.parametrize("amount", [None, 35_000], ids=["full", "partial"])
def test_a_refund_whose_answers_are_lost_is_found_and_booked_once(front: Payer, amount: int | None) -> None:
    refund = approved(front, "time_out", amount)
    assert [sweep(), sweep()] == ["sent", "sent"]
    behave(front.sandbox.address, front.page, "")
    assert sweep() == "done"
    paid = PaymentAttempt.objects.get().received_amount
    once = ("done", "settled" if amount else "refunded", paid, refund.amount, each_once(is_done=True))
    assert end() == once
    repeat(front)
    assert end() == once
