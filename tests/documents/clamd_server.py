"""A clamd of the tests' own: speaks zPING and zINSTREAM over TCP, and misbehaves on request."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class FakeClamd:
    """Listens on a free port of loopback. `answer` gives the answer to a stream, by the bytes that came."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.received: list[bytes] = []
        self.pings = 0
        # How it answers: the bytes to send, or None to hang until the tests end, or b"" to hang up.
        self.answer: Callable[[bytes], bytes | None] = lambda content: b"stream: OK\0"
        # Hangs up after so many bytes of a stream, saying this first.
        self.stops_after: tuple[int, bytes] | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                line, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line:
            try:
                command = self._until_nul(line)
                if command == b"zPING":
                    self.pings += 1
                    line.sendall(b"PONG\0")
                    return
                assert command == b"zINSTREAM", command
                content = b""
                while length := struct.unpack(">L", self._exactly(line, 4))[0]:
                    content += self._exactly(line, length)
                    if self.stops_after and len(content) >= self.stops_after[0]:
                        line.sendall(self.stops_after[1])
                        return
                self.received.append(content)
                answer = self.answer(content)
                if answer is None:
                    self._over.wait(30)
                else:
                    line.sendall(answer)
            except OSError:
                return

    @staticmethod
    def _exactly(line: socket.socket, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = line.recv(count - len(data))
            if not part:
                raise OSError
            data += part
        return data

    def _until_nul(self, line: socket.socket) -> bytes:
        heard = b""
        while not heard.endswith(b"\0"):
            heard += self._exactly(line, 1)
        return heard[:-1]

    def stop(self) -> None:
        self._over.set()
        self._socket.close()


@contextmanager
def fake_clamd() -> Iterator[FakeClamd]:
    server = FakeClamd()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """A port on which nobody listens (for now)."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
