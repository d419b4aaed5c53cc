"""VNPAY 2.1.0 signatures: HMAC-SHA512, once over URL-encoded pairs and once over values joined by bars.

Source: the VNPAY sandbox documentation (pay, IPN, querydr, refund), version 2.1.0.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import quote_plus

from django.views.decorators.debug import sensitive_variables

HASH_KEYS = frozenset({"vnp_SecureHash", "vnp_SecureHashType"})


def canonical_query(parameters: Mapping[str, str]) -> str:
    """What is signed on the pay, return and notification side: empty values dropped, sorted by name, form-encoded."""
    return "&".join(
        f"{quote_plus(key)}={quote_plus(value)}"
        for key, value in sorted(parameters.items())
        if value != "" and key.startswith("vnp_") and key not in HASH_KEYS
    )


@sensitive_variables("secret")
def sign_query(parameters: Mapping[str, str], secret: str) -> str:
    """Lower-case hex HMAC-SHA512 of the canonical query."""
    return _hmac(canonical_query(parameters), secret)


@sensitive_variables("secret")
def sign_values(values: Iterable[str], secret: str) -> str:
    """Lower-case hex HMAC-SHA512 of values joined by `|`, not encoded, empty ones kept (the server-to-server API)."""
    return _hmac("|".join(values), secret)


def is_same_hash(claimed: str, computed: str) -> bool:
    """Constant-time comparison that ignores case; anything that is not hex of the right length is simply different."""
    return hmac.compare_digest(claimed.lower().encode("utf-8", "replace"), computed.lower().encode("ascii"))


@sensitive_variables("secret")
def _hmac(text: str, secret: str) -> str:
    return hmac.new(secret.encode(), text.encode("utf-8", "replace"), hashlib.sha512).hexdigest()
