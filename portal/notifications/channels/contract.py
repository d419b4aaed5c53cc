"""What a channel promises."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """One short message. `phone` begins with +84; `reference` is the same at every attempt; `label` names what it is about
    (a dossier's code), for providers whose templates want it apart."""

    reference: UUID
    phone: str
    text: str
    label: str
    language: str


class ChannelRefused(Exception):  # noqa: N818 - a verdict, not a fault of ours
    """Never for this number or message. `reason` is a short code, never the provider's words."""

    def __init__(self, reason: str) -> None:
        self.reason = reason[:40]
        super().__init__(self.reason)


class ChannelPostponed(Exception):  # noqa: N818
    """Not now: no connection, a limit, or access that an administrator must mend. `reason` is a short code."""

    def __init__(self, reason: str) -> None:
        self.reason = reason[:40]
        super().__init__(self.reason)


class Channel(Protocol):
    """`key` is stored with every message and never changes; `label` is what people read where they choose."""

    key: str
    label: str | Promise

    def send(self, message: OutgoingMessage) -> str:
        """Give it to the provider, who must not send a reference twice; returns the provider's own number ("" for none).

        Called outside any transaction of a page, at most once at a time for one message. Raises ChannelRefused or
        ChannelPostponed, and nothing else on purpose.
        """
        ...
