"""Payment providers: one module and one decorator each. A new provider is a new file here and nothing else.

Front door: `gateway_named(name)` and the shapes of `base`. Gateways know no models: they build addresses, verify and
read messages, and ask the provider; the services decide what a message does.
"""

from importlib import import_module
from pkgutil import iter_modules

from payments.gateways.base import (
    Enquiry,
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    Outcome,
    PaymentOrder,
    ProviderReport,
    Receiver,
    RefundOrder,
    RefundOutcome,
    RefundReport,
    StatementRow,
    StatementUnreadable,
    TransferInstructions,
    gateway_named,
    register,
)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "Enquiry",
    "Gateway",
    "GatewayRefused",
    "GatewayUnavailable",
    "Outcome",
    "PaymentOrder",
    "ProviderReport",
    "Receiver",
    "RefundOrder",
    "RefundOutcome",
    "RefundReport",
    "StatementRow",
    "StatementUnreadable",
    "TransferInstructions",
    "gateway_named",
    "register",
]
