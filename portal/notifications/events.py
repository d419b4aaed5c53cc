"""What other apps and the outbox may hear from here."""

from dataclasses import dataclass
from typing import ClassVar

from portal.core.outbox import DomainEvent


@dataclass(frozen=True, slots=True)
class MailQueued(DomainEvent):
    """A mail is written down and may be sent."""

    name: ClassVar[str] = "notifications.mail_queued"
    mail_id: int

    @property
    def subject(self) -> str:
        return f"mail:{self.mail_id}"


@dataclass(frozen=True, slots=True)
class ShortMessageQueued(DomainEvent):
    """A short message is written down and may be sent."""

    name: ClassVar[str] = "notifications.short_message_queued"
    message_id: int

    @property
    def subject(self) -> str:
        return f"short_message:{self.message_id}"
