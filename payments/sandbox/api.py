"""What the sandbox answers to the merchant's server: querydr and refund."""

import json
import secrets

from payments.sandbox.config import Config
from payments.sandbox.ledger import Ledger, Refund, Transaction, now_stamp
from payments.sandbox.signing import ANSWER_FIELDS, QUESTION_FIELDS, REFUND_ANSWER_FIELDS, REFUND_FIELDS, Signer

_MESSAGES = {
    "00": "Success",
    "02": "Invalid TmnCode",
    "03": "Invalid data",
    "91": "Transaction not found",
    "94": "Duplicate request",
    "95": "Refund refused",
    "97": "Invalid checksum",
}
# The statuses of a refund, one question after another.
_LIVES = {"refund_pending": ["05", "06", "00"], "refund_denied": ["05", "09"]}


class Silence(Exception):  # noqa: N818 - not an error: the provider was told to say nothing
    """The request was taken; no answer will come."""


class Api:
    """Checks a question as the provider does: signature, terminal, data, repetition, order."""

    def __init__(self, config: Config, ledger: Ledger, signer: Signer) -> None:
        self._config = config
        self._ledger = ledger
        self._signer = signer

    def answer(self, body: str) -> dict[str, str]:
        """The signed answer to one request. Raises Silence."""
        try:
            question = json.loads(body)
        except (ValueError, RecursionError):
            question = None
        asked = {str(name): str(value) for name, value in question.items()} if isinstance(question, dict) else {}
        is_refund = asked.get("vnp_Command") == "refund"
        answer = {
            "vnp_ResponseId": secrets.token_hex(16),
            "vnp_Command": "refund" if is_refund else "querydr",
            "vnp_TmnCode": self._config.terminal,
            "vnp_TxnRef": asked.get("vnp_TxnRef", ""),
            "vnp_CreateDate": now_stamp(),
        }
        code = self._refusal(asked, REFUND_FIELDS if is_refund else QUESTION_FIELDS)
        transaction = self._ledger.find(answer["vnp_TxnRef"])
        if not code and (transaction is None or transaction.created != asked.get("vnp_TransactionDate")):
            code = "91"
        if not code and transaction is not None:
            code, facts = self._refund(asked, transaction) if is_refund else self._query(asked, transaction)
            answer |= facts
        answer |= {"vnp_ResponseCode": code, "vnp_Message": _MESSAGES[code]}
        signed = REFUND_ANSWER_FIELDS if is_refund else ANSWER_FIELDS
        return answer | {"vnp_SecureHash": self._signer.of_values(answer, signed)}

    def _refusal(self, asked: dict[str, str], signed: list[str]) -> str:
        """The code that refuses the request before anybody looks for the order; empty when it is in order."""
        if not Signer.fits(asked.get("vnp_SecureHash", ""), self._signer.of_values(asked, signed)):
            return "97"
        if asked.get("vnp_TmnCode") != self._config.terminal:
            return "02"
        is_complete = all(asked.get(f"vnp_{name}") for name in signed if name != "TransactionNo")
        is_known = asked.get("vnp_Command") in ("querydr", "refund") and asked.get("vnp_Version") == "2.1.0"
        if not is_complete or not is_known or len(asked["vnp_RequestId"]) > 32:
            return "03"
        return "" if self._ledger.is_new_request(asked["vnp_RequestId"]) else "94"

    def _query(self, asked: dict[str, str], transaction: Transaction) -> tuple[str, dict[str, str]]:
        if transaction.misbehaviour == "time_out":
            raise Silence
        number = asked.get("vnp_TransactionNo", "")
        refund = self._ledger.next_of(transaction, number)
        if refund is not None:
            return "00", _facts_of(refund)
        if number not in ("", transaction.transaction_no):
            return "91", {}
        return "00", {
            "vnp_Amount": str(transaction.amount),
            "vnp_BankCode": "NCB",
            "vnp_PayDate": transaction.pay_date,
            "vnp_TransactionNo": transaction.transaction_no,
            "vnp_TransactionType": "01",
            "vnp_TransactionStatus": transaction.status,
            "vnp_OrderInfo": transaction.order_info,
        }

    def _refund(self, asked: dict[str, str], transaction: Transaction) -> tuple[str, dict[str, str]]:
        amount, kind = asked["vnp_Amount"], asked["vnp_TransactionType"]
        is_digits = amount.isascii() and amount.isdigit() and len(amount) <= 14
        is_whole = is_digits and int(amount) > 0 and int(amount) % 100 == 0
        if not is_whole or kind not in ("02", "03"):
            return "03", {}
        if asked.get("vnp_TransactionNo", "") not in ("", transaction.transaction_no):
            return "91", {}
        if transaction.misbehaviour == "refund_refused":
            return "95", {}
        first, *ahead = _LIVES.get(transaction.misbehaviour, ["00"])
        refund = Refund(
            request_id=asked["vnp_RequestId"],
            kind=kind,
            amount=int(amount),
            info=asked["vnp_OrderInfo"],
            created_by=asked["vnp_CreateBy"],
            status=first,
            ahead=ahead,
        )
        if not self._ledger.refund(transaction, refund):
            return "95", {}
        if transaction.misbehaviour == "time_out":
            raise Silence
        return "00", _facts_of(refund)


def _facts_of(refund: Refund) -> dict[str, str]:
    return {
        "vnp_Amount": str(refund.amount),
        "vnp_BankCode": "NCB",
        "vnp_PayDate": refund.created,
        "vnp_TransactionNo": refund.number,
        "vnp_TransactionType": refund.kind,
        "vnp_TransactionStatus": refund.status,
        "vnp_OrderInfo": refund.info,
    }
