"""The sandbox's HTTP side: pay page, the three buttons, querydr."""

import json
import secrets
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from payments.sandbox import pages
from payments.sandbox.config import Config
from payments.sandbox.ledger import RESULTS, Ledger, Transaction, now_stamp
from payments.sandbox.notifier import MISBEHAVIOURS, Notifier, result_parameters
from payments.sandbox.signing import ANSWER_FIELDS, QUESTION_FIELDS, Signer
from payments.sandbox.texts import TEXTS

PAY_PATH = "/paymentv2/vpcpay.html"
RESULT_PATH = "/paymentv2/ket-qua"
API_PATH = "/merchant_webapi/api/transaction"
_MAX_BODY = 64 * 1024
_REQUIRED = ("CreateDate", "ExpireDate", "IpAddr", "Locale", "OrderInfo", "OrderType", "ReturnUrl", "TxnRef")


class OrderRefusedError(Exception):
    """A pay request that the provider would not open; carries its error code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class SandboxServer(ThreadingHTTPServer):
    """One provider: its configuration, its book, its notifier."""

    daemon_threads = True

    def __init__(self, config: Config) -> None:
        self.config = config
        self.signer = Signer(config.secret)
        self.ledger = Ledger(config.state_file)
        self.notifier = Notifier(config, self.signer, log)
        super().__init__((config.host, config.port), Handler)


def log(text: str) -> None:
    """One line on stderr: addresses and codes, never a key or a query string."""
    print(text, file=sys.stderr, flush=True)


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: SandboxServer
    protocol_version = "HTTP/1.1"
    server_version = "PaymentSandbox"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == PAY_PATH:
            self._pay_page(address.query)
        elif address.path == "/sandbox.css":
            self._answer(HTTPStatus.OK, pages.STYLE, "text/css; charset=utf-8")
        elif address.path == "/":
            self._page(pages.index_page(self.server.ledger.latest()))
        else:
            self._page(pages.said_page("vn", "refused", detail=f"404: {TEXTS['vn']['404']}"), HTTPStatus.NOT_FOUND)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > _MAX_BODY:
            self.close_connection = True
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"", "text/plain")
            return
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        path = urlsplit(self.path).path
        if path == RESULT_PATH:
            self._finish(dict(parse_qsl(body, keep_blank_values=True)))
        elif path == API_PATH:
            self._query(body)
        else:
            self._page(pages.said_page("vn", "refused", detail=f"404: {TEXTS['vn']['404']}"), HTTPStatus.NOT_FOUND)

    def _pay_page(self, query: str) -> None:
        fields = dict(parse_qsl(query, keep_blank_values=True))
        locale = "en" if fields.get("vnp_Locale") == "en" else "vn"
        try:
            candidate = self._read_order(fields, locale)
        except OrderRefusedError as refusal:
            detail = f"{refusal.code}: {TEXTS[locale][refusal.code]}"
            self._page(pages.said_page(locale, "refused", detail=detail), HTTPStatus.BAD_REQUEST)
            return
        transaction = self.server.ledger.open(candidate)
        if transaction.is_expired and not transaction.is_final:
            self.server.ledger.finish(transaction, "expire")
            self._page(pages.said_page(locale, "expired", back_url=self._return_url(transaction)))
        elif transaction.is_final:
            self._page(pages.said_page(locale, "done", back_url=self._return_url(transaction)))
        else:
            wanted = fields.get("misbehave", "")
            self._page(pages.pay_page(transaction, wanted if wanted in MISBEHAVIOURS else ""))

    def _read_order(self, fields: dict[str, str], locale: str) -> Transaction:
        """Check a pay request as the provider does: signature first, then the terminal, then every field."""
        signed = {name: value for name, value in fields.items() if name.startswith("vnp_")}
        if not Signer.fits(signed.get("vnp_SecureHash", ""), self.server.signer.of_query(signed)):
            raise OrderRefusedError("70")
        if signed.get("vnp_TmnCode") != self.server.config.terminal:
            raise OrderRefusedError("02")
        amount = signed.get("vnp_Amount", "")
        is_complete = all(signed.get(f"vnp_{name}") for name in _REQUIRED)
        is_right = (
            signed.get("vnp_Version") == "2.1.0"
            and signed.get("vnp_Command") == "pay"
            and signed.get("vnp_CurrCode") == "VND"
            and amount.isdigit()
            and int(amount) > 0
            and len(signed.get("vnp_TxnRef", "")) <= 100
            and all(len(signed.get(f"vnp_{name}Date", "")) == 14 for name in ("Create", "Expire"))
            and urlsplit(signed.get("vnp_ReturnUrl", "")).scheme in ("http", "https")
        )
        if not (is_complete and is_right):
            raise OrderRefusedError("03")
        return Transaction(
            reference=signed["vnp_TxnRef"],
            amount=int(amount),
            order_info=signed["vnp_OrderInfo"],
            return_url=signed["vnp_ReturnUrl"],
            created=signed["vnp_CreateDate"],
            expires=signed["vnp_ExpireDate"],
            locale=locale,
        )

    def _finish(self, fields: dict[str, str]) -> None:
        transaction = self.server.ledger.by_token(fields.get("token", ""))
        action, misbehaviour = fields.get("action", ""), fields.get("misbehave", "")
        if transaction is None or action not in RESULTS or misbehaviour not in MISBEHAVIOURS:
            self._page(pages.said_page("vn", "refused", detail=f"03: {TEXTS['vn']['03']}"), HTTPStatus.BAD_REQUEST)
            return
        if self.server.ledger.finish(transaction, "expire" if transaction.is_expired else action):
            self.server.notifier.tell(transaction, misbehaviour)
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", self._return_url(transaction))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _return_url(self, transaction: Transaction) -> str:
        fields = result_parameters(transaction, self.server.config, self.server.signer)
        joint = "&" if urlsplit(transaction.return_url).query else "?"
        return f"{transaction.return_url}{joint}{urlencode(sorted(fields.items()))}"

    def _query(self, body: str) -> None:
        try:
            question = json.loads(body)
        except ValueError:
            question = None
        answer = self._answer_to(question if isinstance(question, dict) else {})
        answer["vnp_SecureHash"] = self.server.signer.of_values(answer, ANSWER_FIELDS)
        self._answer(HTTPStatus.OK, json.dumps(answer).encode(), "application/json")

    def _answer_to(self, question: dict[str, Any]) -> dict[str, str]:
        reference = str(question.get("vnp_TxnRef", ""))
        answer = {
            "vnp_ResponseId": secrets.token_hex(16),
            "vnp_Command": "querydr",
            "vnp_TmnCode": self.server.config.terminal,
            "vnp_TxnRef": reference,
        }
        expected = self.server.signer.of_values(question, QUESTION_FIELDS)
        transaction = self.server.ledger.find(reference)
        if not Signer.fits(question.get("vnp_SecureHash", ""), expected):
            code, message = "97", "Invalid checksum"
        elif question.get("vnp_TmnCode") != self.server.config.terminal:
            code, message = "02", "Invalid TmnCode"
        elif question.get("vnp_Command") != "querydr" or not question.get("vnp_RequestId"):
            code, message = "03", "Invalid data"
        elif not self.server.ledger.is_new_request(str(question["vnp_RequestId"])):
            code, message = "94", "Duplicate request"
        elif transaction is None or transaction.created != question.get("vnp_TransactionDate"):
            code, message = "91", "Transaction not found"
        else:
            code, message = "00", "QueryDR Success"
            answer |= {
                "vnp_Amount": str(transaction.amount),
                "vnp_BankCode": "NCB",
                "vnp_PayDate": transaction.pay_date,
                "vnp_TransactionNo": transaction.transaction_no,
                "vnp_TransactionType": "01",
                "vnp_TransactionStatus": transaction.status,
                "vnp_OrderInfo": transaction.order_info,
            }
        return answer | {"vnp_ResponseCode": code, "vnp_Message": message, "vnp_CreateDate": now_stamp()}

    def _page(self, html: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._answer(status, html.encode(), "text/html; charset=utf-8")

    def _answer(self, status: HTTPStatus, body: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        # No form-action: the answer to the form leads the browser back to the merchant, wherever that is.
        self.send_header(
            "Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'"
        )
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        log(f"{self.command or '?'} {urlsplit(getattr(self, 'path', '')).path[:100]}")
