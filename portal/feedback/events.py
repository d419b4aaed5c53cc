"""What happened to feedback; ids and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from portal.core.outbox import DomainEvent


@dataclass(frozen=True, slots=True)
class FeedbackMoved(DomainEvent):
    """A line was written in its journal that its sender is told of by mail."""

    name: ClassVar[str] = "feedback.moved"
    feedback_id: int
    sequence: int

    @property
    def subject(self) -> str:
        return f"feedback:{self.feedback_id}"
