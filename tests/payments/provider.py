"""The provider's side in tests. Signs with the sandbox's own implementation, never with the code under test."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import IO, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from payments.models import PaymentAttempt
from payments.sandbox.signing import ANSWER_FIELDS, REFUND_ANSWER_FIELDS, Signer

TERMINAL = "DEMO0001"
SECRET = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
ROOT = Path(__file__).resolve().parents[2]


def signed(fields: dict[str, str]) -> dict[str, str]:
    """The fields with a right signature."""
    return {**fields, "vnp_SecureHash": Signer(SECRET).of_query(fields)}


def notification(attempt: PaymentAttempt, **changes: str) -> dict[str, str]:
    """A signed message about an attempt: paid, unless changed. `ResponseCode="24"` changes vnp_ResponseCode."""
    fields = {
        "vnp_Amount": str(attempt.amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_BankTranNo": "VNP14422574",
        "vnp_CardType": "ATM",
        "vnp_OrderInfo": "Nop le phi H36 250505 0001",
        "vnp_PayDate": "20250505083512",
        "vnp_ResponseCode": "00",
        "vnp_TmnCode": TERMINAL,
        "vnp_TransactionNo": "14422574",
        "vnp_TransactionStatus": "00",
        "vnp_TxnRef": attempt.provider_reference,
    } | {f"vnp_{name}": value for name, value in changes.items()}
    return signed(fields)


class NotificationReceiver(ThreadingHTTPServer):
    """A merchant's IPN address that keeps what it gets and answers the codes given, the last for ever."""

    daemon_threads = True

    def __init__(self, answers: list[str]) -> None:
        self.received: list[dict[str, str]] = []
        self.answers = answers
        self.arrived = threading.Semaphore(0)
        super().__init__(("127.0.0.1", 0), _ReceiverHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/ipn"


class _ReceiverHandler(BaseHTTPRequestHandler):
    server: NotificationReceiver

    def do_GET(self) -> None:
        receiver = self.server
        receiver.received.append(dict(parse_qsl(urlsplit(self.path).query)))
        code = receiver.answers[min(len(receiver.received), len(receiver.answers)) - 1]
        body = f'{{"RspCode": "{code}", "Message": "test"}}'.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        receiver.arrived.release()

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def receiving(*answers: str) -> Iterator[NotificationReceiver]:
    """A receiver that listens while the block runs."""
    with NotificationReceiver(list(answers) or ["00"]) as receiver:
        thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()


@contextmanager
def running_sandbox(notification_url: str, **variables: str) -> Iterator[str]:
    """The sandbox as a process of its own; gives its address."""
    with watched_sandbox(notification_url, **variables) as sandbox:
        yield sandbox.address


class Sandbox:
    """A running sandbox: its address, and its log line by line."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.log: list[str] = []
        self._lines: Queue[str] = Queue()

    def read(self, stream: IO[str]) -> None:
        for line in stream:
            self.log.append(line)
            self._lines.put(line)

    def wait_for(self, words: str, times: int = 1) -> None:
        """Until the log has told it so many times (lines read before count not); fails after ten seconds of silence."""
        for _ in range(times):
            while words not in self._lines.get(timeout=10):
                pass


@contextmanager
def watched_sandbox(notification_url: str, **variables: str) -> Iterator[Sandbox]:
    """The sandbox as a process of its own, with its log."""
    environment = {
        "PATH": "/usr/bin:/bin",
        "PAYMENT_SANDBOX_PORT": "0",
        "VNPAY_TMN_CODE": TERMINAL,
        "VNPAY_HASH_SECRET": SECRET,
        "SANDBOX_IPN_URL": notification_url,
        "SANDBOX_RETRY_SECONDS": "0.1,0.1,0.1",
        "SANDBOX_LATE_SECONDS": "0.5",
        **variables,
    }
    command = [sys.executable, "-m", "payments.sandbox"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        try:
            first_line = process.stderr.readline()
            address = re.search(r"http://\S+", first_line)
            assert address is not None, first_line
            sandbox = Sandbox(address.group())
            # Its log must be read, or the pipe fills up and the process waits for ever.
            reader = threading.Thread(target=sandbox.read, args=[process.stderr])
            reader.start()
            yield sandbox
        finally:
            process.terminate()
            process.wait(timeout=10)
            if "reader" in locals():
                reader.join()


def token_of(page: str) -> str:
    """The hidden token of the sandbox's pay page."""
    match = re.search(r'name="token" value="([^"]+)"', page)
    assert match is not None, page
    return match.group(1)


class _Answering(ThreadingHTTPServer):
    daemon_threads = True
    status = 200
    body = b""


class _AnsweringHandler(BaseHTTPRequestHandler):
    server: _Answering

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def answering(body: bytes, status: int = 200) -> Iterator[str]:
    """A provider's API that gives one and the same answer to everything."""
    with _Answering(("127.0.0.1", 0), _AnsweringHandler) as server:
        server.status, server.body = status, body
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


def answer_values(command: str, fields: dict[str, str]) -> bytes:
    """A signed answer of the provider's API with these vnp_ fields (names without the prefix)."""
    answer = {f"vnp_{name}": value for name, value in {"Command": command, **fields}.items()}
    names = REFUND_ANSWER_FIELDS if command == "refund" else ANSWER_FIELDS
    return json.dumps({"vnp_SecureHash": Signer(SECRET).of_values(answer, names)} | answer).encode()


def press(sandbox: str, page: str, action: str, misbehave: str = "") -> str:
    """Press a button of the sandbox's pay page; gives the address where the browser is led."""
    body = urlencode({"token": token_of(page), "action": action, "misbehave": misbehave})
    return _posted(sandbox, "/paymentv2/ket-qua", body)


def behave(sandbox: str, page: str, misbehave: str) -> None:
    """Choose on the transaction's own page how the provider answers from now on."""
    _posted(sandbox, "/giao-dich/cu-xu", urlencode({"token": token_of(page), "misbehave": misbehave}))


def _posted(sandbox: str, path: str, body: str) -> str:
    connection = HTTPConnection(urlsplit(sandbox).netloc, timeout=45)
    try:
        connection.request("POST", path, body)
        response = connection.getresponse()
        response.read()
        assert response.status == 303, response.status
        return str(response.headers["Location"])
    finally:
        connection.close()


def query_answer(attempt: PaymentAttempt, **changes: str) -> bytes:
    """A signed answer to an enquiry: paid, unless changed."""
    fields = {
        "vnp_ResponseId": "a1",
        "vnp_Command": "querydr",
        "vnp_ResponseCode": "00",
        "vnp_Message": "QueryDR Success",
        "vnp_TmnCode": TERMINAL,
        "vnp_TxnRef": attempt.provider_reference,
        "vnp_Amount": str(attempt.amount * 100),
        "vnp_BankCode": "NCB",
        "vnp_TransactionNo": "14422574",
        "vnp_TransactionType": "01",
        "vnp_TransactionStatus": "00",
    } | {f"vnp_{name}": value for name, value in changes.items()}
    return json.dumps({"vnp_SecureHash": Signer(SECRET).of_values(fields, ANSWER_FIELDS)} | fields).encode()
