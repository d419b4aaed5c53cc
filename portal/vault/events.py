"""What other apps and the outbox may hear from here."""

from dataclasses import dataclass
from typing import ClassVar

from portal.core.outbox import DomainEvent


@dataclass(frozen=True, slots=True)
class _PaperEvent(DomainEvent):
    paper_id: int

    @property
    def subject(self) -> str:
        return f"paper:{self.paper_id}"


@dataclass(frozen=True, slots=True)
class PaperRegistered(_PaperEvent):
    """A paper is in the vault and can be verified."""

    name: ClassVar[str] = "vault.paper_registered"


@dataclass(frozen=True, slots=True)
class PaperEnded(_PaperEvent):
    """A paper was revoked or replaced: whoever relies on it looks again."""

    name: ClassVar[str] = "vault.paper_ended"


@dataclass(frozen=True, slots=True)
class DigitisationAsked(DomainEvent):
    """A bulk digitisation waits for a worker; `run_id` is the UUID as text."""

    name: ClassVar[str] = "vault.digitisation_asked"
    run_id: str

    @property
    def subject(self) -> str:
        return f"digitisation:{self.run_id}"
