"""Asks ClamAV about a file: the only place that speaks clamd's protocol (clamd(8): zPING, zINSTREAM over TCP).

An answer is "clean" or names what was found. Everything else (no connection, silence, a closed line, words that clamd does
not say) is an error, so that nothing is ever taken for clean by accident.
"""

import re
import socket
import struct
import time
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from portal.documents.errors import ScanImpossible, ScannerUnavailable

# Longer than any answer of clamd; a server that talks on is none.
_LONGEST_ANSWER = 4096
_FOUND = re.compile(r"^stream: (?P<threat>\S.{0,300}) FOUND$")
_CLEAN = "stream: OK"
# Found nothing because it looked only so far: not a virus, and not clean either (clamd.conf: AlertExceedsMax).
_LIMITS_EXCEEDED = "Heuristics.Limits.Exceeded"
_TOO_LARGE = "INSTREAM size limit exceeded"


@dataclass(frozen=True, slots=True)
class ScanAnswer:
    """`threat` is the scanner's name for what it found, "" for a clean file."""

    threat: str = ""

    @property
    def is_clean(self) -> bool:
        return not self.threat


def is_scanner_configured() -> bool:
    """Is there a scanner to ask? Without one uploads stay NOT_SCANNED, and pages say so."""
    return bool(settings.CLAMD_HOST)


def scan(content: Iterable[bytes]) -> ScanAnswer:
    """Send the content in blocks and read the verdict, all within settings.CLAMD_TIMEOUT_SECONDS.

    Raises ScannerUnavailable (may heal) and ScanImpossible (the scanner will not judge this file).
    """
    with _Line() as line:
        line.send(b"zINSTREAM\0")
        try:
            for block in content:
                if block:
                    line.send(struct.pack(">L", len(block)) + block)
            line.send(struct.pack(">L", 0))
        except ScannerUnavailable:
            # It may have closed the line because the file is too large for it; then it said so before.
            return _understood(line.answer())
        return _understood(line.answer())


def scanner_answers() -> bool:
    """Is clamd there and alive?"""
    try:
        with _Line() as line:
            line.send(b"zPING\0")
            return line.answer() == "PONG"
    except ScannerUnavailable:
        return False


def _understood(answer: str) -> ScanAnswer:
    if answer == _CLEAN:
        return ScanAnswer()
    found = _FOUND.match(answer)
    if found is not None:
        if found["threat"].startswith(_LIMITS_EXCEEDED):
            raise ScanImpossible
        return ScanAnswer(threat=found["threat"][:200])
    if answer.startswith(_TOO_LARGE):
        raise ScanImpossible
    # Its own errors (a reload, no memory) and everything that is not its language: ask again later.
    raise ScannerUnavailable


class _Line:
    """One connection with one deadline for everything said on it; every failure is a ScannerUnavailable."""

    def __init__(self) -> None:
        self._deadline = time.monotonic() + settings.CLAMD_TIMEOUT_SECONDS
        try:
            self._socket = socket.create_connection(
                (settings.CLAMD_HOST, settings.CLAMD_PORT), timeout=min(10, settings.CLAMD_TIMEOUT_SECONDS)
            )
        except OSError:
            raise ScannerUnavailable from None

    def __enter__(self) -> "_Line":
        return self

    def __exit__(self, *details: object) -> None:
        self._socket.close()

    def _wait_no_longer_than_promised(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise ScannerUnavailable
        self._socket.settimeout(left)

    def send(self, data: bytes) -> None:
        self._wait_no_longer_than_promised()
        try:
            self._socket.sendall(data)
        except OSError:
            raise ScannerUnavailable from None

    def answer(self) -> str:
        """What it says up to the NUL that ends every answer."""
        heard = b""
        while not heard.endswith(b"\0"):
            self._wait_no_longer_than_promised()
            try:
                part = self._socket.recv(_LONGEST_ANSWER)
            except OSError:
                raise ScannerUnavailable from None
            heard += part
            if not part or len(heard) > _LONGEST_ANSWER:
                raise ScannerUnavailable
        return heard[:-1].decode("utf-8", "replace").strip()
