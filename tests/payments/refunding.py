"""Around refunds in tests: a provider that answers what it is told to, the people of an agency, paid attempts."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from payments import services
from payments.enums import AttemptState, EntryKind, RefundReason, RefundRoute
from payments.gateways import (
    Enquiry,
    Gateway,
    GatewayUnavailable,
    Outcome,
    PaymentOrder,
    ProviderReport,
    RefundOrder,
    RefundOutcome,
    RefundReport,
)
from payments.gateways import base as gateway_register
from payments.models import Charge, LedgerEntry, PaymentAttempt, Refund
from payments.selectors import ledger
from portal.accounts.enums import OfficerRole
from portal.accounts.models import Agency
from portal.core import clock
from portal.core.actors import Actor
from tests.factories.payments import ChargeFactory, OnlineAttemptFactory, PayerFactory, actor_of

PROVIDER = "fake"


class FakeGateway(Gateway):
    """Gives money back when told to. `answers` are taken one by one, the last for ever; None: it does not answer."""

    can_refund = True

    def __init__(self, name: str = PROVIDER) -> None:
        self.name = name  # type: ignore[misc]
        self.answers: list[RefundReport | None] = [answer(RefundOutcome.DONE)]
        self.orders: list[RefundOrder] = []
        self.questions: list[RefundOrder] = []

    def is_configured(self) -> bool:
        return True

    def payment_url(self, order: PaymentOrder) -> str:
        return f"https://pay.example/{order.reference}"

    def read_message(self, parameters: Mapping[str, str]) -> ProviderReport:
        return ProviderReport(
            is_authentic=True,
            is_for_us=True,
            reference=parameters["reference"],
            amount=int(parameters["amount"]),
            currency="VND",
            outcome=Outcome(parameters["outcome"]),
            code="x",
            transaction_no="T1",
            raw=dict(parameters),
        )

    def ask(self, enquiry: Enquiry) -> ProviderReport:
        raise GatewayUnavailable

    def refund(self, order: RefundOrder) -> RefundReport:
        self.orders.append(order)
        return self._next()

    def ask_about_refund(self, order: RefundOrder) -> RefundReport:
        self.questions.append(order)
        return self._next()

    def explain(self, code: str) -> Any:
        return f"Mã {code}"

    def _next(self) -> RefundReport:
        given = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if given is None:
            raise GatewayUnavailable
        return given


def answer(outcome: RefundOutcome, *, code: str = "00", is_authentic: bool = True, number: str = "R1") -> RefundReport:
    return RefundReport(
        is_authentic=is_authentic, outcome=outcome, code=code, transaction_no=number, raw={"code": code, "no": number}
    )


@contextmanager
def registered_provider(name: str = PROVIDER) -> Iterator[FakeGateway]:
    """The provider, known for as long as the block runs; under the name of a real one it stands in for that."""
    gateway = FakeGateway(name)
    known = gateway_register._gateways
    real = known.get(name)
    known[name] = gateway
    try:
        yield gateway
    finally:
        del known[name]
        if real is not None:
            known[name] = real


@dataclass
class Office:
    """Mai keeps the books, Phúc sits at the till, Dung heads the agency, Hoa keeps the books as well."""

    agency: Agency
    mai: Actor
    phuc: Actor
    dung: Actor
    hoa: Actor
    others: dict[str, Actor] = field(default_factory=dict)


def make_office(agency: Agency) -> Office:
    def officer(name: str, role: OfficerRole) -> Actor:
        return actor_of(PayerFactory(full_name=name), (agency, role))

    return Office(
        agency=agency,
        mai=officer("Vũ Thị Mai", OfficerRole.ACCOUNTANT),
        phuc=officer("Đỗ Văn Phúc", OfficerRole.CASHIER),
        dung=officer("Phạm Văn Dung", OfficerRole.AGENCY_HEAD),
        hoa=officer("Bùi Thị Hoa", OfficerRole.ACCOUNTANT),
    )


def make_paid(charge: Charge | None = None, **changes: Any) -> PaymentAttempt:
    """An attempt whose money settled its charge, with the ledger's line."""
    charge = charge or ChargeFactory()
    now = clock.now()
    Charge.objects.filter(pk=charge.pk).update(state="settled", settled_at=now)
    charge.refresh_from_db()
    wanted = {"state": AttemptState.SUCCEEDED, "finished_at": now, "next_enquiry_at": None, "provider": PROVIDER}
    attempt: PaymentAttempt = OnlineAttemptFactory(charge=charge, **(wanted | changes))
    LedgerEntry.objects.create(charge=charge, kind=EntryKind.SETTLED, amount=attempt.amount, attempt=attempt, at=now)
    return attempt


def make_surplus(charge: Charge, reason: str = "double_payment", **changes: Any) -> PaymentAttempt:
    """An attempt whose money nobody owed, with the ledger's line."""
    now = clock.now()
    wanted = {"state": AttemptState.NEEDS_REVIEW, "review_reason": reason, "finished_at": now, "provider": PROVIDER}
    attempt: PaymentAttempt = OnlineAttemptFactory(charge=charge, next_enquiry_at=None, **(wanted | changes))
    LedgerEntry.objects.create(charge=charge, kind=EntryKind.SETTLED, amount=attempt.amount, attempt=attempt, at=now)
    return attempt


def account(charge: Charge) -> tuple[int, int, int, int, int]:
    """charged, reduced, settled, refunded, owed."""
    found = ledger.account_of_charge(charge.pk)
    return (found.charged, found.reduced, found.settled, found.refunded, found.owed)


def make_refund(attempt: PaymentAttempt, amount: int, *, state: str = "done", **changes: Any) -> Refund:
    """A refund by bank transfer as it stands after `state`, without a line of the ledger."""
    decided = state != "proposed"
    now = clock.now()
    wanted: dict[str, Any] = {
        "attempt": attempt,
        "amount": amount,
        "reason": "overcharged",
        "route": "bank_transfer",
        "state": state,
        "request_id": uuid.uuid4().hex,
        "account_bank": "970436",
        "account_number": "0123456789",
        "account_name": "NGUYEN THI AN",
        "provider_transaction_no": "CT-1" if state in ("done", "refused") else "",
        "decided_by": PayerFactory() if decided else None,
        "decided_at": now if decided else None,
        "finished_at": now if state in ("done", "refused", "rejected") else None,
    }
    return Refund.objects.create(**(wanted | changes))


def propose(actor: Actor, attempt: PaymentAttempt, **changes: Any) -> Refund:
    """35.000 đ too much, to be paid out in cash."""
    wanted: dict[str, Any] = {
        "amount": 35_000,
        "reason": RefundReason.OVERCHARGED,
        "route": RefundRoute.CASH,
        "note": "Thu theo mức cũ",
    }
    return services.propose_refund(actor=actor, attempt_id=attempt.pk, **(wanted | changes))
