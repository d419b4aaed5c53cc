"""The contract with a licensed provider of electronic receipts (NĐ 123/2020/NĐ-CP, DOMAIN 7.3).

None is built in and none is on: `settings.E_RECEIPT_ISSUER` names one that an installation registered. While none is,
the portal's receipts say of themselves that they are internal.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeVar

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class ReceiptOrder:
    """A receipt to issue. `key` is the same for every try of one receipt: the issuer gives the same answer to it.

    `amount` is whole đồng, `facts` everything our own paper shows (`PaymentReceipt.facts`). `replaces` is the issuer's
    reference of the receipt whose place this one takes, "" for none.
    """

    key: str
    amount: int
    issued_at: datetime
    facts: Mapping[str, str]
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class IssuedReceipt:
    """The issuer's answer: its own reference (at most 64 characters), and form, series and number of the receipt."""

    reference: str
    form: str
    series: str
    number: str
    lookup_url: str = ""


class ReceiptIssuer(ABC):
    """One licensed issuer. Instances hold no state and no key. Both calls go over the network and may be made twice for
    one receipt; both raise GatewayUnavailable when nothing certain came back."""

    name: ClassVar[str]
    # How the paper names it.
    title: ClassVar[str]

    @abstractmethod
    def issue(self, order: ReceiptOrder) -> IssuedReceipt:
        """Issue the receipt, or tell again what was issued for this key."""

    @abstractmethod
    def cancel(self, *, reference: str, reason: str) -> None:
        """Cancel what was issued; quietly nothing when it is cancelled already."""


IssuerT = TypeVar("IssuerT", bound=type[ReceiptIssuer])
_issuers: dict[str, ReceiptIssuer] = {}


def register_issuer(name: str) -> Callable[[IssuerT], IssuerT]:
    """Class decorator that makes an issuer known under the name kept in `PaymentReceipt.issuer`; never rename one."""

    def keep(issuer_class: IssuerT) -> IssuerT:
        issuer_class.name = name
        _issuers[name] = issuer_class()
        return issuer_class

    return keep


def issuer_named(name: str) -> ReceiptIssuer:
    """Raises ImproperlyConfigured for a name nobody registered: no receipt may pass for one that it is not."""
    if name not in _issuers:
        raise ImproperlyConfigured("E_RECEIPT_ISSUER names an issuer of receipts that is not installed")
    return _issuers[name]


def issuer_in_use() -> ReceiptIssuer | None:
    """The issuer the installation works with; None: receipts are internal."""
    return issuer_named(settings.E_RECEIPT_ISSUER) if settings.E_RECEIPT_ISSUER else None
