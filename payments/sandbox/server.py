"""The sandbox's HTTP side: pay page, its buttons, the pages for testers, and the way to the API."""

import json
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from payments.sandbox import pages, statement
from payments.sandbox.api import Api, Silence
from payments.sandbox.config import Config
from payments.sandbox.ledger import RESULTS, Ledger, Transaction
from payments.sandbox.notifier import MISBEHAVIOURS, Notifier, result_parameters
from payments.sandbox.signing import Signer
from payments.sandbox.texts import TEXTS

PAY_PATH = "/paymentv2/vpcpay.html"
RESULT_PATH = "/paymentv2/ket-qua"
API_PATH = "/merchant_webapi/api/transaction"
TRANSACTION_PATH = "/giao-dich"
BEHAVE_PATH = "/giao-dich/cu-xu"
STATEMENT_PATH = "/doi-soat"
# A silent provider keeps the line open so long, or until it is stopped.
_SILENT_SECONDS = 300
_MAX_BODY = 64 * 1024
_REQUIRED = ("CreateDate", "ExpireDate", "IpAddr", "Locale", "OrderInfo", "OrderType", "ReturnUrl", "TxnRef")
# What a merchant may let the payer choose beforehand; none: on our page.
_CHANNELS = ("", "VNPAYQR", "VNBANK", "INTCARD", "NCB")


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
        self.api = Api(config, self.ledger, self.signer)
        self.stopping = threading.Event()
        super().__init__((config.host, config.port), Handler)

    def shutdown(self) -> None:
        self.stopping.set()
        super().shutdown()


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
        elif address.path == TRANSACTION_PATH:
            self._transaction_page(dict(parse_qsl(address.query)).get("ma", ""))
        elif address.path in (STATEMENT_PATH, f"{STATEMENT_PATH}.csv"):
            self._statement(dict(parse_qsl(address.query)).get("ngay", ""), is_file=address.path.endswith(".csv"))
        elif address.path == "/":
            self._page(pages.index_page(self.server.ledger.latest()))
        else:
            self._not_found()

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
        elif path == BEHAVE_PATH:
            self._behave(dict(parse_qsl(body, keep_blank_values=True)))
        elif path == API_PATH:
            self._api(body)
        else:
            self._not_found()

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
            and signed.get("vnp_BankCode", "") in _CHANNELS
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
            self.server.ledger.behave(transaction, misbehaviour)
            self.server.notifier.tell(transaction, misbehaviour)
        self._lead_to(self._return_url(transaction))

    def _behave(self, fields: dict[str, str]) -> None:
        """A tester changes how the provider answers about a transaction from now on."""
        transaction = self.server.ledger.by_token(fields.get("token", ""))
        misbehaviour = fields.get("misbehave", "")
        if transaction is None or misbehaviour not in MISBEHAVIOURS:
            self._page(pages.said_page("vn", "refused", detail=f"03: {TEXTS['vn']['03']}"), HTTPStatus.BAD_REQUEST)
            return
        self.server.ledger.behave(transaction, misbehaviour)
        self._lead_to(f"{TRANSACTION_PATH}?{urlencode({'ma': transaction.reference})}")

    def _transaction_page(self, reference: str) -> None:
        transaction = self.server.ledger.find(reference)
        if transaction is None:
            self._not_found()
        else:
            self._page(pages.transaction_page(transaction))

    def _statement(self, day: str, *, is_file: bool) -> None:
        """One day's movements (today's without a day), as a page or as the file that a merchant downloads."""
        found = statement.day_of(day)
        if found is None:
            self._not_found()
            return
        movements = self.server.ledger.of_day(found)
        if is_file:
            body = statement.as_csv(movements, self.server.config.terminal)
            self._answer(HTTPStatus.OK, body, "text/csv; charset=utf-8")
        else:
            self._page(pages.statement_page(found, movements))

    def _lead_to(self, address: str) -> None:
        self.send_response(HTTPStatus.SEE_OTHER)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _not_found(self) -> None:
        self._page(pages.said_page("vn", "refused", detail=f"404: {TEXTS['vn']['404']}"), HTTPStatus.NOT_FOUND)

    def _return_url(self, transaction: Transaction) -> str:
        fields = result_parameters(transaction, self.server.config, self.server.signer)
        joint = "&" if urlsplit(transaction.return_url).query else "?"
        return f"{transaction.return_url}{joint}{urlencode(sorted(fields.items()))}"

    def _api(self, body: str) -> None:
        try:
            answer = self.server.api.answer(body)
        except Silence:
            # The merchant gives up by itself; this thread has nothing else to do.
            self.close_connection = True
            self.server.stopping.wait(_SILENT_SECONDS)
            return
        self._answer(HTTPStatus.OK, json.dumps(answer).encode(), "application/json")

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
