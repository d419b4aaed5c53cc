"""The contract of a payment provider and the register of those we have."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from portal.core.errors import TemporarilyUnavailable
from portal.core.text import slug


class GatewayUnavailable(TemporarilyUnavailable):
    """The provider did not answer, or not in a form that can be trusted; asking later may work."""

    code = "gateway_unavailable"


class GatewayRefused(GatewayUnavailable):
    """The provider answered, and would not take the order; `provider_code` is its word for why (see `explain`)."""

    code = "gateway_refused"

    def __init__(self, provider_code: str) -> None:
        super().__init__()
        self.provider_code = provider_code


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
    # `Charge.context`, `Charge.kind` and the like, for providers that print a receipt of their own.
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enquiry:
    """A question about one order. `request_id` is new for each question; `asked_at` is an aware instant."""

    request_id: str
    reference: str
    created_at: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class TransferInstructions:
    """What a payer needs to pay by a transfer of their own: `payload` is the text of the QR picture, the rest is for
    typing by hand. `amount` is whole đồng, `purpose` the transfer's text by which the money is recognised."""

    payload: str
    bank_bin: str
    bank_name: str
    account_number: str
    account_name: str
    amount: int
    purpose: str


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """What a provider is asked to give back. `request_id` is new for every refund and the same for every try of it.

    `amount` is whole đồng of the `paid_amount` that came; `transaction_no` is the provider's number of the payment;
    `created_at` is the text sent when the payment was begun; `approved_by` is an account number of ours, not a name.
    """

    request_id: str
    reference: str
    transaction_no: str
    created_at: str
    amount: int
    paid_amount: int
    asked_at: datetime
    approved_by: str
    summary: str


class RefundOutcome(StrEnum):
    """What a provider says became of a refund."""

    DONE = "done"
    PENDING = "pending"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RefundReport:
    """A provider's answer to a refund, read; nothing but `is_authentic` and `raw` counts when it is not authentic."""

    is_authentic: bool
    outcome: RefundOutcome
    code: str
    transaction_no: str = ""
    raw: dict[str, str] = field(default_factory=dict)


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
    """One provider. Instances hold no state and no key: keys are read from the settings at the moment of use.

    A gateway either sends the payer's browser to the provider (`is_redirecting`, `payment_url`) or shows what to
    transfer (`instructions`). `can_be_asked` says whether the sweep may ask about an order, `can_refund` whether the
    provider gives money back when told to. `lifetime_minutes` is how long a try stays open; None: the portal's own.
    """

    name: ClassVar[str]
    is_redirecting: ClassVar[bool] = True
    can_be_asked: ClassVar[bool] = True
    can_refund: ClassVar[bool] = False
    lifetime_minutes: ClassVar[int | None] = None
    # The provider makes the address of a try once and for all: it is kept and handed out again.
    keeps_address: ClassVar[bool] = False
    # The provider issues a paper of its own for a payment (`bill`).
    has_bill: ClassVar[bool] = False

    @abstractmethod
    def is_configured(self) -> bool:
        """Are the keys there?"""

    def reference_for(self, label: str, charge_id: UUID, number: int) -> str:
        """Our order number of a try: readable for a bookkeeper, the same for no two tries, at most 100 of [A-Z0-9-].

        `label` is what people call the subject (a dossier code), `number` counts the tries of the charge from 1.
        """
        return f"{slug(label)[:50]}-{charge_id.hex[:12]}-{number}".upper().lstrip("-")

    def payment_url(self, order: PaymentOrder) -> str:
        """Where the payer's browser is sent. May call the provider; raises GatewayUnavailable, or GatewayRefused when
        the provider says no."""
        raise NotImplementedError(self.name)

    def instructions(self, order: PaymentOrder) -> TransferInstructions:
        """What to transfer, for a gateway that does not redirect. No network."""
        raise NotImplementedError(self.name)

    def read_message(self, parameters: Mapping[str, str]) -> ProviderReport:
        """Verify and read what came by the browser's return or by the server's notification. Never raises."""
        raise NotImplementedError(self.name)

    def ask(self, enquiry: Enquiry) -> ProviderReport:
        """Ask the provider what became of an order. Network; raises GatewayUnavailable."""
        raise NotImplementedError(self.name)

    def bill(self, enquiry: Enquiry) -> bytes:
        """The provider's own receipt of a payment as a PDF, unchecked. Network; raises GatewayUnavailable."""
        raise NotImplementedError(self.name)

    def refund(self, order: RefundOrder) -> RefundReport:
        """Tell the provider to give money back. Network; raises GatewayUnavailable when nothing certain came back."""
        raise NotImplementedError(self.name)

    def acknowledgement(self, verdict: str) -> dict[str, str]:
        """The JSON body that answers a notification, for a verdict of `enums.Verdict` or "error"."""
        raise NotImplementedError(self.name)

    def answer(self, verdict: str, message: Mapping[str, str]) -> dict[str, str]:
        """The acknowledgement, with what the provider wants to see again of its message."""
        return self.acknowledgement(verdict)

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
