"""VNPAY's server-to-server API: a signed question in JSON, a signed answer (querydr and refund)."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from payments.gateways.base import GatewayUnavailable
from payments.gateways.vnpay_signature import is_same_hash, sign_values
from payments.gateways.vnpay_values import kept

VERSION = "2.1.0"
TIMEOUT_SECONDS = 10
MAX_ANSWER_BYTES = 64 * 1024
# What is signed, in the documented order.
_QUESTIONS = {
    "querydr": (
        *("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TxnRef", "vnp_TransactionDate"),
        *("vnp_CreateDate", "vnp_IpAddr", "vnp_OrderInfo"),
    ),
    "refund": (
        *("vnp_RequestId", "vnp_Version", "vnp_Command", "vnp_TmnCode", "vnp_TransactionType", "vnp_TxnRef"),
        *("vnp_Amount", "vnp_TransactionNo", "vnp_TransactionDate", "vnp_CreateBy", "vnp_CreateDate", "vnp_IpAddr"),
        "vnp_OrderInfo",
    ),
}
_REFUND_ANSWER = (
    *("vnp_ResponseId", "vnp_Command", "vnp_ResponseCode", "vnp_Message", "vnp_TmnCode", "vnp_TxnRef", "vnp_Amount"),
    *("vnp_BankCode", "vnp_PayDate", "vnp_TransactionNo", "vnp_TransactionType", "vnp_TransactionStatus"),
    "vnp_OrderInfo",
)
_ANSWERS = {
    "querydr": (*_REFUND_ANSWER, "vnp_PromotionCode", "vnp_PromotionAmount"),
    "refund": _REFUND_ANSWER,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; nothing but `raw` counts when it is not authentic."""

    raw: dict[str, str]
    is_authentic: bool

    def __getitem__(self, name: str) -> str:
        """The value of `vnp_<name>`, or an empty text."""
        return self.raw.get(f"vnp_{name}", "")


def ask_vnpay(command: str, values: Mapping[str, str]) -> Answer:
    """Put a signed question. `values` are the fields by name, without version, command, terminal, address and signature.

    Raises GatewayUnavailable when nothing readable came back in time.
    """
    question = {
        **values,
        "vnp_Version": VERSION,
        "vnp_Command": command,
        "vnp_TmnCode": settings.VNPAY_TMN_CODE,
        "vnp_IpAddr": "127.0.0.1",
    }
    signed = (question[name] for name in _QUESTIONS[command])
    question["vnp_SecureHash"] = sign_values(signed, settings.VNPAY_HASH_SECRET)
    raw = kept(_post_json(settings.VNPAY_API_URL, question))
    right = sign_values((raw.get(name, "") for name in _ANSWERS[command]), settings.VNPAY_HASH_SECRET)
    is_authentic = bool(settings.VNPAY_HASH_SECRET) and is_same_hash(raw.get("vnp_SecureHash", ""), right)
    return Answer(raw, is_authentic)


@sensitive_variables("body", "question")
def _post_json(url: str, question: dict[str, str]) -> dict[str, Any]:
    if urlsplit(url).scheme not in ("http", "https"):
        raise GatewayUnavailable
    body = json.dumps(question).encode()
    request = Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310  # nosec B310
            answer = json.loads(_read(response))
    except HTTPError as error:
        error.close()
        raise GatewayUnavailable from None
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        raise GatewayUnavailable from error
    if not isinstance(answer, dict):
        raise GatewayUnavailable
    return answer


def _read(response: HTTPResponse) -> bytes:
    """The whole body. The socket's time limit is one for each piece: a body that drips is given up as a whole."""
    give_up_at = time.monotonic() + TIMEOUT_SECONDS
    body = b""
    while piece := response.read1(8192):
        body += piece
        if len(body) > MAX_ANSWER_BYTES or time.monotonic() > give_up_at:
            raise GatewayUnavailable
    return body
