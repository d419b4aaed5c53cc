"""What payments tell the rest of the portal."""

from dataclasses import dataclass
from typing import ClassVar

from portal.core.outbox import DomainEvent


@dataclass(frozen=True, slots=True)
class ChargeSettled(DomainEvent):
    """A charge was paid in full; published exactly once per charge, in the transaction that settles it (and once more
    where a provider took the money back and the charge was paid anew).

    `charge_id` and `attempt_id` are UUIDs as text, `subject_reference` is the charge's opaque subject ("dossier:42"),
    `amount` is whole đồng.
    """

    name: ClassVar[str] = "payments.charge_settled"

    charge_id: str
    subject_reference: str
    amount: int
    attempt_id: str

    @property
    def subject(self) -> str:
        return self.subject_reference


@dataclass(frozen=True, slots=True)
class SurplusReceived(DomainEvent):
    """Money came in for a charge that was settled, refunded or cancelled before: a refund is to be proposed.

    Same fields and units as `ChargeSettled`; published once an attempt.
    """

    name: ClassVar[str] = "payments.surplus_received"

    charge_id: str
    subject_reference: str
    amount: int
    attempt_id: str

    @property
    def subject(self) -> str:
        return self.subject_reference


@dataclass(frozen=True, slots=True)
class WrongAmountReceived(DomainEvent):
    """A transfer brought another amount than the charge asks, which is still owed: a person decides what becomes of it.

    `amount` is what came and `expected_amount` what is owed, whole đồng; published once an attempt.
    """

    name: ClassVar[str] = "payments.wrong_amount_received"

    charge_id: str
    subject_reference: str
    amount: int
    expected_amount: int
    attempt_id: str

    @property
    def subject(self) -> str:
        return self.subject_reference


@dataclass(frozen=True, slots=True)
class RefundFinished(DomainEvent):
    """A refund came to its end: DONE when the money went back, REFUSED when the provider or bank would not.

    `state` is a `RefundState`, `amount` whole đồng, `subject_reference` the charge's subject. Published once a refund.
    """

    name: ClassVar[str] = "payments.refund_finished"

    refund_id: str
    charge_id: str
    subject_reference: str
    amount: int
    state: str

    @property
    def subject(self) -> str:
        return self.subject_reference


@dataclass(frozen=True, slots=True)
class RefundAccountAsked(DomainEvent):
    """A refund goes by bank transfer and nobody knows the account: the payer is to give it. Published once a refund."""

    name: ClassVar[str] = "payments.refund_account_asked"

    refund_id: str
    charge_id: str
    subject_reference: str
    amount: int

    @property
    def subject(self) -> str:
        return self.subject_reference


@dataclass(frozen=True, slots=True)
class ChargeReopened(DomainEvent):
    """The provider took back the money that had settled a charge: it is owed again, and may be settled again.

    Same fields and units as `ChargeSettled`; published once an attempt.
    """

    name: ClassVar[str] = "payments.charge_reopened"

    charge_id: str
    subject_reference: str
    amount: int
    attempt_id: str

    @property
    def subject(self) -> str:
        return self.subject_reference


@dataclass(frozen=True, slots=True)
class ReceiptIssued(DomainEvent):
    """A receipt took its number; its PDF is to be rendered. Published once a receipt, in the same transaction."""

    name: ClassVar[str] = "payments.receipt_issued"

    receipt_id: str
    charge_id: str
    subject_reference: str

    @property
    def subject(self) -> str:
        return self.subject_reference


@dataclass(frozen=True, slots=True)
class ReceiptCancelled(DomainEvent):
    """A receipt is valid no longer: cancelled, or replaced by another one. Published once a receipt."""

    name: ClassVar[str] = "payments.receipt_cancelled"

    receipt_id: str
    charge_id: str
    subject_reference: str

    @property
    def subject(self) -> str:
        return self.subject_reference
