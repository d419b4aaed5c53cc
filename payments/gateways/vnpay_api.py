"""VNPAY's server-to-server API: a signed question in JSON, a signed answer (querydr and refund)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from payments.gateways.base import GatewayUnavailable
from payments.gateways.http_calls import post_json
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


def _post_json(url: str, question: Mapping[str, str]) -> dict[str, Any]:
    content = post_json(
        url,
        question,
        timeout_seconds=TIMEOUT_SECONDS,
        most_seconds=2 * TIMEOUT_SECONDS,
        most_bytes=MAX_ANSWER_BYTES,
    )
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise GatewayUnavailable from None
    if not isinstance(answer, dict):
        raise GatewayUnavailable
    return answer
