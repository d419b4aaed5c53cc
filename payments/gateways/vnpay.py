"""VNPAY 2.1.0: the pay address, reading of return and notification, querydr, refund and statement (DOMAIN 7.1)."""

import re
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address, ip_network
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from payments.gateways.base import (
    NO_WORDS,
    Enquiry,
    Gateway,
    GatewayUnavailable,
    Outcome,
    PaymentOrder,
    ProviderReport,
    RefundOrder,
    RefundOutcome,
    RefundReport,
    StatementRow,
    StatementWords,
    register,
)
from payments.gateways.vnpay_api import VERSION, Answer, ask_vnpay
from payments.gateways.vnpay_codes import (
    REFUND_OUTCOMES,
    STATUS,
    code_of,
    outcome_of,
    outcome_of_enquiry,
    refund_outcome_of,
    refund_sentence_for,
    sentence_for,
)
from payments.gateways.vnpay_signature import canonical_query, is_same_hash, sign_query
from payments.gateways.vnpay_statement import WORDS, read_rows
from payments.gateways.vnpay_values import kept, plain_order_info, stamp, whole_dong

# vnp_BankCode, where the payer chooses before going there (DOMAIN 7.1).
CHANNELS = MappingProxyType(
    {
        "VNPAYQR": _("Quét mã VNPAY-QR bằng ứng dụng ngân hàng"),
        "VNBANK": _("Thẻ ATM hoặc tài khoản ngân hàng trong nước"),
        "INTCARD": _("Thẻ quốc tế"),
    }
)
# Who approved, as an account number of ours: no name and no address may leave.
_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{0,63}[0-9]")
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


@register("vnpay")
class VnpayGateway(Gateway):
    """Keys come from the settings at the moment of use and are kept nowhere."""

    can_refund = True
    has_statement = True
    channels = CHANNELS
    statement_words = WORDS

    def is_configured(self) -> bool:
        return bool(settings.VNPAY_TMN_CODE and settings.VNPAY_HASH_SECRET)

    def payment_url(self, order: PaymentOrder) -> str:
        parameters = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            "vnp_TmnCode": settings.VNPAY_TMN_CODE,
            "vnp_Amount": str(order.amount * 100),
            "vnp_CreateDate": order.created_at,
            "vnp_ExpireDate": stamp(order.expires_at),
            "vnp_CurrCode": "VND",
            "vnp_IpAddr": order.client_address,
            "vnp_Locale": "en" if order.language == "en" else "vn",
            "vnp_OrderInfo": plain_order_info(order.summary),
            "vnp_OrderType": "other",
            "vnp_ReturnUrl": order.return_url,
            "vnp_TxnRef": order.reference,
        }
        if order.channel in CHANNELS:
            parameters["vnp_BankCode"] = order.channel
        signature = sign_query(parameters, settings.VNPAY_HASH_SECRET)
        return f"{settings.VNPAY_PAY_URL}?{canonical_query(parameters)}&vnp_SecureHash={signature}"

    def listens_to(self, address: str, *, is_secure: bool) -> bool:
        """From everywhere, until VNPAY's own addresses are named: then from there, and over TLS, only."""
        if not settings.VNPAY_IPN_ADDRESSES:
            return True
        try:
            client = ip_address(address)
        except ValueError:
            return False
        # A socket that listens for both kinds of address writes the old kind within the new.
        client = getattr(client, "ipv4_mapped", None) or client
        return is_secure and any(client in ip_network(network) for network in settings.VNPAY_IPN_ADDRESSES)

    def read_message(self, parameters: Mapping[str, str]) -> ProviderReport:
        raw = kept(parameters)
        is_authentic = (
            self.is_configured()
            and len(raw) == sum(key.startswith("vnp_") for key in parameters)
            and is_same_hash(raw.get("vnp_SecureHash", ""), sign_query(raw, settings.VNPAY_HASH_SECRET))
        )
        response_code, status = raw.get("vnp_ResponseCode", ""), raw.get("vnp_TransactionStatus", "")
        return _report(raw, is_authentic, outcome_of(response_code, status), code_of(response_code, status))

    def ask(self, enquiry: Enquiry) -> ProviderReport:
        answer = ask_vnpay(
            "querydr",
            {
                "vnp_RequestId": enquiry.request_id,
                "vnp_TxnRef": enquiry.reference,
                "vnp_TransactionDate": enquiry.created_at,
                "vnp_CreateDate": stamp(enquiry.asked_at),
                "vnp_OrderInfo": "Tra cuu giao dich",
            },
        )
        status = answer["TransactionStatus"]
        outcome = outcome_of_enquiry(answer["ResponseCode"], answer["TransactionType"], status)
        if outcome is None:
            raise GatewayUnavailable
        if answer.raw.get("vnp_TxnRef", enquiry.reference) != enquiry.reference:
            # An authentic answer about another order, replayed at us, must not speak for this one.
            raise GatewayUnavailable
        code = "not_found" if outcome == Outcome.NOT_FOUND else code_of("00", status)
        return _report(answer.raw, answer.is_authentic, outcome, code)

    def refund(self, order: RefundOrder) -> RefundReport:
        """02 gives back all that was paid, 03 a part. Answer 94 (request known) asks what became of it instead of
        failing."""
        if not _ACCOUNT.fullmatch(order.approved_by):
            raise ValueError("approved_by must be an account number")
        answer = ask_vnpay(
            "refund",
            {
                "vnp_RequestId": order.request_id,
                "vnp_TransactionType": _refund_type(order),
                "vnp_TxnRef": order.reference,
                "vnp_Amount": str(order.amount * 100),
                "vnp_TransactionNo": order.transaction_no,
                "vnp_TransactionDate": order.created_at,
                "vnp_CreateBy": order.approved_by,
                "vnp_CreateDate": stamp(order.asked_at),
                "vnp_OrderInfo": _refund_info(order),
            },
        )
        if not answer.is_authentic:
            return RefundReport(is_authentic=False, outcome=RefundOutcome.PENDING, code="", raw=answer.raw)
        _require_for_us(order, answer)
        code = answer["ResponseCode"]
        if code == "94":
            return _known_already(self.ask_about_refund(order))
        if code == "00":
            if answer["Amount"] and whole_dong(answer["Amount"]) != order.amount:
                raise GatewayUnavailable
            if not _is_of_kind(order, answer):
                # Taken, but status and number are those of the payment: the enquiry tells of the refund.
                return RefundReport(is_authentic=True, outcome=RefundOutcome.PENDING, code=code, raw=answer.raw)
            return _refund_report(answer)
        outcome = REFUND_OUTCOMES.get(code)
        if outcome is None:
            raise GatewayUnavailable
        return RefundReport(is_authentic=True, outcome=outcome, code=code, raw=answer.raw)

    def ask_about_refund(self, order: RefundOrder) -> RefundReport:
        """querydr, with VNPAY's number of the refund where we know it. An answer that does not name this refund says
        nothing: PENDING with the code not_found."""
        question = {
            # A question is a request of its own: the number of the refund itself is spent.
            "vnp_RequestId": uuid4().hex,
            "vnp_TxnRef": order.reference,
            "vnp_TransactionDate": order.created_at,
            "vnp_CreateDate": stamp(order.asked_at),
            "vnp_OrderInfo": "Tra cuu hoan tien",
        }
        if order.refund_no:
            question["vnp_TransactionNo"] = order.refund_no
        answer = ask_vnpay("querydr", question)
        if not answer.is_authentic:
            return RefundReport(is_authentic=False, outcome=RefundOutcome.PENDING, code="", raw=answer.raw)
        _require_for_us(order, answer)
        if answer["ResponseCode"] not in ("00", "91"):
            raise GatewayUnavailable
        if answer["ResponseCode"] == "00" and _speaks_of(order, answer):
            return _refund_report(answer)
        outcome = RefundOutcome.UNKNOWN if _knows_of_none(order, answer) else RefundOutcome.PENDING
        return RefundReport(is_authentic=True, outcome=outcome, code="not_found", raw=answer.raw)

    def read_statement(self, content: bytes, words: StatementWords = NO_WORDS) -> list[StatementRow]:
        return read_rows(content, terminal=settings.VNPAY_TMN_CODE, words=words)

    def acknowledgement(self, verdict: str) -> dict[str, str]:
        code, message = _ACKNOWLEDGEMENTS.get(verdict, ("99", "Unknown error"))
        return {"RspCode": code, "Message": message}

    def explain(self, code: str) -> Any:
        return sentence_for(code)

    def explain_refund(self, code: str) -> Any:
        return refund_sentence_for(code)


def _refund_type(order: RefundOrder) -> str:
    return "02" if order.amount == order.paid_amount else "03"


def _refund_info(order: RefundOrder) -> str:
    """The summary and, for the day when the answer to a refund was lost, our number of it."""
    return f"{plain_order_info(order.summary)[:200]} {plain_order_info(order.request_id)}".strip()


def _require_for_us(order: RefundOrder, answer: Answer) -> None:
    """An authentic answer to somebody else or about another order must not speak for this one."""
    if answer["TmnCode"] not in ("", settings.VNPAY_TMN_CODE) or answer["TxnRef"] not in ("", order.reference):
        raise GatewayUnavailable


def _speaks_of(order: RefundOrder, answer: Answer) -> bool:
    """Is this answer about this refund, and not about the payment or another refund of it?"""
    if not _is_of_kind(order, answer):
        return False
    if order.refund_no:
        return answer["TransactionNo"] == order.refund_no
    if plain_order_info(order.request_id) in answer["OrderInfo"].split():
        return True
    # All of a payment goes back once only. One that was refused may be an earlier request.
    return _refund_type(order) == "02" and refund_outcome_of(answer["TransactionStatus"]) != RefundOutcome.REFUSED


def _is_of_kind(order: RefundOrder, answer: Answer) -> bool:
    return answer["TransactionType"] == _refund_type(order) and whole_dong(answer["Amount"]) == order.amount


def _knows_of_none(order: RefundOrder, answer: Answer) -> bool:
    """Does VNPAY know the payment and no refund of it, and may the request go out once more?

    VNPAY refuses the same request id within one day only; on another day nothing but the sum it may give back protects
    from giving back twice, and only a full refund exhausts that.
    """
    is_payment_alone = answer["TransactionType"] == "01" and answer["TransactionStatus"] == "00"
    is_same_day = order.sent_at is not None and stamp(order.sent_at)[:8] == stamp(order.asked_at)[:8]
    return is_payment_alone and not order.refund_no and (_refund_type(order) == "02" or is_same_day)


def _known_already(report: RefundReport) -> RefundReport:
    """After answer 94 there is something, whatever the enquiry found."""
    return replace(report, outcome=RefundOutcome.PENDING) if report.outcome == RefundOutcome.UNKNOWN else report


def _refund_report(answer: Answer) -> RefundReport:
    status = answer["TransactionStatus"]
    return RefundReport(
        is_authentic=True,
        outcome=refund_outcome_of(status),
        code=f"{STATUS}{status}"[:32] if status else "00",
        transaction_no=answer["TransactionNo"][:40],
        raw=answer.raw,
    )


def _report(raw: dict[str, str], is_authentic: bool, outcome: Outcome, code: str) -> ProviderReport:
    return ProviderReport(
        is_authentic=is_authentic,
        is_for_us=raw.get("vnp_TmnCode") == settings.VNPAY_TMN_CODE,
        reference=raw.get("vnp_TxnRef", "")[:100],
        amount=whole_dong(raw.get("vnp_Amount", "")),
        currency=raw.get("vnp_CurrCode", "VND"),
        outcome=outcome,
        code=code[:32],
        transaction_no=raw.get("vnp_TransactionNo", "")[:40],
        bank_code=raw.get("vnp_BankCode", "")[:20],
        raw=raw,
    )
