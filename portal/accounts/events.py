"""What happened to agencies and their calendar. Payload: ids and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from portal.core.outbox import DomainEvent


@dataclass(frozen=True, slots=True)
class CalendarRecountDue(DomainEvent):
    """The next batch of a recount is to be run: the promises of `promise` with an id above `after_id`."""

    name: ClassVar[str] = "accounts.calendar_recount_due"
    change_id: int
    promise: str
    after_id: int

    @property
    def subject(self) -> str:
        return f"calendar_change:{self.change_id}"
