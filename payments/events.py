"""What payments tell the rest of the portal."""

from dataclasses import dataclass
from typing import ClassVar

from portal.core.outbox import DomainEvent


@dataclass(frozen=True, slots=True)
class ChargeSettled(DomainEvent):
    """A charge was paid in full; published exactly once per charge, in the transaction that settles it.

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
