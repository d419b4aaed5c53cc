"""A keep-alive HTTP/1.1 client that costs little, so that what is measured is the server. One socket, one thread.

It does what the benchmark needs of a browser: cookies, forms, one file, redirects left to the caller.
"""

import re
import socket
from dataclasses import dataclass, field
from urllib.parse import urlencode

_TIMEOUT = 60
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_BOUNDARY = "bench-5c1f0d"


class UnexpectedAnswer(Exception):
    """The portal did not answer as a page that works would."""


@dataclass
class Answer:
    status: int
    location: str
    body: bytes


@dataclass
class Browser:
    """One client. Not safe to share between threads."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _socket: socket.socket | None = None

    def get(self, path: str) -> Answer:
        return self._exchange(self._head("GET", path) + b"\r\n")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """A form with the token of the cookie, as a page of ours would send it."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}).encode()
        return self._send(path, "application/x-www-form-urlencoded", body)

    def upload(self, path: str, name: str, content: bytes) -> Answer:
        """One PDF in the field `upload`."""
        token = self.cookies.get("csrftoken", "")
        body = (
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
            f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="upload"; filename="{name}"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode() + content
        return self._send(
            path, f"multipart/form-data; boundary={_BOUNDARY}", body + f"\r\n--{_BOUNDARY}--\r\n".encode()
        )

    def sign_in(self, path: str, email: str, password: str) -> None:
        """As a person does: open the page, send its form."""
        page = self.get(path)
        if _TOKEN.search(page.body) is None:
            raise UnexpectedAnswer(f"no sign-in form: {page.status}")
        answer = self.post(path, {"login": email, "password": password})
        if answer.status != 302 or "sessionid" not in self.cookies:
            raise UnexpectedAnswer(f"signing in answered {answer.status}")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, path: str, content_type: str, body: bytes) -> Answer:
        head = self._head("POST", path)
        return self._exchange(
            head + f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )

    def _head(self, method: str, path: str) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        origin = f"Origin: http://127.0.0.1:{self.port}\r\n" if method == "POST" else ""
        return (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{origin}"
            f"Accept-Language: vi\r\n{f'Cookie: {cookies}' + chr(13) + chr(10) if cookies else ''}"
        ).encode()

    def _exchange(self, request: bytes) -> Answer:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=_TIMEOUT)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._receive()
        head = received[:end].decode("latin-1").split("\r\n")
        status, location, length, is_closing = int(head[0].split(" ", 2)[1]), "", 0, False
        for line in head[1:]:
            name, _sep, value = line.partition(": ")
            name = name.lower()
            if name == "content-length":
                length = int(value)
            elif name == "location":
                location = value
            elif name == "set-cookie":
                key, _sep, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
            elif name == "transfer-encoding":
                raise UnexpectedAnswer("streamed answers are not read by this client")
            elif name == "connection" and value.lower() == "close":
                is_closing = True
        pieces, have = [received[end + 4 :]], len(received) - end - 4
        while have < length:
            pieces.append(self._receive())
            have += len(pieces[-1])
        if is_closing:
            self.close()
        return Answer(status, location, b"".join(pieces))

    def _receive(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(262_144)
        if not data:
            raise UnexpectedAnswer("the server hung up")
        return data
