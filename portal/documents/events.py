"""What happened to stored files. Payload: ids only."""

from dataclasses import dataclass
from typing import ClassVar

from portal.core.outbox import DomainEvent


@dataclass(frozen=True, slots=True)
class ScanRequested(DomainEvent):
    """A file waits for the virus scanner; `document_id` is the UUID as text."""

    name: ClassVar[str] = "documents.scan_requested"
    document_id: str

    @property
    def subject(self) -> str:
        return f"document:{self.document_id}"
