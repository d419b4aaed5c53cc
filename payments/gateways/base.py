"""The contract of a payment provider and the register of those we have."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from portal.core.errors import InvalidInput, TemporarilyUnavailable
from portal.core.text import slug

# Titles and words by their `enums.StatementMeaning`.
StatementWords = Mapping[str, Collection[str]]
NO_WORDS: StatementWords = MappingProxyType({})


class GatewayUnavailable(TemporarilyUnavailable):
    """The provider did not answer, or not in a form that can be trusted; asking later may work."""

    code = "gateway_unavailable"


class StatementUnreadable(InvalidInput):
    """The file is not the provider's statement, or a line of it cannot be understood; nothing of it may be used.

    The sentence names the line, never what stands in it.
    """

    code = "statement_unreadable"
    default_sentence = _("Không đọc được tệp sao kê: tệp không đúng mẫu của cổng thanh toán.")


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
class Receiver:
    """The account a transfer goes to."""

    bank_bin: str
    bank_name: str
    account_number: str
    account_name: str


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
    # One of the gateway's `channels`; "" leaves the choice to the provider's own page.
    channel: str = ""
    # `Charge.context`, `Charge.kind` and the like, for providers that print a receipt of their own.
    facts: Mapping[str, str] = field(default_factory=dict)
    # Of a transfer: the account of the agency; None: the gateway's own.
    receiver: Receiver | None = None


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
    `sent_at` is the first time it was sent (None: never yet) and `refund_no` the provider's number of it, once known.
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
    sent_at: datetime | None = None
    refund_no: str = ""


class RefundOutcome(StrEnum):
    """What a provider says became of a refund. PENDING also stands for an answer that does not speak of this refund:
    whatever is not certain is asked about again, and UNKNOWN is said only where sending it again cannot pay twice."""

    DONE = "done"
    PENDING = "pending"
    REFUSED = "refused"
    # The provider has never heard of the request: it is sent again, under the same id.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RefundReport:
    """A provider's answer to a refund, read; nothing but `is_authentic` and `raw` counts when it is not authentic."""

    is_authentic: bool
    outcome: RefundOutcome
    code: str
    transaction_no: str = ""
    raw: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One movement of a provider's statement: `amount` whole đồng, `happened_at` an aware instant.

    `movement_id` (at most 64 characters) is the provider's own number; `reference` is our order number, empty when the
    provider names none. Fields are those of `StatementLine`.
    """

    movement_id: str
    reference: str
    happened_at: datetime
    amount: int
    is_refund: bool = False
    is_successful: bool = True
    text: str = ""


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
    provider gives money back when told to (and answers `ask_about_refund`), `has_statement` whether its list of
    movements can be read. `lifetime_minutes` is how long a try stays open; None: the portal's own.
    """

    name: ClassVar[str]
    is_redirecting: ClassVar[bool] = True
    can_be_asked: ClassVar[bool] = True
    can_refund: ClassVar[bool] = False
    # Where it cannot: why, as a (lazily translated) sentence for the officer who gives the money back by hand.
    why_no_refund: ClassVar[Any] = ""
    has_statement: ClassVar[bool] = False
    # What `read_statement` understands, by `enums.StatementMeaning`, each word in the form of `statement_values.plain`.
    statement_words: ClassVar[StatementWords] = NO_WORDS
    lifetime_minutes: ClassVar[int | None] = None
    # The provider makes the address of a try once and for all: it is kept and handed out again.
    keeps_address: ClassVar[bool] = False
    # Ways of paying at the provider that the payer may choose before going there: its code, and its name on our page.
    channels: ClassVar[Mapping[str, Any]] = MappingProxyType({})
    # The provider issues a paper of its own for a payment (`bill`).
    has_bill: ClassVar[bool] = False

    @abstractmethod
    def is_configured(self) -> bool:
        """Are the keys there?"""

    def reference_for(self, label: str, charge_id: UUID, number: int) -> str:
        """Our order number of a try: readable for a bookkeeper, the same for no two tries, at most 100 of [A-Z0-9-].

        `label` is what people call the subject (a dossier code), `number` counts the tries of the charge from 1.
        """
        # The end of the key: its beginning is only the time.
        return f"{slug(label)[:50]}-{charge_id.hex[-12:]}-{number}".upper().lstrip("-")

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

    def read_statement(self, content: bytes, words: StatementWords = NO_WORDS) -> list[StatementRow]:
        """The movements of a statement file, in its order. `words` are an installation's own, beside `statement_words`.
        No network; raises StatementUnreadable."""
        raise NotImplementedError(self.name)

    def listens_to(self, address: str, *, is_secure: bool) -> bool:
        """May a notification come from this client address, over TLS or not? The signature is checked all the same."""
        return True

    def bill(self, enquiry: Enquiry) -> bytes:
        """The provider's own receipt of a payment as a PDF, unchecked. Network; raises GatewayUnavailable."""
        raise NotImplementedError(self.name)

    def refund(self, order: RefundOrder) -> RefundReport:
        """Tell the provider to give money back. Network; raises GatewayUnavailable when nothing certain came back."""
        raise NotImplementedError(self.name)

    def ask_about_refund(self, order: RefundOrder) -> RefundReport:
        """What became of a refund the provider was told of before. Network; raises GatewayUnavailable.

        A provider without such a question is told again: it knows the request by its id and gives nothing back twice.
        """
        return self.refund(order)

    def acknowledgement(self, verdict: str) -> dict[str, str]:
        """The JSON body that answers a notification, for a verdict of `enums.Verdict` or "error"."""
        raise NotImplementedError(self.name)

    def answer(self, verdict: str, message: Mapping[str, str]) -> dict[str, str]:
        """The acknowledgement, with what the provider wants to see again of its message."""
        return self.acknowledgement(verdict)

    @abstractmethod
    def explain(self, code: str) -> Any:
        """The provider's outcome code as a (lazily translated) sentence for the payer."""

    def explain_refund(self, code: str) -> Any:
        """`RefundReport.code` as a (lazily translated) sentence for an officer."""
        raise NotImplementedError(self.name)


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
