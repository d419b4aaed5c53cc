"""Tells the portal's server what became of an order, again and again until it answers that it knows."""

import json
import threading
import time
from collections.abc import Callable
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from payments.sandbox.config import Config
from payments.sandbox.ledger import Transaction
from payments.sandbox.signing import Signer

# How a tester may have the provider misbehave: first when it tells, then when it is asked.
MISBEHAVIOURS = (
    "",
    "notify_twice",
    "notify_late",
    "notify_first",
    "return_first",
    "never",
    "wrong_amount",
    "wrong_signature",
    "wrong_terminal",
    "time_out",
    "refund_refused",
    "refund_pending",
    "refund_denied",
)
_DONE = ("00", "02")
_RETURN_FIRST_SECONDS = 3.0
# The browser is held this long at most, so that it usually comes back to a page that already knows.
_WAIT_BEFORE_RETURN_SECONDS = 3.0
_WAIT_IF_NOTIFIED_FIRST_SECONDS = 30.0
_TIMEOUT_SECONDS = 10


def result_parameters(transaction: Transaction, config: Config, signer: Signer) -> dict[str, str]:
    """The signed parameters of return and notification."""
    fields = {
        "vnp_Amount": str(transaction.amount),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": f"VNP{transaction.transaction_no}" if transaction.status == "00" else "",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": transaction.order_info,
        "vnp_PayDate": transaction.pay_date,
        "vnp_ResponseCode": transaction.response_code,
        "vnp_TmnCode": config.terminal,
        "vnp_TransactionNo": transaction.transaction_no,
        "vnp_TransactionStatus": transaction.status,
        "vnp_TxnRef": transaction.reference,
    }
    return sign(fields, signer)


def sign(fields: dict[str, str], signer: Signer) -> dict[str, str]:
    kept = {name: value for name, value in fields.items() if value}
    return {**kept, "vnp_SecureHash": signer.of_query(kept)}


class Notifier:
    """Sends notifications from threads of its own."""

    def __init__(self, config: Config, signer: Signer, log: Callable[[str], None]) -> None:
        self._config = config
        self._signer = signer
        self._log = log
        self._opener = build_opener(ProxyHandler({}))

    def tell(self, transaction: Transaction, misbehaviour: str) -> None:
        """Start telling; returns when the portal has answered once, or after a short wait, or at once if told late."""
        if not self._config.notification_url or misbehaviour in ("never", "time_out"):
            return
        fields = result_parameters(transaction, self._config, self._signer)
        if misbehaviour == "wrong_amount":
            fields.pop("vnp_SecureHash")
            fields["vnp_Amount"] = str(transaction.amount + 100_000)
            fields = sign(fields, self._signer)
        if misbehaviour == "wrong_terminal":
            fields.pop("vnp_SecureHash")
            fields["vnp_TmnCode"] = "OTHER001"
            fields = sign(fields, self._signer)
        if misbehaviour == "wrong_signature":
            fields["vnp_SecureHash"] = fields["vnp_SecureHash"][::-1]
        pause = {"notify_late": self._config.late_seconds, "return_first": _RETURN_FIRST_SECONDS}.get(misbehaviour, 0.0)
        copies = 2 if misbehaviour == "notify_twice" else 1
        # Set at the first answer; strictly before the return means: once the portal has said that it knows.
        answered = threading.Event()
        waits_for = _DONE if misbehaviour == "notify_first" else None
        for _ in range(copies):
            threading.Thread(target=self._deliver, args=(fields, pause, answered, waits_for), daemon=True).start()
        if not pause:
            answered.wait(_WAIT_IF_NOTIFIED_FIRST_SECONDS if waits_for else _WAIT_BEFORE_RETURN_SECONDS)

    def _deliver(
        self, fields: dict[str, str], pause: float, answered: threading.Event, waits_for: tuple[str, ...] | None
    ) -> None:
        time.sleep(pause)
        for retry_pause in (*self._config.retry_seconds, None):
            code = self._send(fields)
            if waits_for is None or code in waits_for:
                answered.set()
            self._log(f"notification of {fields['vnp_TxnRef']}: answered {code or 'nothing'}")
            if code in _DONE or retry_pause is None:
                return
            time.sleep(retry_pause)

    def _send(self, fields: dict[str, str]) -> str:
        url = f"{self._config.notification_url}?{urlencode(sorted(fields.items()))}"
        try:
            with self._opener.open(url, timeout=_TIMEOUT_SECONDS) as response:
                return str(json.loads(response.read(4096)).get("RspCode", ""))
        except Exception:
            return ""
