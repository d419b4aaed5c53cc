"""A time-stamp authority of the tests' own, over HTTP, that can misbehave."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from asn1crypto import keys, tsp, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.documents import signing
from tests.documents.signing import Identity


@lru_cache
def authority() -> Identity:
    return signing.issue(
        "Dịch vụ dấu thời gian thử",
        by=signing.authority(),
        key=rsa.generate_private_key(public_exponent=65537, key_size=2048),
        extended_usage=ExtendedKeyUsageOID.TIME_STAMPING,
    )


@lru_cache
def stamper() -> DummyTimeStamper:
    identity = authority()
    key = keys.PrivateKeyInfo.load(
        identity.key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    above = SimpleCertificateStore()
    above.register(x509.Certificate.load(signing.authority().der))
    return DummyTimeStamper(x509.Certificate.load(identity.der), key, certs_to_embed=above)


@dataclass
class Running:
    """`misbehaviour`: "" for a good authority; how often it was asked is counted."""

    misbehaviour: str = ""
    asked: list[bytes] = field(default_factory=list)
    address: str = ""


def _answer(running: Running, question: bytes) -> tuple[int, str, bytes]:
    request = tsp.TimeStampReq.load(question)
    right = "application/timestamp-reply"
    match running.misbehaviour:
        case "refuses":
            status = tsp.PKIStatusInfo({"status": tsp.PKIStatus("rejection")})
            # asn1crypto insists on a token here; RFC 3161 does not.
            told = status.dump()
            return 200, right, b"\x30" + bytes([len(told)]) + told
        case "says garbage":
            return 200, right, b"\x30\x03xyz"
        case "is a web page":
            return 200, "text/html", b"<p>Xin chao</p>"
        case "breaks":
            return 500, "text/plain", b"loi"
        case "stamps something else":
            request["message_imprint"]["hashed_message"] = b"\x00" * 32
        case "answers an older question":
            request["nonce"] = 42
    return 200, right, stamper().request_tsa_response(request).dump()


@contextmanager
def running_authority(misbehaviour: str = "") -> Iterator[Running]:
    running = Running(misbehaviour)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            running.asked.append(question)
            if running.misbehaviour == "sends elsewhere":
                self.send_response(302)
                self.send_header("Location", running.address)
                self.end_headers()
                return
            code, kind, body = _answer(running, question)
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if running.misbehaviour == "drips":
                self._drip(body)
            else:
                self.wfile.write(body)

        def _drip(self, body: bytes) -> None:
            try:
                for place in range(len(body)):
                    self.wfile.write(body[place : place + 1])
                    self.wfile.flush()
                    time.sleep(0.02)
            except OSError:
                return

        def log_message(self, *given: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    running.address = f"http://127.0.0.1:{server.server_port}/tsa"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
