"""The contract of a payment provider and the register of those we have."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar

from portal.core.errors import TemporarilyUnavailable


class GatewayUnavailable(TemporarilyUnavailable):
    """The provider did not answer, or not in a form that can be trusted; asking later may work."""

    code = "gateway_unavailable"


class Outcome(StrEnum):
    """What a provider says became of one order."""

    PAID = "paid"
    PENDING = "pending"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    # Money may have moved, but not cleanly (suspected fraud, reversed, being refunded): a person must look.
    SUSPECTED = "suspected"
    # The provider has never seen the order: the payer did not get as far as its page.
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What a payer is sent to pay. `amount` is whole đồng; `created_at` is the text kept for later enquiries."""

    reference: str
    amount: int
    created_at: str
    expires_at: datetime
    summary: str
    client_address: str
    language: str
    return_url: str


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A question about one order. `request_id` is new for each question; `asked_at` is an aware instant."""

    request_id: str
    reference: str
    created_at: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderReport:
    """One message of a provider, read. Nothing but `is_authentic` and `raw` may be relied on when it is not authentic.

    `amount` is whole đồng or None when the message names none that can be read; `code` is the provider's own word for
    the outcome; `is_for_us` says whether the message is addressed to our terminal.
    """

    is_authentic: bool
    is_for_us: bool
    reference: str
    amount: int | None
    currency: str
    outcome: Outcome
    code: str
    transaction_no: str = ""
    bank_code: str = ""
    raw: dict[str, str] = field(default_factory=dict)


class Gateway(ABC):
    """One provider. Instances hold no state and no key: keys are read from the settings at the moment of use."""

    name: ClassVar[str]

    @abstractmethod
    def is_configured(self) -> bool:
        """Are the keys there?"""

    @abstractmethod
    def payment_url(self, order: PaymentOrder) -> str:
        """Where the payer's browser is sent. May call the provider; raises GatewayUnavailable."""

    @abstractmethod
    def read_message(self, parameters: Mapping[str, str]) -> ProviderReport:
        """Verify and read what came by the browser's return or by the server's notification. Never raises."""

    @abstractmethod
    def ask(self, enquiry: Enquiry) -> ProviderReport:
        """Ask the provider what became of an order. Network; raises GatewayUnavailable."""

    @abstractmethod
    def acknowledgement(self, verdict: str) -> dict[str, str]:
        """The JSON body that answers a notification, for a verdict of `enums.Verdict` or "error"."""

    @abstractmethod
    def explain(self, code: str) -> Any:
        """The provider's outcome code as a (lazily translated) sentence for the payer."""


GatewayT = TypeVar("GatewayT", bound=type[Gateway])
_gateways: dict[str, Gateway] = {}


def register(name: str) -> Callable[[GatewayT], GatewayT]:
    """Class decorator that makes a gateway known under the name kept in `PaymentAttempt.provider`; never rename one."""

    def keep(gateway_class: GatewayT) -> GatewayT:
        gateway_class.name = name
        _gateways[name] = gateway_class()
        return gateway_class

    return keep


def gateway_named(name: str) -> Gateway:
    """The gateway registered under the name. Raises KeyError for a name nobody registered."""
    return _gateways[name]
