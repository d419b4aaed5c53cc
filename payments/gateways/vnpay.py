"""VNPAY 2.1.0: the pay address, reading of return and notification, and enquiries by querydr (DOMAIN 7.1)."""

import json
import re
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from payments.gateways.base import Enquiry, Gateway, GatewayUnavailable, Outcome, PaymentOrder, ProviderReport, register
from payments.gateways.vnpay_codes import outcome_of, outcome_of_enquiry, sentence_for
from payments.gateways.vnpay_signature import canonical_query, is_same_hash, sign_query, sign_values
from portal.core import clock
from portal.core.text import fold

VERSION = "2.1.0"
TIMEOUT_SECONDS = 10
MAX_ANSWER_BYTES = 64 * 1024
MAX_VALUE_LENGTH = 512
MAX_MESSAGE_PARAMETERS = 40
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]+")
_DIGITS = re.compile(r"[0-9]{1,14}")
_QUERY_REQUEST = (
    "vnp_RequestId",
    "vnp_Version",
    "vnp_Command",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_TransactionDate",
    "vnp_CreateDate",
    "vnp_IpAddr",
    "vnp_OrderInfo",
)
_QUERY_ANSWER = (
    "vnp_ResponseId",
    "vnp_Command",
    "vnp_ResponseCode",
    "vnp_Message",
    "vnp_TmnCode",
    "vnp_TxnRef",
    "vnp_Amount",
    "vnp_BankCode",
    "vnp_PayDate",
    "vnp_TransactionNo",
    "vnp_TransactionType",
    "vnp_TransactionStatus",
    "vnp_OrderInfo",
    "vnp_PromotionCode",
    "vnp_PromotionAmount",
)
# RspCode and Message answering a notification, by verdict. 00 means "recorded", whatever the payment's own result.
_ACKNOWLEDGEMENTS = {
    "settled": ("00", "Confirm Success"),
    "failure_recorded": ("00", "Confirm Success"),
    "sent_to_review": ("00", "Confirm Success"),
    "still_pending": ("00", "Confirm Success"),
    # A message signed for another terminal asks about an order that is not ours.
    "wrong_terminal": ("01", "Order not found"),
    "unknown_reference": ("01", "Order not found"),
    "already_final": ("02", "Order already confirmed"),
    "wrong_amount": ("04", "Invalid amount"),
    "not_authentic": ("97", "Invalid signature"),
}


def plain_order_info(text: str) -> str:
    """Unaccented, only [A-Za-z0-9 ], at most 255: encoders disagree on anything else and the hash would break."""
    # fold() lowers the case, so it is used letter by letter to keep codes in capitals readable.
    unaccented = "".join(fold(char).upper() if char.isupper() else fold(char) or " " for char in text)
    return " ".join(_NOT_PLAIN.sub(" ", unaccented).split())[:255]


@register("vnpay")
class VnpayGateway(Gateway):
    """Keys come from the settings at the moment of use and are kept nowhere."""

    def is_configured(self) -> bool:
        return bool(settings.VNPAY_TMN_CODE and settings.VNPAY_HASH_SECRET)

    def payment_url(self, order: PaymentOrder) -> str:
        parameters = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": settings.VNPAY_TMN_CODE,
            "vnp_Amount": str(order.amount * 100),
            "vnp_CreateDate": order.created_at,
            "vnp_ExpireDate": f"{clock.local(order.expires_at):%Y%m%d%H%M%S}",
            "vnp_CurrCode": "VND",
            "vnp_IpAddr": order.client_address,
            "vnp_Locale": "en" if order.language == "en" else "vn",
            "vnp_OrderInfo": plain_order_info(order.summary),
            "vnp_OrderType": "other",
            "vnp_ReturnUrl": order.return_url,
            "vnp_TxnRef": order.reference,
        }
        signature = sign_query(parameters, settings.VNPAY_HASH_SECRET)
        return f"{settings.VNPAY_PAY_URL}?{canonical_query(parameters)}&vnp_SecureHash={signature}"

    def read_message(self, parameters: Mapping[str, str]) -> ProviderReport:
        raw = _kept(parameters)
        is_authentic = (
            self.is_configured()
            and len(raw) == sum(key.startswith("vnp_") for key in parameters)
            and is_same_hash(raw.get("vnp_SecureHash", ""), sign_query(raw, settings.VNPAY_HASH_SECRET))
        )
        code = raw.get("vnp_ResponseCode", "")
        return _report(raw, is_authentic, outcome_of(code, raw.get("vnp_TransactionStatus", "")), code)

    def ask(self, enquiry: Enquiry) -> ProviderReport:
        question = {
            "vnp_RequestId": enquiry.request_id,
            "vnp_Version": VERSION,
            "vnp_Command": "querydr",
            "vnp_TmnCode": settings.VNPAY_TMN_CODE,
            "vnp_TxnRef": enquiry.reference,
            "vnp_TransactionDate": enquiry.created_at,
            "vnp_CreateDate": f"{clock.local(enquiry.asked_at):%Y%m%d%H%M%S}",
            "vnp_IpAddr": "127.0.0.1",
            "vnp_OrderInfo": "Tra cuu giao dich",
        }
        question["vnp_SecureHash"] = sign_values(
            (question[name] for name in _QUERY_REQUEST), settings.VNPAY_HASH_SECRET
        )
        raw = _kept(_post_json(settings.VNPAY_API_URL, question))
        expected = sign_values((raw.get(name, "") for name in _QUERY_ANSWER), settings.VNPAY_HASH_SECRET)
        is_authentic = is_same_hash(raw.get("vnp_SecureHash", ""), expected)
        outcome = outcome_of_enquiry(
            raw.get("vnp_ResponseCode", ""), raw.get("vnp_TransactionType", ""), raw.get("vnp_TransactionStatus", "")
        )
        if outcome is None:
            raise GatewayUnavailable
        if raw.get("vnp_TxnRef", enquiry.reference) != enquiry.reference:
            # An authentic answer about another order, replayed at us, must not speak for this one.
            raise GatewayUnavailable
        code = {Outcome.PAID: "00", Outcome.NOT_FOUND: "not_found", Outcome.SUSPECTED: "07"}.get(outcome, "99")
        return _report(raw, is_authentic, outcome, code)

    def acknowledgement(self, verdict: str) -> dict[str, str]:
        code, message = _ACKNOWLEDGEMENTS.get(verdict, ("99", "Unknown error"))
        return {"RspCode": code, "Message": message}

    def explain(self, code: str) -> Any:
        return sentence_for(code)


def _report(raw: dict[str, str], is_authentic: bool, outcome: Outcome, code: str) -> ProviderReport:
    return ProviderReport(
        is_authentic=is_authentic,
        is_for_us=raw.get("vnp_TmnCode") == settings.VNPAY_TMN_CODE,
        reference=raw.get("vnp_TxnRef", "")[:100],
        amount=_amount(raw.get("vnp_Amount", "")),
        currency=raw.get("vnp_CurrCode", "VND"),
        outcome=outcome,
        code=code[:32],
        transaction_no=raw.get("vnp_TransactionNo", "")[:40],
        bank_code=raw.get("vnp_BankCode", "")[:20],
        raw=raw,
    )


def _kept(parameters: Mapping[str, Any]) -> dict[str, str]:
    """The vnp_ parameters as text fit for a JSON column: bounded in number and length, no NUL, no lone surrogate."""
    kept: dict[str, str] = {}
    for key, value in parameters.items():
        if not key.startswith("vnp_") or len(kept) >= MAX_MESSAGE_PARAMETERS or len(key) > 64:
            continue
        text = "" if value is None else str(value)
        kept[_storable(key)] = _storable(text[:MAX_VALUE_LENGTH])
    return kept


def _storable(text: str) -> str:
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _amount(text: str) -> int | None:
    """đồng × 100 as digits -> whole đồng; None for anything else, hundredths included."""
    if not _DIGITS.fullmatch(text) or int(text) % 100:
        return None
    return int(text) // 100


@sensitive_variables("body", "question")
def _post_json(url: str, question: dict[str, str]) -> dict[str, Any]:
    if urlsplit(url).scheme not in ("http", "https"):
        raise GatewayUnavailable
    body = json.dumps(question).encode()
    request = Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")  # noqa: S310
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310  # nosec B310
            answer = json.loads(response.read(MAX_ANSWER_BYTES))
    except HTTPError as error:
        error.close()
        raise GatewayUnavailable from None
    except (OSError, HTTPException, ValueError) as error:
        raise GatewayUnavailable from error
    if not isinstance(answer, dict):
        raise GatewayUnavailable
    return answer
