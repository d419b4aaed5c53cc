"""VNPAY 2.1.0 signatures once more, written for the provider's side and independent of the portal's."""

from hashlib import sha512
from hmac import HMAC, compare_digest
from urllib.parse import urlencode

QUESTION_FIELDS = [
    *("RequestId", "Version", "Command", "TmnCode", "TxnRef"),
    *("TransactionDate", "CreateDate", "IpAddr", "OrderInfo"),
]
REFUND_FIELDS = [
    *("RequestId", "Version", "Command", "TmnCode", "TransactionType", "TxnRef", "Amount", "TransactionNo"),
    *("TransactionDate", "CreateBy", "CreateDate", "IpAddr", "OrderInfo"),
]
ANSWER_FIELDS = [
    *("ResponseId", "Command", "ResponseCode", "Message", "TmnCode", "TxnRef", "Amount", "BankCode", "PayDate"),
    *("TransactionNo", "TransactionType", "TransactionStatus", "OrderInfo", "PromotionCode", "PromotionAmount"),
]

REFUND_ANSWER_FIELDS = ANSWER_FIELDS[:-2]


class Signer:
    """Signs and checks with one secret."""

    def __init__(self, secret: str) -> None:
        self._key = secret.encode()

    def _digest(self, message: str) -> str:
        return HMAC(self._key, message.encode("utf-8", "replace"), sha512).hexdigest()

    def of_query(self, fields: dict[str, str]) -> str:
        """Signature of URL parameters: sorted, form-encoded, without blanks and without the signature itself."""
        signed = [
            (name, fields[name])
            for name in sorted(fields)
            if fields[name] and name not in ("vnp_SecureHash", "vnp_SecureHashType")
        ]
        return self._digest(urlencode(signed))

    def of_values(self, fields: dict[str, str], names: list[str]) -> str:
        """Signature of an API body: the values in their documented order, joined by bars."""
        return self._digest("|".join(str(fields.get(f"vnp_{name}", "")) for name in names))

    @staticmethod
    def fits(claimed: str, right: str) -> bool:
        return compare_digest(str(claimed).lower().encode("utf-8", "replace"), right.encode())
